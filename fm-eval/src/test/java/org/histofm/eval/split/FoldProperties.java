package org.histofm.eval.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;

class FoldProperties {
  @Property(tries = 60, seed = "9")
  void byGroup_partitionsSamplesAndGroups_withEveryClassOnBothSides(
      @ForAll @IntRange(min = 10, max = 60) int groups,
      @ForAll @IntRange(min = 2, max = 3) int classes,
      @ForAll long seed) {
    Cohort cohort = Cohorts.random(groups, classes, seed);
    Fold fold = Fold.byGroup(cohort, "A", Seed.of(seed));

    List<String> all = new ArrayList<>(Cohorts.ids(fold.development()));
    all.addAll(Cohorts.ids(fold.test()));
    all.addAll(Cohorts.ids(Cohorts.far(fold, "B")));
    assertThat(all).containsExactlyInAnyOrderElementsOf(Cohorts.ids(cohort));
    assertThat(fold.development().domains()).containsExactly("A");
    assertThat(fold.test().domains()).containsExactly("A");
    assertThat(fold.outOfDomain().keySet()).containsExactly("B");
    assertThat(fold.test().groups()).doesNotContainAnyElementsOf(fold.development().groups());
    for (char label = 'p'; label < 'p' + classes; label++) {
      assertThat(Cohorts.count(fold.development(), String.valueOf(label))).isPositive();
      assertThat(Cohorts.count(fold.test(), String.valueOf(label))).isPositive();
    }
  }

  @Property(tries = 40, seed = "9")
  void byGroup_manyGroups_isCloseInSizeAndClassShares(
      @ForAll @IntRange(min = 40, max = 80) int groups, @ForAll long seed) {
    Cohort cohort = Cohorts.random(groups, 2, seed);
    Fold fold = Fold.byGroup(cohort, "A", Seed.of(seed));
    double near = cohort.size() / 2.0;
    assertThat(fold.test().size() / near).isBetween(0.18, 0.22);
    for (String label : List.of("p", "q")) {
      double share = Cohorts.count(fold.test(), label) / (Cohorts.count(cohort, label) / 2.0);
      assertThat(share).isBetween(0.17, 0.23);
    }
    assertThat(fold.warnings()).isEmpty();
  }

  @Property(tries = 30, seed = "9")
  void byGroup_sameSeed_isTheSame_inWhateverOrderSamplesCome(
      @ForAll @IntRange(min = 10, max = 30) int groups, @ForAll long seed) {
    Cohort cohort = Cohorts.random(groups, 2, seed);
    List<Sample> shuffled = new ArrayList<>(cohort.samples());
    Collections.shuffle(shuffled, new Random(seed));
    Fold one = Fold.byGroup(cohort, "A", Seed.of(seed));
    Fold other = Fold.byGroup(cohort.withSamples(shuffled), "A", Seed.of(seed));
    assertThat(other.hash()).isEqualTo(one.hash());
    assertThat(Cohorts.ids(other.test())).isEqualTo(Cohorts.ids(one.test()));

    Fold stored =
        Fold.of(
            cohort,
            "A",
            new TreeSet<>(Cohorts.ids(one.development())),
            Cohorts.ids(one.test()),
            Map.of("B", Cohorts.ids(Cohorts.far(one, "B"))),
            one.warnings());
    assertThat(stored.hash()).isEqualTo(one.hash());
    assertThat(Fold.byGroup(cohort, "B", Seed.of(seed)).hash()).isNotEqualTo(one.hash());
  }
}
