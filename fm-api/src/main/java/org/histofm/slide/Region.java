package org.histofm.slide;

/**
 * A rectangle in level-0 (full resolution) pixels; may reach over the slide's edge, where reads are
 * padded.
 *
 * @param x left edge
 * @param y top edge
 * @param width width, at least 1
 * @param height height, at least 1
 */
public record Region(long x, long y, long width, long height) {
  /**
   * @throws IllegalArgumentException if width or height is below 1, or an edge overflows
   */
  public Region {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a region is at least 1 x 1 px, got " + width + " x " + height);
    }
    if (x > Long.MAX_VALUE - width || y > Long.MAX_VALUE - height) {
      throw new IllegalArgumentException(
          "a region of " + width + " x " + height + " px at " + x + ", " + y + " ends beyond 2^63");
    }
  }

  /** Whether {@code other} lies wholly inside. */
  public boolean contains(Region other) {
    return other.x >= x
        && other.y >= y
        && other.x + other.width <= x + width
        && other.y + other.height <= y + height;
  }
}
