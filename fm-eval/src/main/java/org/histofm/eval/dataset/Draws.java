package org.histofm.eval.dataset;

import java.util.SplittableRandom;
import org.histofm.Seed;

/**
 * Random numbers that are the same bits on every JDK. Only {@link SplittableRandom#nextLong} is
 * used, which is specified; how the JDK makes doubles and normal variates of it may change.
 */
final class Draws {
  /** One over the standard deviation of the sum of four uniform numbers 0 … 65535. */
  private static final double GRAIN_SCALE = 1 / Math.sqrt((65536.0 * 65536.0 - 1) / 3);

  private final SplittableRandom random;

  Draws(Seed seed) {
    random = seed.random();
  }

  /** A lattice seed for {@link Noise}. */
  long nextLong() {
    return random.nextLong();
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (random.nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [from, to). */
  double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /** Normal by Marsaglia's polar method; the second variate is thrown away to keep no state. */
  double normal(double mean, double sd) {
    while (true) {
      double u = uniform(-1, 1);
      double v = uniform(-1, 1);
      double s = u * u + v * v;
      if (s > 0 && s < 1) {
        return mean + sd * u * Math.sqrt(-2 * StrictMath.log(s) / s);
      }
    }
  }

  /**
   * Nearly normal with mean 0 and standard deviation 1, from one draw: the sum of four uniform
   * 16-bit numbers (Irwin and Hall), within ±3.5. For camera noise, three a pixel.
   */
  double grain() {
    long bits = random.nextLong();
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    return (sum - 2 * 65535) * GRAIN_SCALE;
  }

  /** Log-normal with median 1. */
  double factor(double sigma) {
    return StrictMath.exp(normal(0, sigma));
  }
}
