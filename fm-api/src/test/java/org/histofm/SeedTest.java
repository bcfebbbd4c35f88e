package org.histofm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Golden values computed apart, with Python's hashlib and the published SplitMix64 constants. A
 * stored split or result means nothing any more if one of them moves.
 */
class SeedTest {
  @Test
  void derive_knownNames_giveGoldenSeeds() {
    assertThat(Seed.of(0).derive("").value()).isEqualTo(8794265229978523055L);
    assertThat(Seed.of(42).derive("bootstrap").value()).isEqualTo(-5499363346642490752L);
    assertThat(Seed.of(-1).derive("Größe").value()).isEqualTo(-8914061061714694181L);
  }

  @Test
  void permutation_knownSeeds_giveGoldenOrders() {
    assertThat(Seed.of(42).permutation(10)).containsExactly(3, 4, 0, 8, 1, 5, 9, 2, 6, 7);
    assertThat(Seed.of(-7).permutation(5)).containsExactly(0, 3, 1, 4, 2);
  }

  @Test
  void permutation_ofNothing_isEmpty() {
    assertThat(Seed.of(1).permutation(0)).isEmpty();
  }

  /** 24 orders of 4, 2400 seeds: each is expected 100 times, with a spread of 10. */
  @Test
  void permutation_overManySeeds_isUniform() {
    Map<String, Integer> times = new TreeMap<>();
    for (int i = 0; i < 2400; i++) {
      int[] order = Seed.of(0).derive("draw " + i).permutation(4);
      times.merge(Arrays.toString(order), 1, Integer::sum);
    }
    assertThat(times).hasSize(24);
    assertThat(times.values()).allSatisfy(n -> assertThat(n).isBetween(50, 150));
  }
}
