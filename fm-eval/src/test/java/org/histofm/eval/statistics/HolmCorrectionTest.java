package org.histofm.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.List;
import org.histofm.evaluation.Estimate;
import org.junit.jupiter.api.Test;

class HolmCorrectionTest {
  private static final Estimate ESTIMATE = Estimate.of("accuracy", 0.1, 20, 5, 1);

  private static List<Difference> family(Double... p) {
    return Arrays.stream(p).map(value -> new Difference(ESTIMATE, value)).toList();
  }

  private static double[] corrected(Double... p) {
    return HolmCorrection.of(family(p)).stream().mapToDouble(d -> d.holm().orElseThrow()).toArray();
  }

  @Test
  void holm_fourComparisons_isAsByHand() {
    // ascending 4 · 0.005, 3 · 0.01, 2 · 0.03, and 0.04 not below the one before it
    assertThat(corrected(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, offset(1e-12));
  }

  @Test
  void holm_oneComparison_keepsItsP() {
    assertThat(corrected(0.04)).containsExactly(0.04);
  }

  @Test
  void holm_largeValues_endAtOne() {
    assertThat(corrected(0.6, 0.5, 1.0)).containsExactly(1, 1, 1);
  }

  @Test
  void holm_comparisonWithoutP_doesNotCount() {
    List<Difference> untested =
        List.of(
            new Difference(ESTIMATE, 0.01),
            new Difference(ESTIMATE.withoutInterval("not estimable"), null),
            new Difference(ESTIMATE, 0.02));
    List<Difference> corrected = HolmCorrection.of(untested);
    assertThat(corrected.get(0).holm()).hasValue(0.02);
    assertThat(corrected.get(1).holm()).isEmpty();
    assertThat(corrected.get(2).holm()).hasValue(0.02);
    assertThat(HolmCorrection.of(List.of())).isEmpty();
  }
}
