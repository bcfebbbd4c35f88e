package org.histofm.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CohortTest {
  private static final Task TASK = new Task.Classification(List.of("normal", "tumour"));
  private static final Sample ONE =
      sample("s1", "P1", "tumour").withSite("Ghent").withDomain("MIDOG21");
  private static final Sample TWO = Sample.of("s2", "P2", file("s2"), new Target.None());
  private static final Cohort TINY = Cohort.of("tiny", TASK, List.of(ONE, TWO));

  private static Source file(String name) {
    return new Source.ImageFile(Path.of(name + ".png"));
  }

  private static Sample sample(String id, String group, String label) {
    return Sample.of(id, group, file(id), new Target.ClassLabel(label));
  }

  @Test
  void of_idTwice_namesItAndTheCohort() {
    assertThatThrownBy(() -> Cohort.of("tiny", TASK, List.of(ONE, sample("s1", "P9", "normal"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sample id 's1' stands twice in tiny");
  }

  @Test
  void of_labelOutsideTheTask_namesSampleLabelAndClasses() {
    assertThatThrownBy(() -> Cohort.of("tiny", TASK, List.of(sample("s7", "P1", "stroma"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sample 's7' of tiny has the label 'stroma', which is none of the classes [normal,"
                + " tumour]");
  }

  @Test
  void withSamples_holdsTheSameRules() {
    assertThatThrownBy(() -> TINY.withSamples(List.of(ONE, ONE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'s1' stands twice");
    assertThatThrownBy(() -> TINY.withSamples(List.of(sample("s7", "P1", "stroma"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void of_listChangedLater_keepsItsOwnInOrder() {
    List<Sample> samples = new ArrayList<>(List.of(TWO, ONE));
    Cohort cohort = Cohort.of("tiny", TASK, samples);
    samples.clear();
    assertThat(cohort.samples()).containsExactly(TWO, ONE);
  }

  @Test
  void with_everyCopyInEitherOrder_keepsTheOthers() {
    PublishedSplit split = new PublishedSplit("authors", Set.of("s1"), Set.of("s2"));
    assertHoldsAll(
        TINY.withPublishedSplit(split)
            .withMissing(List.of("s3"))
            .withWarning("w1")
            .withWarning("w2")
            .withSamples(List.of(TWO)));
    assertHoldsAll(
        TINY.withSamples(List.of(TWO))
            .withWarning("w1")
            .withMissing(List.of("s3"))
            .withWarning("w2")
            .withPublishedSplit(split));
    assertThat(TINY.warnings()).isEmpty();
    assertThat(TINY.size()).isEqualTo(2);
  }

  private static void assertHoldsAll(Cohort cohort) {
    assertThat(cohort.name()).isEqualTo("tiny");
    assertThat(cohort.task()).isEqualTo(TASK);
    assertThat(cohort.samples()).containsExactly(TWO);
    assertThat(cohort.publishedSplits())
        .extracting(PublishedSplit::name)
        .containsExactly("authors");
    assertThat(cohort.missing()).containsExactly("s3");
    assertThat(cohort.warnings()).containsExactly("w1", "w2");
  }

  @Test
  void groupsAndDomains_areSortedWhateverTheOrderOfSamples() {
    Cohort cohort =
        Cohort.of(
            "tiny",
            TASK,
            List.of(
                sample("s1", "P9", "tumour").withDomain("b"),
                sample("s2", "P1", "tumour").withDomain("a"),
                sample("s3", "P9", "normal").withDomain("b")));
    assertThat(cohort.groups()).containsExactly("P1", "P9");
    assertThat(cohort.domains()).containsExactly("a", "b");
  }

  /** Computed apart with Python's hashlib; stored results are compared by it. */
  @Test
  void hash_ofTinyCohort_isGolden() {
    assertThat(TINY.hash())
        .isEqualTo("44e65629ca700e53e0edc22709b8f4befab5c65aec3d1cefe237a640484da478");
  }

  @Test
  void hash_eachIngredient_changesIt() {
    Target normal = new Target.ClassLabel("normal");
    Stream<Cohort> others =
        Stream.of(
            TINY,
            Cohort.of("other", TASK, List.of(ONE, TWO)),
            Cohort.of("tiny", new Task.Classification(List.of("tumour", "normal")), TINY.samples()),
            TINY.withSamples(List.of(TWO, ONE)),
            TINY.withSamples(List.of(ONE)),
            withSecond(Sample.of("s3", "P2", file("s2"), new Target.None())),
            withSecond(Sample.of("s2", "P3", file("s2"), new Target.None())),
            withSecond(TWO.withSite("Ghent")),
            withSecond(TWO.withDomain("TUPAC16")),
            withSecond(Sample.of("s2", "P2", file("s2"), normal)));
    assertThat(others.map(Cohort::hash)).doesNotHaveDuplicates();
  }

  private static Cohort withSecond(Sample second) {
    return TINY.withSamples(List.of(ONE, second));
  }

  @Test
  void hash_placeOfFilesAndWarnings_doNotChangeIt() {
    Cohort moved = withSecond(Sample.of("s2", "P2", file("elsewhere/s2"), new Target.None()));
    assertThat(moved.withWarning("moved").hash()).isEqualTo(TINY.hash());
  }
}
