package org.histofm.tiling.shape;

/**
 * A place on a slide, in level-0 pixels; pixel (i, j) covers [i, i + 1) x [j, j + 1).
 *
 * @param x distance from the left edge
 * @param y distance from the top edge
 */
public record Point(double x, double y) {
  /**
   * @throws IllegalArgumentException unless both are finite
   */
  public Point {
    if (!Double.isFinite(x) || !Double.isFinite(y)) {
      throw new IllegalArgumentException("a point must be finite, got " + x + ", " + y);
    }
  }
}
