package org.histofm.tiling.online;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How much of a total each of several parts gets, in proportion to its area but no more than its
 * bound; what a bound cuts off goes to the others in proportion. Everything is counted in fixed
 * point, {@link #ONE} for one tile, so sums are exact.
 */
final class Quotas {
  /** One tile. */
  static final long ONE = 1L << 32;

  private Quotas() {}

  /**
   * The quota of each part.
   *
   * @param areas not negative, at least one above 0
   * @param bounds of each part
   * @param total at most the sum of the bounds of parts whose area is not 0
   * @throws IllegalArgumentException if the bounds are too low
   */
  static long[] of(double[] areas, long[] bounds, long total) {
    int[] byRatio =
        IntStream.range(0, areas.length)
            .filter(i -> areas[i] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> bounds[i] / areas[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double area = 0;
    for (int i = byRatio.length - 1; i >= 0; i--) {
      area += areas[byRatio[i]];
    }
    long[] quotas = new long[areas.length];
    long left = total;
    // Those come first whose bound is lowest for their area; once one stays below its bound, all
    // do.
    for (int i : byRatio) {
      long share = areas[i] >= area ? left : (long) (left * (areas[i] / area));
      quotas[i] = Math.min(bounds[i], share);
      left -= quotas[i];
      area -= areas[i];
    }
    // What rounding left over, of the order of a part in 2^32.
    for (int i : byRatio) {
      long more = Math.min(bounds[i] - quotas[i], left);
      quotas[i] += more;
      left -= more;
    }
    if (left > 0) {
      throw new IllegalArgumentException(
          "the bounds of all parts together are too low by " + (double) left / ONE);
    }
    return quotas;
  }
}
