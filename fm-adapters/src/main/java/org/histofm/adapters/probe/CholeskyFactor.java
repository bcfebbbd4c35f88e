package org.histofm.adapters.probe;

import java.util.ArrayList;
import java.util.List;

/**
 * The Cholesky factor L of a symmetric positive definite matrix A = L·Lᵀ. Immutable.
 *
 * <p>Right-looking by blocks: a block of columns is factorised here, and what it takes from the
 * rest of the matrix are products of tiles, which are nearly all of the work and done by {@link
 * NativeMatrix}. ND4J's own routines are no help: its {@code potrf} clears the upper half element
 * by element and leaves arrays behind for the garbage collector, and its {@code trsm} takes the
 * right-hand side to be as wide as the matrix and writes beyond it if it is not.
 */
final class CholeskyFactor {
  private static final int BLOCK = 128;

  private final double[] values; // [side, side] column after column; lower half
  private final int side;

  private CholeskyFactor(double[] values, int side) {
    this.values = values;
    this.side = side;
  }

  /**
   * Factorises A.
   *
   * @param matrix [side, side] column after column, of which the lower half is read; becomes the
   *     factor's own
   * @throws ArithmeticException if A is not positive definite
   */
  static CholeskyFactor of(double[] matrix, int side) {
    CholeskyFactor factor = new CholeskyFactor(matrix, side);
    List<NativeMatrix> panel = new ArrayList<>(); // tiles below the diagonal, [BLOCK, BLOCK]
    try (NativeMatrix product = NativeMatrix.zeros(BLOCK, BLOCK)) {
      for (int first = BLOCK; first < side; first += BLOCK) {
        panel.add(NativeMatrix.zeros(BLOCK, BLOCK));
      }
      for (int first = 0; first < side; first += BLOCK) {
        factor.factorizeColumns(first);
        factor.updateRest(first, panel, product);
      }
    } finally {
      panel.forEach(NativeMatrix::close);
    }
    return factor;
  }

  /** Factorises a block of columns, from which all earlier ones are already taken. */
  private void factorizeColumns(int first) {
    for (int j = first; j < Math.min(first + BLOCK, side); j++) {
      for (int p = first; p < j; p++) {
        double factor = values[p * side + j];
        for (int i = j; i < side; i++) {
          values[j * side + i] -= factor * values[p * side + i];
        }
      }
      double pivot = values[j * side + j];
      if (!(pivot > 0)) {
        throw new ArithmeticException("pivot " + j + " of a Cholesky factorisation is " + pivot);
      }
      double root = Math.sqrt(pivot);
      for (int i = j; i < side; i++) {
        values[j * side + i] /= root;
      }
    }
  }

  /** Takes the products of a factorised block of columns from the columns after it. */
  private void updateRest(int first, List<NativeMatrix> panel, NativeMatrix product) {
    double[] tile = new double[BLOCK * BLOCK];
    int next = first + BLOCK;
    for (int row = next; row < side; row += BLOCK) {
      int height = Math.min(BLOCK, side - row);
      for (int j = 0; j < BLOCK; j++) {
        System.arraycopy(values, (first + j) * side + row, tile, j * BLOCK, height);
      }
      panel.get((row - next) / BLOCK).put(0, tile, 0, tile.length);
    }
    for (int column = next; column < side; column += BLOCK) {
      for (int row = column; row < side; row += BLOCK) {
        product.product(
            1, panel.get((row - next) / BLOCK), false, panel.get((column - next) / BLOCK), true, 0);
        product.get(0, tile, 0, tile.length);
        int height = Math.min(BLOCK, side - row);
        for (int j = 0; j < Math.min(BLOCK, side - column); j++) {
          int at = (column + j) * side + row;
          for (int i = 0; i < height; i++) {
            values[at + i] -= tile[j * BLOCK + i];
          }
        }
      }
    }
  }

  /**
   * Replaces B by A⁻¹ · B.
   *
   * @param b [side, columns], column after column
   */
  void solve(double[] b, int columns) {
    for (int j = 0; j < side; j++) {
      int diagonal = j * side + j;
      for (int k = 0; k < columns; k++) {
        int at = k * side + j;
        b[at] /= values[diagonal];
        double y = b[at];
        for (int i = 1; i < side - j; i++) {
          b[at + i] -= y * values[diagonal + i];
        }
      }
    }
    for (int j = side - 1; j >= 0; j--) {
      int diagonal = j * side + j;
      for (int k = 0; k < columns; k++) {
        int at = k * side + j;
        b[at] = (b[at] - dot(b, at + 1, diagonal + 1, side - j - 1)) / values[diagonal];
      }
    }
  }

  /** Four sums side by side: one alone waits for every addition. */
  private double dot(double[] b, int at, int from, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      s0 += b[at + i] * values[from + i];
      s1 += b[at + i + 1] * values[from + i + 1];
      s2 += b[at + i + 2] * values[from + i + 2];
      s3 += b[at + i + 3] * values[from + i + 3];
    }
    for (; i < count; i++) {
      s0 += b[at + i] * values[from + i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
