package org.histofm.slide;

/**
 * A slide's pixel size and how it is known.
 *
 * @param mpp size of a level-0 pixel
 * @param origin where it stands, such as {@code aperio.MPP}, {@code TIFF XResolution} or {@code
 *     stated}
 */
public record PixelSize(Mpp mpp, String origin) {
  /** Smallest pixel size in µm/px that is believed when a file records it. */
  public static final double MIN_BELIEVED = 0.05;

  /** Largest pixel size in µm/px that is believed when a file records it. */
  public static final double MAX_BELIEVED = 20;

  /** A pixel size that the user states; it is taken as it is. */
  public static PixelSize stated(Mpp mpp) {
    return new PixelSize(mpp, "stated");
  }

  /**
   * Whether a recorded size may be true: placeholders such as 72 dpi (353 µm/px) or 10 pixels per
   * cm (1000 µm/px) are not.
   */
  public boolean believable() {
    return believable(mpp.x()) && believable(mpp.y());
  }

  private static boolean believable(double value) {
    return value >= MIN_BELIEVED && value <= MAX_BELIEVED;
  }
}
