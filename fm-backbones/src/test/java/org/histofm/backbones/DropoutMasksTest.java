package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.junit.jupiter.api.Test;

class DropoutMasksTest {
  private static byte[] draw(long seed, double probability, int count) {
    ByteBuffer target = ByteBuffer.allocateDirect(count);
    DropoutMasks.of(Seed.of(seed), probability).fill(target);
    byte[] drawn = new byte[count];
    target.get(0, drawn);
    return drawn;
  }

  @Property(tries = 20)
  void fill_anySize_isTheBeginningOfALongerOne(@ForAll @IntRange(max = 70_000) int count) {
    byte[] all = draw(3, 0.1, 70_000);
    assertThat(draw(3, 0.1, count)).isEqualTo(Arrays.copyOf(all, count));
  }

  @Property(tries = 40)
  void fill_anySeed_dropsTheShareAskedFor(
      @ForAll long seed, @ForAll @IntRange(max = 9) int tenths) {
    double p = tenths / 10.0;
    byte[] drawn = draw(seed, p, 200_000);
    long dropped = 0;
    for (byte mask : drawn) {
      assertThat(mask).isBetween((byte) 0, (byte) 1);
      dropped += 1 - mask;
    }
    // six standard deviations of a binomial share
    assertThat(dropped / 200_000.0)
        .isBetween(
            p - 6 * Math.sqrt(p * (1 - p) / 200_000), p + 6 * Math.sqrt(p * (1 - p) / 200_000));
  }

  /** Neighbours, bytes of a word, rows of a tile and other seeds are no more alike than chance. */
  @Test
  void fill_masksSomeWayApart_areIndependent() {
    int count = 1 << 20;
    byte[] drawn = draw(11, 0.5, count + 4096 * 4);
    for (int lag : new int[] {1, 2, 3, 4, 5, 8, 64, 384, 1536, 4096, 4 * 4096}) {
      assertThat(agreement(drawn, drawn, lag, count)).as("lag %d", lag).isBetween(-0.006, 0.006);
    }
    for (long other : new long[] {12, 11L << 32, 11 + (1L << 32), -11}) {
      assertThat(agreement(drawn, draw(other, 0.5, count), 0, count)).isBetween(-0.006, 0.006);
    }
  }

  /** Correlation of masks of probability ½: 0 ± 1/√count by chance, so six deviations are 0.006. */
  private static double agreement(byte[] a, byte[] b, int lag, int count) {
    long equal = 0;
    for (int i = 0; i < count; i++) {
      equal += a[i + lag] == b[i] ? 1 : 0;
    }
    return 2.0 * equal / count - 1;
  }
}
