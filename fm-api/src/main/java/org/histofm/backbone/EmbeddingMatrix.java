package org.histofm.backbone;

import java.util.Arrays;

/**
 * Embeddings of many samples, [rows, dim] float32 row-major. Immutable. One array holds them, so
 * rows · dim is at most 2³¹ − 9 (100,000 rows of 20,000).
 */
public final class EmbeddingMatrix {
  private final int rows;
  private final int dim;
  private final float[] values;

  private EmbeddingMatrix(int rows, int dim, float[] values) {
    this.rows = rows;
    this.dim = dim;
    this.values = values;
  }

  /**
   * A matrix of a copy of {@code values}.
   *
   * @throws IllegalArgumentException unless rows ≥ 0, dim ≥ 1 and the length is their product
   */
  public static EmbeddingMatrix of(int rows, int dim, float[] values) {
    return wrap(rows, dim, values.clone());
  }

  /**
   * A matrix that takes {@code values} over without copying; the caller must not touch the array
   * again.
   *
   * @throws IllegalArgumentException unless rows ≥ 0, dim ≥ 1 and the length is their product
   */
  public static EmbeddingMatrix wrap(int rows, int dim, float[] values) {
    if (rows < 0 || dim < 1 || (long) rows * dim != values.length) {
      throw new IllegalArgumentException(
          values.length + " values are not " + rows + " embeddings of " + dim);
    }
    return new EmbeddingMatrix(rows, dim, values);
  }

  /** Number of embeddings. */
  public int rows() {
    return rows;
  }

  /** Width of an embedding. */
  public int dim() {
    return dim;
  }

  /** Value {@code d} of embedding {@code row}. */
  public float get(int row, int d) {
    if (d < 0 || d >= dim) {
      throw new IndexOutOfBoundsException("dimension " + d + " of " + dim);
    }
    return values[Math.toIntExact((long) row * dim + d)];
  }

  /** Copies embedding {@code row} to {@code target} from {@code offset}. */
  public void copyRow(int row, float[] target, int offset) {
    System.arraycopy(values, Math.toIntExact((long) row * dim), target, offset, dim);
  }

  /** A copy of all values, [rows, dim]. */
  public float[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof EmbeddingMatrix other
        && rows == other.rows
        && dim == other.dim
        && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return 31 * dim + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "EmbeddingMatrix " + rows + " x " + dim;
  }
}
