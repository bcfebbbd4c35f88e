package org.histofm.tiling.pyramid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class AreaMeanProperties {
  private static final int SIZE = 90;

  private static byte[] picture(long seed, int columns, int rows) {
    byte[] rgb = new byte[columns * rows * 3];
    new SplittableRandom(seed).nextBytes(rgb);
    return rgb;
  }

  /** The mean over a target pixel in floating point, with white outside. */
  private static double naive(byte[] rgb, double left, double top, double step, int channel) {
    double sum = 0;
    for (int y = (int) Math.floor(top); y < Math.ceil(top + step); y++) {
      for (int x = (int) Math.floor(left); x < Math.ceil(left + step); x++) {
        double share =
            (Math.min(left + step, x + 1) - Math.max(left, x))
                * (Math.min(top + step, y + 1) - Math.max(top, y));
        boolean inside = x >= 0 && x < SIZE && y >= 0 && y < SIZE;
        sum += share * (inside ? rgb[(y * SIZE + x) * 3 + channel] & 0xff : 255);
      }
    }
    return sum / (step * step);
  }

  @Property(tries = 200, seed = "20261125")
  void apply_equalsTheMeanInFloatingPoint(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.4, max = 7) double draw,
      @ForAll @IntRange(min = 0, max = 4) int kind,
      @ForAll @IntRange(min = -30, max = 100) int first,
      @ForAll @IntRange(min = 1, max = 60) int count) {
    double step = kind == 0 ? 1 : kind == 1 ? 0.5 / 0.499 : kind == 2 ? 2 : draw;
    byte[] rgb = picture(seed, SIZE, SIZE);
    Grid grid = new Grid(first, count, step);
    BoxWeights weights = grid.weights(1, SIZE);
    if (weights.isEmpty()) {
      return;
    }
    byte[] stored = new byte[weights.length() * weights.length() * 3];
    for (int y = 0; y < weights.length(); y++) {
      System.arraycopy(
          rgb,
          ((weights.from() + y) * SIZE + weights.from()) * 3,
          stored,
          y * weights.length() * 3,
          weights.length() * 3);
    }
    byte[] out = new byte[count * count * 3];
    AreaMean.apply(stored, weights, weights, out, 0);
    for (int y = 0; y < count; y++) {
      for (int x = 0; x < count; x++) {
        for (int c = 0; c < 3; c++) {
          double mean = naive(rgb, (first + x) * step, (first + y) * step, step, c);
          assertThat((double) (out[(y * count + x) * 3 + c] & 0xff))
              .as("at %s, %s, step %s", x, y, step)
              .isCloseTo(mean, within(0.55)); // rounding, and fixed point
        }
      }
    }
  }

  @Property(tries = 200, seed = "20261125")
  void shares_addUpToOne(
      @ForAll @DoubleRange(min = 0.1, max = 50) double step,
      @ForAll @IntRange(min = -50, max = 50) int first) {
    BoxWeights weights = new Grid(first, 40, step).weights(1, 100);
    for (int i = 0; i < weights.count(); i++) {
      int sum = weights.outside(i);
      for (int tap = 0; tap < weights.taps(); tap++) {
        sum += weights.share(i, tap);
      }
      assertThat(sum).isEqualTo(BoxWeights.ONE);
    }
  }

  @Example
  void isCopy_onlyForTheSlidesOwnGrid() {
    assertThat(new Grid(5, 20, 1).weights(1, 100).isCopy()).isTrue();
    assertThat(new Grid(-1, 20, 1).weights(1, 100).isCopy()).isFalse();
    assertThat(new Grid(5, 20, 1.01).weights(1, 100).isCopy()).isFalse();
    assertThat(new Grid(5, 20, 2).weights(1, 100).isCopy()).isFalse();
  }
}
