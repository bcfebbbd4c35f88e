package org.histofm.tiling.pyramid;

/**
 * The shares that stored pixels have in target pixels along one axis, in units of 1/{@value #ONE}.
 * The shares of a target pixel add up to one together with that of what lies outside, {@link
 * #outside}. All target pixels have equally many shares, {@link #taps}, some of which may be 0.
 */
final class BoxWeights {
  static final int BITS = 16;
  static final int ONE = 1 << BITS;

  private final int from;
  private final int length;
  private final int taps;
  private final int[] start; // of each target pixel: first stored pixel, counted from `from`
  private final int[] share; // [count, taps]
  private final int[] outside;

  /**
   * @param first index of the first target pixel
   * @param count target pixels
   * @param step stored pixels of a target pixel
   * @param from first stored pixel that is at hand
   * @param length stored pixels at hand
   */
  BoxWeights(long first, int count, double step, int from, int length) {
    this.from = from;
    this.length = length;
    this.taps = taps(first, count, step, from, length);
    this.start = new int[count];
    this.outside = new int[count];
    this.share = new int[Math.multiplyExact(count, taps)];
    for (int i = 0; i < count; i++) {
      double begin = (first + i) * step;
      double end = (first + i + 1) * step;
      long low = Math.max(from, (long) Math.floor(begin));
      long high = Math.min((long) from + length, (long) Math.ceil(end));
      // So far to the left that all taps are at hand.
      start[i] = (int) Math.max(0, Math.min(low - from, length - taps));
      int sum = 0;
      int largest = 0;
      for (long j = low; j < high; j++) {
        double covered = Math.min(end, j + 1) - Math.max(begin, j);
        int at = i * taps + (int) (j - from) - start[i];
        share[at] = (int) Math.rint(covered / step * ONE);
        sum += share[at];
        if (j == low || share[at] > share[largest]) {
          largest = at;
        }
      }
      boolean inside = begin >= from && end <= (double) from + length;
      if (inside && high > low) {
        share[largest] += ONE - sum; // what rounding has lost
        sum = ONE;
      }
      outside[i] = Math.max(0, ONE - sum);
    }
  }

  private static int taps(long first, int count, double step, int from, int length) {
    long most = 0;
    for (int i = 0; i < count; i++) {
      long low = Math.max(from, (long) Math.floor((first + i) * step));
      long high = Math.min((long) from + length, (long) Math.ceil((first + i + 1) * step));
      most = Math.max(most, high - low);
    }
    return (int) most;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Whether every target pixel is the stored one in its place. */
  boolean isCopy() {
    if (taps != 1 || length != start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (start[i] != i || share[i] != ONE) {
        return false;
      }
    }
    return true;
  }

  /** The first stored pixel that is needed. */
  int from() {
    return from;
  }

  /** How many stored pixels are needed from there. */
  int length() {
    return length;
  }

  /** Target pixels. */
  int count() {
    return start.length;
  }

  /** Shares of each target pixel. */
  int taps() {
    return taps;
  }

  /** The first stored pixel of target pixel {@code i}, counted from {@link #from}. */
  int start(int i) {
    return start[i];
  }

  /** The share that stored pixel {@code start(i) + tap} has in target pixel {@code i}. */
  int share(int i, int tap) {
    return share[i * taps + tap];
  }

  /** The share of white in target pixel {@code i}. */
  int outside(int i) {
    return outside[i];
  }
}
