package org.histofm.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EstimateTest {
  private static final Interval INTERVAL = new Interval(0.5, 0.75, 0.95, "by hand");
  private static final Estimate AUROC = Estimate.of("auroc", 0.625, 40, 8, 2);
  private static final Estimate UNDEFINED =
      Estimate.undefined("auroc", "no sample of class atypical", 40, 8, 2);

  @Test
  void of_notFinite_isRefusedWithTheMetric() {
    assertThatThrownBy(() -> Estimate.of("auroc", Double.NaN, 40, 8, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("estimate auroc is finite, got NaN");
  }

  @Test
  void reason_isThereExactlyWhenSomethingIsAbsent() {
    assertThat(AUROC.reason()).isNotEmpty();
    assertThat(AUROC.withInterval(INTERVAL).reason()).isEmpty();
    assertThat(AUROC.withInterval(INTERVAL).withoutInterval("one group").reason())
        .isEqualTo("one group");
    assertThat(UNDEFINED.reason()).isEqualTo("no sample of class atypical");
  }

  @Test
  void withInterval_undefinedValue_isRefusedWithItsReason() {
    assertThatThrownBy(() -> UNDEFINED.withInterval(INTERVAL))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("auroc is undefined (no sample of class atypical) and has no interval");
    assertThatThrownBy(() -> UNDEFINED.withoutInterval("one group"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void withoutInterval_takesAnEarlierOneAway() {
    Estimate without = AUROC.withInterval(INTERVAL).withoutInterval("one group");
    assertThat(without.interval()).isEmpty();
    assertThat(without.value()).hasValue(0.625);
  }

  @Test
  void with_everyCopy_keepsWhatItStandsOnAndItsNotes() {
    Estimate marked = AUROC.withNote("few groups").withInterval(INTERVAL).withNote("seen");
    assertThat(marked.notes()).containsExactly("few groups", "seen");
    assertThat(marked.interval()).contains(INTERVAL);
    assertThat(marked.samples()).isEqualTo(40);
    assertThat(marked.groups()).isEqualTo(8);
    assertThat(marked.seeds()).isEqualTo(2);
    assertThat(AUROC.notes()).isEmpty();
  }

  @Test
  void toString_tellsValueWithIntervalOrTheReason() {
    assertThat(AUROC.withInterval(INTERVAL)).hasToString("auroc 0.625 [0.5, 0.75]");
    assertThat(UNDEFINED.withNote("seen"))
        .hasToString("auroc undefined: no sample of class atypical");
  }
}
