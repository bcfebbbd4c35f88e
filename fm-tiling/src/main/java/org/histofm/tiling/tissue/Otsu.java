package org.histofm.tiling.tissue;

import java.util.OptionalInt;

/**
 * Otsu's threshold: the value that divides a histogram into two classes whose means lie farthest
 * apart, weighted by their sizes; what is above it is the upper class.
 *
 * @see "Otsu 1979, A threshold selection method from gray-level histograms"
 */
final class Otsu {
  private static final double SMALLEST_CLASS = 1.1920929e-7; // OpenCV's, single precision's step

  private Otsu() {}

  /** The smallest best threshold, or none if all that is counted is of one value. */
  static OptionalInt threshold(long[] counts) {
    long total = 0;
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      total += counts[i];
      sum += (double) i * counts[i];
    }
    double scale = 1.0 / Math.max(1, total);
    double mean = sum * scale;
    double lower = 0; // share of the lower class
    double lowerMean = 0;
    double best = 0;
    int threshold = -1;
    for (int i = 0; i < counts.length; i++) {
      double share = counts[i] * scale;
      lowerMean *= lower;
      lower += share;
      double upper = 1 - lower;
      if (Math.min(lower, upper) < SMALLEST_CLASS || Math.max(lower, upper) > 1 - SMALLEST_CLASS) {
        continue;
      }
      lowerMean = (lowerMean + i * share) / lower;
      double upperMean = (mean - lower * lowerMean) / upper;
      double between = lower * upper * (lowerMean - upperMean) * (lowerMean - upperMean);
      if (between > best) {
        best = between;
        threshold = i;
      }
    }
    return threshold < 0 ? OptionalInt.empty() : OptionalInt.of(threshold);
  }
}
