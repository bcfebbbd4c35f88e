package org.histofm.tiling.tissue;

/**
 * Hue, saturation and value on OpenCV's 8-bit scale, in its fixed-point arithmetic, so that masks
 * equal those of programs built on it.
 */
public final class Hsv {
  private static final int SHIFT = 12;
  private static final int HALF = 1 << (SHIFT - 1);
  private static final int[] SATURATION = new int[256];
  private static final int[] HUE = new int[256];

  static {
    for (int i = 1; i < 256; i++) {
      SATURATION[i] = (int) Math.rint((255 << SHIFT) / (double) i);
      HUE[i] = (int) Math.rint((180 << SHIFT) / (6.0 * i));
    }
  }

  private Hsv() {}

  /** The brightest channel, 0 to 255. */
  public static int value(int r, int g, int b) {
    return Math.max(r, Math.max(g, b));
  }

  /** Saturation, 0 to 255; 0 for black. */
  public static int saturation(int r, int g, int b) {
    int v = value(r, g, b);
    int spread = v - Math.min(r, Math.min(g, b));
    return (spread * SATURATION[v] + HALF) >> SHIFT;
  }

  /** Hue, 0 to 179; 0 for greys. */
  public static int hue(int r, int g, int b) {
    int v = value(r, g, b);
    int spread = v - Math.min(r, Math.min(g, b));
    int sixths;
    if (v == r) {
      sixths = g - b;
    } else if (v == g) {
      sixths = b - r + 2 * spread;
    } else {
      sixths = r - g + 4 * spread;
    }
    int hue = (sixths * HUE[spread] + HALF) >> SHIFT;
    return hue < 0 ? hue + 180 : hue;
  }
}
