package org.histofm.tiling.pyramid;

import java.util.Arrays;

/**
 * The area mean in fixed point: first along columns, then along rows.
 *
 * <p>Fast where tiles are cut close to a slide's own pixel size. Bytes become ints once, since the
 * compiler vectorises loops over arrays of one type only. And where neighbours in the target begin
 * at neighbours in the source, as nearly all do at a step near 1, a row is summed up tap by tap
 * with a weight for every value, in loops without a gather.
 *
 * <p>Confined to one thread.
 */
final class AreaMean {
  private static final int KEPT = 7; // fractional bits between the passes
  private static final int DROPPED = BoxWeights.BITS - KEPT;
  private static final int HALF = 1 << (BoxWeights.BITS + KEPT - 1);
  private static final int LONG_RUN = 16; // target pixels that are worth a loop of their own

  private final BoxWeights across;
  private final int width; // values of a stored row
  private final int[][] rows; // the two stored rows that were converted last, by parity
  private final int[] converted = {-1, -1}; // which they are
  private final int[] mean; // of stored rows, with KEPT fractional bits
  private final int[] gathered; // of the mean: what one tap of every target value sees
  private final int[] sums; // of a target row
  private final int[] white; // in them, and what rounds
  private final int[] runs; // first target pixel of each run, and the end; empty if too short
  private final int[][] weights; // [taps][count * 3], if there are runs

  private AreaMean(BoxWeights across) {
    this.across = across;
    this.width = across.length() * 3;
    this.rows = new int[2][width];
    this.mean = new int[width];
    this.sums = new int[across.count() * 3];
    this.gathered = new int[sums.length];
    this.white = new int[sums.length];
    for (int i = 0; i < across.count(); i++) {
      Arrays.fill(white, i * 3, i * 3 + 3, across.outside(i) * (255 << KEPT) + HALF);
    }
    this.runs = runs(across);
    this.weights = new int[runs.length == 0 ? 0 : across.taps()][sums.length];
    for (int tap = 0; tap < weights.length; tap++) {
      for (int i = 0; i < across.count(); i++) {
        Arrays.fill(weights[tap], i * 3, i * 3 + 3, across.share(i, tap));
      }
    }
  }

  private static int[] runs(BoxWeights across) {
    int[] runs = new int[across.count() + 1];
    int count = 0;
    for (int i = 0; i < across.count(); i++) {
      if (i == 0 || across.start(i) != across.start(i - 1) + 1) {
        runs[count++] = i;
      }
    }
    runs[count] = across.count();
    return across.count() >= (long) count * LONG_RUN ? Arrays.copyOf(runs, count + 1) : new int[0];
  }

  /**
   * Resamples stored pixels, [down.length, across.length, 3], to {@code out}, [down.count,
   * across.count, 3] from {@code at}.
   */
  static void apply(byte[] stored, BoxWeights across, BoxWeights down, byte[] out, int at) {
    AreaMean pass = new AreaMean(across);
    for (int i = 0; i < down.count(); i++) {
      pass.alongColumns(stored, down, i);
      if (pass.runs.length > 0) {
        pass.alongRowByRuns();
      } else {
        pass.alongRow();
      }
      shift(pass.sums, BoxWeights.BITS + KEPT, out, at + i * pass.sums.length);
    }
  }

  private void alongColumns(byte[] stored, BoxWeights down, int i) {
    Arrays.fill(mean, down.outside(i) * 255 + (1 << (DROPPED - 1)));
    for (int tap = 0; tap < down.taps(); tap++) {
      int share = down.share(i, tap);
      if (share != 0) {
        addScaled(mean, share, row(stored, down.start(i) + tap));
      }
    }
    for (int x = 0; x < mean.length; x++) {
      mean[x] >>= DROPPED;
    }
  }

  private int[] row(byte[] stored, int y) {
    int[] row = rows[y & 1];
    if (converted[y & 1] != y) {
      converted[y & 1] = y;
      widen(stored, y * width, row);
    }
    return row;
  }

  private void alongRowByRuns() {
    System.arraycopy(white, 0, sums, 0, sums.length);
    for (int tap = 0; tap < weights.length; tap++) {
      for (int run = 0; run + 1 < runs.length; run++) {
        int to = runs[run] * 3;
        int from = (across.start(runs[run]) + tap) * 3;
        System.arraycopy(mean, from, gathered, to, runs[run + 1] * 3 - to);
      }
      addProducts(sums, weights[tap], gathered);
    }
  }

  private void alongRow() {
    int taps = across.taps();
    for (int i = 0; i < across.count(); i++) {
      int red = white[i * 3];
      int green = red;
      int blue = red;
      int from = across.start(i) * 3;
      for (int tap = 0; tap < taps; tap++) {
        int share = across.share(i, tap);
        red += share * mean[from];
        green += share * mean[from + 1];
        blue += share * mean[from + 2];
        from += 3;
      }
      sums[i * 3] = red;
      sums[i * 3 + 1] = green;
      sums[i * 3 + 2] = blue;
    }
  }

  private static void widen(byte[] from, int at, int[] to) {
    for (int x = 0; x < to.length; x++) {
      to[x] = from[at + x] & 0xff;
    }
  }

  private static void addScaled(int[] sums, int share, int[] row) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += share * row[x];
    }
  }

  private static void addProducts(int[] sums, int[] weights, int[] values) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += weights[x] * values[x];
    }
  }

  private static void shift(int[] sums, int bits, byte[] out, int at) {
    for (int x = 0; x < sums.length; x++) {
      out[at + x] = (byte) (sums[x] >>> bits);
    }
  }
}
