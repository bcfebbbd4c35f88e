package org.histofm.tiling.stain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.histofm.tile.RgbImage;

class StainProperties {
  private static final LabStatistics LAB = new LabStatistics(60, 25, -20, 15, 8, 6);

  private static List<StainNormaliser> normalisers() {
    return List.of(
        StainNormaliser.macenko(Stains.REFERENCE),
        StainNormaliser.vahadane(Stains.REFERENCE),
        StainNormaliser.reinhard(LAB));
  }

  /** Two stains in random amounts, with some noise; or few colours, which is harder. */
  private static byte[] tile(long seed, int pixels, int colours) {
    var random = Seed.of(seed).random();
    byte[] palette = new byte[3 * colours];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) random.nextInt(256);
    }
    byte[] rgb = new byte[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      int at = 3 * random.nextInt(colours);
      System.arraycopy(palette, at, rgb, 3 * i, 3);
    }
    return rgb;
  }

  @Property(tries = 150, seed = "20261125")
  void anyTile_isNormalisedOrComesBackAsItWas(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int pixels,
      @ForAll @IntRange(min = 1, max = 40) int colours) {
    RgbImage tile = RgbImage.of(pixels, 1, tile(seed, pixels, colours));
    for (StainNormaliser normaliser : normalisers()) {
      StainResult result = normaliser.normalise(tile);
      assertThat(result.image().width()).isEqualTo(pixels);
      if (!result.isNormalised()) {
        assertThat(result.image()).isEqualTo(tile);
      }
    }
  }

  @Property(tries = 40, seed = "20261125")
  void orderOfPixels_changesNothing(@ForAll long seed) {
    int n = 400;
    byte[] rgb = tile(seed, n, 30);
    int[] order = Seed.of(seed).derive("order").permutation(n);
    byte[] shuffled = new byte[rgb.length];
    for (int i = 0; i < n; i++) {
      System.arraycopy(rgb, 3 * order[i], shuffled, 3 * i, 3);
    }
    for (StainNormaliser normaliser : normalisers()) {
      byte[] plain = normaliser.apply(RgbImage.of(20, 20, rgb)).toBytes();
      byte[] other = normaliser.apply(RgbImage.of(20, 20, shuffled)).toBytes();
      for (int i = 0; i < n; i++) {
        for (int c = 0; c < 3; c++) {
          assertThat(other[3 * i + c]).isEqualTo(plain[3 * order[i] + c]);
        }
      }
    }
  }

  @Property(tries = 60, seed = "20261125")
  void jitter_staysWithinItsRange(@ForAll long seed, @ForAll @IntRange(max = 20) int scale) {
    byte[] rgb = tile(seed, 64, 30);
    HedJitter jitter = new HedJitter(scale / 100.0, scale / 100.0);
    byte[] moved = rgb.clone();
    jitter.apply(moved, 0, 64, Seed.of(seed));
    if (scale == 0) {
      assertThat(moved).as("no jitter").isEqualTo(rgb);
    }
    byte[] again = rgb.clone();
    jitter.apply(again, 0, 64, Seed.of(seed));
    assertThat(again).isEqualTo(moved);
    assertThat(jitter.apply(RgbImage.of(8, 8, rgb), Seed.of(seed)).toBytes()).isEqualTo(moved);
    byte[] inside = new byte[rgb.length + 12];
    System.arraycopy(rgb, 0, inside, 6, rgb.length);
    jitter.apply(inside, 6, 64, Seed.of(seed));
    assertThat(Arrays.copyOfRange(inside, 6, 6 + rgb.length)).isEqualTo(moved);
    assertThat(inside[5]).isZero();
    assertThat(inside[6 + rgb.length]).isZero();
  }

  @Property(tries = 300, seed = "20261125")
  void percentile_equalsThatOfSortedValues(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int n) {
    var random = Seed.of(seed).random();
    int different = 1 + random.nextInt(300);
    int percent = random.nextInt(101);
    double[] values = random.ints(n, 0, different).asDoubleStream().toArray();
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double at = percent / 100.0 * (n - 1);
    int below = (int) at;
    double above = sorted[Math.min(n - 1, below + 1)];
    assertThat(Percentile.of(values, percent))
        .isEqualTo(sorted[below] + (at - below) * (above - sorted[below]));
    Arrays.sort(values);
    assertThat(values).as("nothing lost").isEqualTo(sorted);
  }
}
