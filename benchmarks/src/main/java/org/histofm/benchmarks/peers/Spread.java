package org.histofm.benchmarks.peers;

import java.util.Arrays;

/**
 * A middle value and the quartiles around it.
 *
 * @param low first quartile
 * @param middle the value itself
 * @param high third quartile
 */
record Spread(double low, double middle, double high) {
  /**
   * Median and quartiles, interpolated between order statistics as NumPy does by default.
   *
   * @throws IllegalArgumentException if there are no values
   */
  static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("there are no values to summarise");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
  }

  /**
   * The ratio of the medians, with the quartiles of the ratios taken round by round: what disturbs
   * a whole round, such as a processor that slows down, cancels in them.
   *
   * @throws IllegalArgumentException unless both have the same number of values
   */
  static Spread ofRatio(double[] numerators, double[] denominators) {
    if (numerators.length != denominators.length) {
      throw new IllegalArgumentException(
          numerators.length + " rounds on one side, " + denominators.length + " on the other");
    }
    double[] ratios = new double[numerators.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = numerators[i] / denominators[i];
    }
    Spread paired = of(ratios);
    return new Spread(paired.low, of(numerators).middle / of(denominators).middle, paired.high);
  }

  /** All three times {@code factor}. */
  Spread times(double factor) {
    return new Spread(low * factor, middle * factor, high * factor);
  }

  /** Rounded to {@code decimals} digits after the point. */
  Spread rounded(int decimals) {
    double scale = Math.pow(10, decimals);
    return new Spread(
        Math.rint(low * scale) / scale,
        Math.rint(middle * scale) / scale,
        Math.rint(high * scale) / scale);
  }

  private static double quantile(double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
