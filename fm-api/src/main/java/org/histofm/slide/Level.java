package org.histofm.slide;

/**
 * One step of a slide's pyramid; level 0 is full resolution.
 *
 * @param width width in pixels of this level, at least 1
 * @param height height in pixels of this level, at least 1
 * @param downsampleX how many level-0 pixels a pixel of this level is wide, at least 1
 * @param downsampleY how many level-0 pixels a pixel of this level is high, at least 1
 */
public record Level(long width, long height, double downsampleX, double downsampleY) {
  /**
   * @throws IllegalArgumentException if a value is below 1 or not finite
   */
  public Level {
    if (width < 1 || height < 1 || !(downsampleX >= 1) || !(downsampleY >= 1)) {
      throw new IllegalArgumentException(
          "a level of "
              + width
              + " x "
              + height
              + " px, reduced "
              + downsampleX
              + " x "
              + downsampleY);
    }
    if (!Double.isFinite(downsampleX + downsampleY)) {
      throw new IllegalArgumentException("a level's reduction must be finite");
    }
  }

  /**
   * A level of {@code width} x {@code height} px of a slide of the full size given. Where the ratio
   * of sizes is a whole number but for the rounding of the level's size, it is that number: so the
   * place and area of a pixel do not depend on how a scanner rounded.
   *
   * @throws IllegalArgumentException if the level is larger than the slide, or a size is below 1
   */
  public static Level of(long width, long height, long fullWidth, long fullHeight) {
    return new Level(width, height, reduction(width, fullWidth), reduction(height, fullHeight));
  }

  private static double reduction(long size, long full) {
    double ratio = (double) full / size;
    double whole = Math.rint(ratio);
    return Math.abs(full / whole - size) <= 1 ? whole : ratio;
  }
}
