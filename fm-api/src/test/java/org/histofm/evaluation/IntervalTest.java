package org.histofm.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
  @ParameterizedTest
  @CsvSource({
    "0.6, 0.5, 0.95",
    "NaN, 0.5, 0.95",
    "0.5, NaN, 0.95",
    "-Infinity, 0.5, 0.95",
    "0.5, Infinity, 0.95",
    "0.4, 0.5, 0.0",
    "0.4, 0.5, 1.0",
    "0.4, 0.5, 95.0",
    "0.4, 0.5, NaN"
  })
  void interval_unorderedInfiniteOrOfNoLevel_isRefused(double low, double high, double level) {
    assertThatThrownBy(() -> new Interval(low, high, level, "by hand"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + low + " to " + high + " at " + level);
  }

  @Test
  void interval_ofOnePoint_isTaken() {
    assertThat(new Interval(0.5, 0.5, 0.95, "by hand").high()).isEqualTo(0.5);
  }
}
