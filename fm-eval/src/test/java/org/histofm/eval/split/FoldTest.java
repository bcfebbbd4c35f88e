package org.histofm.eval.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.PublishedSplit;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.junit.jupiter.api.Test;

class FoldTest {
  private static final Seed SEED = Seed.of(42);

  @Test
  void byGroup_unknownDomain_listsTheDomains() {
    Cohort cohort = Cohorts.of("A P1 xy", "B P2 xy");
    assertInput(() -> Fold.byGroup(cohort, "C", SEED), "no domain 'C'", "[A, B]");
  }

  @Test
  void byGroup_classInOneGroup_isRefusedByName() {
    Cohort cohort = Cohorts.of("A P1 xy", "A P2 xx", "B P3 xy");
    assertInput(() -> Fold.byGroup(cohort, "A", SEED), "class 'y' in one group only, P1");
  }

  @Test
  void byGroup_classWithoutSample_isRefusedByName() {
    Cohort cohort = Cohorts.of("A P1 x", "A P2 x", "B P3 xy");
    assertInput(() -> Fold.byGroup(cohort, "A", SEED), "domain A has no sample of class 'y'");
  }

  @Test
  void byGroup_indivisible_isRefused() {
    Cohort cohort = Cohorts.of("A P1 xy", "A P2 yz", "A P3 xz");
    assertInput(() -> Fold.byGroup(cohort, "A", SEED), "cannot be divided", "[x, y, z]");
  }

  @Test
  void byGroup_sampleWithoutClass_isRefusedByName() {
    Cohort labelled = Cohorts.of("A P1 xy", "A P2 xy");
    List<Sample> samples = new ArrayList<>(labelled.samples());
    samples.add(
        Sample.of("odd", "P3", new Source.ImageFile(Path.of("odd.png")), new Target.None()));
    Cohort cohort = labelled.withSamples(samples);
    assertInput(() -> Fold.byGroup(cohort, "A", SEED), "1 sample without a class: [odd]");
  }

  @Test
  void byGroup_oneHugeGroup_warnsOfTheShare() {
    Fold fold = Fold.byGroup(Cohorts.of("A P1 xxxyyy", "A P2 xxxyyy"), "A", SEED);
    assertThat(fold.warnings()).hasSize(1);
    assertThat(fold.warnings().get(0)).contains("holds 50 %", "not about 20 %");
  }

  @Test
  void byGroup_patientInTwoDomains_isNotTestedOnWhereItWasTrainedOn() {
    Cohort cohort =
        Cohorts.of(
            "A P1 xy",
            "A P2 xy",
            "A P3 xy",
            "A P4 xy",
            "B P1 xyx",
            "B P2 x",
            "B P3 xy",
            "B P4 xxxx",
            "C P9 xy");
    Fold fold = Fold.byGroup(cohort, "A", SEED);
    assertThat(Cohorts.far(fold, "B").groups()).isEqualTo(fold.test().groups());
    int left = 10 - Cohorts.far(fold, "B").size();
    assertThat(fold.warnings())
        .contains(
            "domain B is tested on without "
                + left
                + " of its 10 samples: their groups are in development");
    assertThat(Cohorts.far(fold, "C").size()).isEqualTo(2);
  }

  @Test
  void published_cleanSplit_isRestrictedToTheTrainDomain() {
    Cohort cohort =
        Cohorts.of("A P1 xy", "A P2 xy", "A P3 xy", "B P4 xy", "B P5 xy", "B P6 xy")
            .withPublishedSplit(
                split(
                    List.of("A/P1/0", "A/P1/1", "B/P4/0", "B/P4/1"), List.of("A/P2/0", "B/P5/1")));
    Fold fold = Fold.published(cohort, "authors", "A");
    assertThat(Cohorts.ids(fold.development())).containsExactly("A/P1/0", "A/P1/1");
    assertThat(Cohorts.ids(fold.test())).containsExactly("A/P2/0");
    assertThat(Cohorts.ids(Cohorts.far(fold, "B")))
        .as("both parts, but not what the authors left out")
        .containsExactly("B/P4/0", "B/P4/1", "B/P5/1");
    assertThat(fold.leaks()).isFalse();
    assertThat(fold.warnings()).isEmpty();
  }

  @Test
  void published_leakingSplit_isRefusedNamingGroupsAndTheWayAround() {
    assertInput(
        () -> Fold.published(leaking(), "authors", "A"),
        "group P1 is in development (2 samples) and test (1 sample), and so is each of [P2]",
        "the fold for domain A of made",
        "'authors' leaks",
        "Fold.publishedDespiteLeak (--allow-leak)");
  }

  @Test
  void publishedDespiteLeak_opens_andWarns() {
    Fold fold = Fold.publishedDespiteLeak(leaking(), "authors", "A");
    assertThat(fold.leaks()).isTrue();
    assertThat(fold.warnings()).hasSize(1);
    assertThat(fold.warnings().get(0)).contains("leaking split", "group P1", "[P2]");
    assertThat(fold.test().size()).isEqualTo(2);

    Fold again =
        Fold.ofDespiteLeak(
            leaking(),
            "A",
            Cohorts.ids(fold.development()),
            Cohorts.ids(fold.test()),
            Map.of("B", Cohorts.ids(Cohorts.far(fold, "B"))),
            fold.warnings());
    assertThat(again.hash()).isEqualTo(fold.hash());
    assertThat(again.warnings()).isEqualTo(fold.warnings());
    assertThat(again.leaks()).isTrue();
  }

  @Test
  void published_unknownName_listsTheSplits() {
    assertInput(() -> Fold.published(leaking(), "official", "A"), "'official'", "[authors]");
    assertInput(
        () -> Fold.published(Cohorts.of("A P1 xy", "A P2 xy"), "official", "A"), "it has none");
  }

  @Test
  void published_emptyPart_isRefused() {
    Cohort cohort =
        Cohorts.of("A P1 xy", "B P2 xy")
            .withPublishedSplit(split(List.of("A/P1/0", "A/P1/1"), List.of("B/P2/0")));
    assertInput(() -> Fold.published(cohort, "authors", "A"), "the test part", "is empty");
  }

  @Test
  void fold_patientOnBothSides_isRefused() {
    Cohort cohort = Cohorts.of("A P12 xyx", "A P13 xy");
    assertInput(
        () -> of(cohort, List.of("A/P12/0", "A/P12/1"), List.of("A/P12/2", "A/P13/0"), Map.of()),
        "group P12 is in development (2 samples) and test (1 sample) in the fold for domain A",
        "Fold.byGroup");
  }

  @Test
  void fold_patientInDevelopmentAndAnotherDomain_isRefused() {
    Cohort cohort = Cohorts.of("A P1 xy", "A P2 xy", "B P1 x");
    assertInput(
        () ->
            of(
                cohort,
                List.of("A/P1/0", "A/P1/1"),
                List.of("A/P2/0"),
                Map.of("B", List.of("B/P1/0"))),
        "group P1 is in development (2 samples) and domain B (1 sample)");
  }

  @Test
  void fold_storedIdsNotInTheCohort_areRefusedByName() {
    Cohort cohort = Cohorts.of("A P1 xy", "A P2 xy", "B P3 xy");
    assertInput(
        () -> of(cohort, List.of("A/P1/0", "A/P9/0"), List.of("A/P2/0"), Map.of()),
        "not in domain A of made: [A/P9/0]",
        "new output folder");
    assertInput(() -> of(cohort, List.of("A/P1/0"), List.of("B/P3/0"), Map.of()), "[B/P3/0]");
    assertInput(
        () -> of(cohort, List.of("A/P1/0"), List.of("A/P2/0"), Map.of("A", List.of("A/P2/1"))),
        "train domain A as an unseen one");
  }

  private static Fold of(
      Cohort cohort,
      List<String> development,
      List<String> test,
      Map<String, ? extends Collection<String>> far) {
    return Fold.of(cohort, "A", development, test, far, List.of());
  }

  private static Cohort leaking() {
    return Cohorts.of("A P1 xyx", "A P2 xy", "A P3 xy", "B P4 xy")
        .withPublishedSplit(
            split(
                List.of("A/P1/0", "A/P1/1", "A/P2/0", "A/P3/0"),
                List.of("A/P1/2", "A/P2/1", "B/P4/0")));
  }

  private static PublishedSplit split(List<String> train, List<String> test) {
    return new PublishedSplit("authors", Set.copyOf(train), Set.copyOf(test));
  }

  private static void assertInput(Runnable code, String... words) {
    assertThatThrownBy(code::run).isInstanceOf(InputException.class).hasMessageContainingAll(words);
  }
}
