package org.histofm.eval.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Task;
import org.junit.jupiter.api.Test;

class GroupDivisionTest {
  @Test
  void division_oddCycleOfClasses_isImpossible() {
    // each class is in two of three groups: two of the three lie on one side, with a class whole
    Cohort cohort = Cohorts.of("A P1 xy", "A P2 yz", "A P3 xz");
    assertThat(divide(cohort, 1)).isEmpty();
    assertThat(GroupDivision.possible(cohort.samples(), task(cohort))).isFalse();
  }

  @Test
  void division_onlyOnePossible_isFound() {
    // x ties P1 against P2, y P2 against P3, z P3 against P4: P1 P3 | P2 P4 or the reverse
    Cohort cohort = Cohorts.of("A P1 xxxxx", "A P2 xyyy", "A P3 yzzz", "A P4 zzzz");
    for (int seed = 0; seed < 20; seed++) {
      assertThat(divide(cohort, seed)).get().isIn(Set.of("P1", "P3"), Set.of("P2", "P4"));
    }
  }

  @Test
  void division_rareClassInTwoGroups_isSplitEvenWhereSizesSuffer() {
    Cohort cohort = Cohorts.of("A P1 xxxxxxxxy", "A P2 xxxxxxxxy", "A P3 x", "A P4 x", "A P5 x");
    Set<String> smaller = divide(cohort, 3).orElseThrow();
    assertThat(smaller).hasSizeGreaterThanOrEqualTo(1);
    assertThat(smaller.contains("P1")).isNotEqualTo(smaller.contains("P2"));
  }

  @Test
  void division_wherePossible_putsEveryClassInTwoGroupsOfEitherPart() {
    List<String> words = new ArrayList<>();
    for (int g = 0; g < 4; g++) {
      words.add("A R" + g + " xxxxxxxxxy");
      words.add("A S" + g + " xxxxxxxxxx");
    }
    Cohort cohort = Cohorts.of(words.toArray(String[]::new));
    for (int seed = 0; seed < 20; seed++) {
      Set<String> smaller = divide(cohort, seed).orElseThrow();
      assertThat(smaller.stream().filter(g -> g.startsWith("R"))).hasSize(2);
    }
  }

  @Test
  void division_otherSeeds_chooseOtherGroups() {
    Cohort cohort = Cohorts.random(30, 2, 5);
    Set<Set<String>> chosen = new HashSet<>();
    Set<String> everyGroup = new TreeSet<>();
    for (int seed = 0; seed < 20; seed++) {
      Set<String> smaller = divide(cohort, seed).orElseThrow();
      chosen.add(smaller);
      everyGroup.addAll(smaller);
    }
    assertThat(chosen).hasSizeGreaterThan(15);
    assertThat(everyGroup).hasSizeGreaterThan(40);
  }

  private static Optional<Set<String>> divide(Cohort cohort, long seed) {
    return GroupDivision.smallerPart(cohort.samples(), task(cohort), 0.2, 2, Seed.of(seed));
  }

  private static Task.Classification task(Cohort cohort) {
    return (Task.Classification) cohort.task();
  }
}
