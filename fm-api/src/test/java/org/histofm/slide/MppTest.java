package org.histofm.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MppTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, -0.25, Double.NaN, Double.POSITIVE_INFINITY})
  void mpp_notPositiveAndFinite_isRefusedOnEitherAxis(double bad) {
    assertThatThrownBy(() -> new Mpp(bad, 0.25))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(bad + " x 0.25");
    assertThatThrownBy(() -> new Mpp(0.25, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.25 x " + bad);
  }

  @Test
  void of_oneValue_isSquare() {
    assertThat(Mpp.of(0.5)).isEqualTo(new Mpp(0.5, 0.5)).isNotEqualTo(new Mpp(0.5, 0.25));
  }
}
