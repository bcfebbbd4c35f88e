package org.histofm.evaluation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreTest {
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void of_notFinite_isRefused(double bad) {
    assertThatThrownBy(() -> Score.of(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a score is finite, got " + bad);
  }
}
