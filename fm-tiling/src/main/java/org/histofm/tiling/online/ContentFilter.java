package org.histofm.tiling.online;

import org.histofm.tile.RgbImage;
import org.histofm.tiling.tissue.Hsv;

/**
 * Keeps a tile if enough of its pixels have a colour in a box of hue, saturation and value. The
 * scale and arithmetic are those of OpenCV's 8-bit HSV: hue 0 to 179, the others 0 to 255; both
 * ends of a range belong to it.
 *
 * @param minHue lowest hue
 * @param maxHue highest hue
 * @param minSaturation lowest saturation
 * @param maxSaturation highest saturation
 * @param minValue lowest value
 * @param maxValue highest value
 * @param minShare least share of such pixels, from 0 to 1
 */
public record ContentFilter(
    int minHue,
    int maxHue,
    int minSaturation,
    int maxSaturation,
    int minValue,
    int maxValue,
    double minShare) {
  /**
   * @throws IllegalArgumentException if a range is empty or the share lies outside 0 to 1
   */
  public ContentFilter {
    if (minHue > maxHue || minSaturation > maxSaturation || minValue > maxValue) {
      throw new IllegalArgumentException("a range of colours ends before it begins");
    }
    if (!(minShare >= 0 && minShare <= 1)) {
      throw new IllegalArgumentException("a share lies from 0 to 1, got " + minShare);
    }
  }

  /**
   * As Midnight filters: at least 60 % of pixels of hue 90 to 180, saturation 8 to 255 and value
   * 103 to 255.
   *
   * @see "Karasikov et al. 2025, Training state-of-the-art pathology foundation models with orders
   *     of magnitude less data, arXiv 2504.05186"
   */
  public static ContentFilter midnight() {
    return new ContentFilter(90, 180, 8, 255, 103, 255, 0.6);
  }

  /** Whether enough pixels lie in the box. */
  public boolean keeps(RgbImage image) {
    byte[] rgb = image.toBytes();
    int pixels = rgb.length / 3;
    int inside = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      if (holds(rgb[i] & 0xff, rgb[i + 1] & 0xff, rgb[i + 2] & 0xff)) {
        inside++;
      }
    }
    return inside >= minShare * pixels;
  }

  private boolean holds(int r, int g, int b) {
    int value = Hsv.value(r, g, b);
    if (value < minValue || value > maxValue) {
      return false;
    }
    int saturation = Hsv.saturation(r, g, b);
    if (saturation < minSaturation || saturation > maxSaturation) {
      return false;
    }
    int hue = Hsv.hue(r, g, b);
    return hue >= minHue && hue <= maxHue;
  }

  /** In words, for recipes. */
  public String describe() {
    return minShare
        + " of pixels with hue "
        + minHue
        + "-"
        + maxHue
        + ", saturation "
        + minSaturation
        + "-"
        + maxSaturation
        + ", value "
        + minValue
        + "-"
        + maxValue;
  }
}
