package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void quartiles_ofUnorderedValues_areInterpolatedAsNumPyDoes() {
    // numpy.percentile([7, 1, 3, 10], [25, 50, 75]) = [2.5, 5.0, 7.75]
    assertThat(Spread.of(7, 1, 3, 10)).isEqualTo(new Spread(2.5, 5, 7.75));
    assertThat(Spread.of(4)).isEqualTo(new Spread(4, 4, 4));
  }

  @Test
  void ratio_isOfTheMediansWithQuartilesOfThePairs() {
    // pairs: 2, 4, 1; medians: 8 and 3
    Spread ratio = Spread.ofRatio(new double[] {8, 12, 3}, new double[] {4, 3, 3});
    assertThat(ratio.middle()).isCloseTo(8 / 3.0, within(1e-12));
    assertThat(ratio.low()).isEqualTo(1.5);
    assertThat(ratio.high()).isEqualTo(3);
  }

  @Test
  void ratio_whenWholeRoundsAreDisturbed_hasNoSpread() {
    Spread ratio = Spread.ofRatio(new double[] {10, 40, 20}, new double[] {5, 20, 10});
    assertThat(ratio).isEqualTo(new Spread(2, 2, 2));
  }

  @Test
  void ratio_ofUnequalRounds_isRefused() {
    assertThatThrownBy(() -> Spread.ofRatio(new double[] {1}, new double[] {1, 2}))
        .hasMessageContaining("1 rounds on one side, 2 on the other");
    assertThatThrownBy(Spread::of).hasMessageContaining("no values");
  }
}
