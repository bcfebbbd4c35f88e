package org.histofm.slide;

/**
 * Pixel size in micrometres per pixel (µm/px), per axis; positive and finite.
 *
 * @param x width of a pixel
 * @param y height of a pixel
 */
public record Mpp(double x, double y) {
  /**
   * @throws IllegalArgumentException unless both are positive and finite
   */
  public Mpp {
    if (!(x > 0 && y > 0 && Double.isFinite(x + y))) {
      throw new IllegalArgumentException("mpp must be positive and finite, got " + x + " x " + y);
    }
  }

  /** Square pixels of {@code value} µm. */
  public static Mpp of(double value) {
    return new Mpp(value, value);
  }
}
