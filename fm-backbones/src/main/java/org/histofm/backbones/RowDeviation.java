package org.histofm.backbones;

/**
 * The worst deviation of computed rows from reference rows, one figure per criterion, each with the
 * row it was found in. A value that is not finite makes its figure NaN, which no limit admits.
 */
final class RowDeviation {
  /** Largest (or, for a cosine, smallest) figure so far. */
  static final class Worst {
    private final int sign;
    private double value;
    private String row = "";

    private Worst(int sign, double best) {
      this.sign = sign;
      this.value = best;
    }

    private void add(double candidate, String where) {
      if (!Double.isNaN(value) && !(sign * candidate <= sign * value)) {
        value = candidate;
        row = where;
      }
    }

    double value() {
      return value;
    }

    String row() {
      return row;
    }
  }

  /** Euclidean norm of the difference over that of the reference row. */
  final Worst relative = new Worst(1, 0);

  /** Largest difference of a value over max(1, root mean square of the reference row). */
  final Worst largest = new Worst(1, 0);

  /** Cosine of the two rows. */
  final Worst cosine = new Worst(-1, 1);

  /** Norm of the difference over that of the reference row less the batch mean. */
  final Worst ofSpread = new Worst(1, 0);

  /** Holds {@code width} values of both arrays against each other. */
  void addRow(String where, float[] ours, int at, float[] reference, int from, int width) {
    double difference = 0;
    double product = 0;
    double ourSquares = 0;
    double squares = 0;
    double greatest = 0;
    for (int i = 0; i < width; i++) {
      double a = ours[at + i];
      double b = reference[from + i];
      difference += (a - b) * (a - b);
      product += a * b;
      ourSquares += a * a;
      squares += b * b;
      greatest = Math.max(greatest, Math.abs(a - b));
    }
    relative.add(ratio(Math.sqrt(difference), Math.sqrt(squares)), where);
    largest.add(greatest / Math.max(1, Math.sqrt(squares / width)), where);
    boolean bothZero = ourSquares == 0 && squares == 0;
    double norms = Math.sqrt(ourSquares) * Math.sqrt(squares);
    cosine.add(bothZero ? 1 : norms == 0 ? 0 : product / norms, where);
  }

  /** Holds the difference of two rows against the distance of the reference from the mean row. */
  void addSpread(String where, float[] ours, int at, float[] reference, int from, double[] mean) {
    double difference = 0;
    double spread = 0;
    for (int i = 0; i < mean.length; i++) {
      double b = reference[from + i];
      difference += (ours[at + i] - b) * (ours[at + i] - b);
      spread += (b - mean[i]) * (b - mean[i]);
    }
    ofSpread.add(ratio(Math.sqrt(difference), Math.sqrt(spread)), where);
  }

  private static double ratio(double part, double whole) {
    return part == 0 ? 0 : part / whole;
  }
}
