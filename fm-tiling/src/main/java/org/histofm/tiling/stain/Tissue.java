package org.histofm.tiling.stain;

import java.util.Arrays;

/** Which pixels of a tile are stained at all. */
final class Tissue {
  /** Least optical density of every channel (Macenko's β). */
  static final double BETA = 0.15;

  private static final int LEAST_PX = 50;
  private static final double LEAST_SHARE = 0.01;

  private Tissue() {}

  /**
   * The pixels of which every channel's density is at least {@link #BETA}, by table {@code density}
   * of 256; none if they are fewer than 50 or 1 % of all.
   */
  static int[] pixels(byte[] rgb, double[] density) {
    int[] found = new int[rgb.length / 3];
    int count = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      if (density[rgb[i] & 0xff] >= BETA
          && density[rgb[i + 1] & 0xff] >= BETA
          && density[rgb[i + 2] & 0xff] >= BETA) {
        found[count++] = i;
      }
    }
    boolean enough = count >= LEAST_PX && count >= LEAST_SHARE * found.length;
    return Arrays.copyOf(found, enough ? count : 0);
  }
}
