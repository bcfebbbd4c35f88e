package org.histofm.tiling.openslide;

import java.io.IOException;
import org.histofm.tile.RgbImage;

/** OpenSlide's pixels, premultiplied ARGB in native ints, over white. */
final class OverWhite {
  private static final int OPAQUE = 255;

  private OverWhite() {}

  /** Writes {@code count} pixels of {@code argb} from its index {@code from} to {@code rgb}. */
  static void copy(int[] argb, int from, int count, byte[] rgb, int to) {
    for (int i = from; i < from + count; i++) {
      int pixel = argb[i];
      // Premultiplied: a colour is at most its alpha, and the sum of both parts at most 255.
      int white = OPAQUE - (pixel >>> 24);
      rgb[to++] = (byte) ((pixel >> 16 & 0xff) + white);
      rgb[to++] = (byte) ((pixel >> 8 & 0xff) + white);
      rgb[to++] = (byte) ((pixel & 0xff) + white);
    }
  }

  /** A whole image, [height, width]. */
  static RgbImage image(int width, int height, int[] argb) {
    byte[] rgb = new byte[3 * width * height];
    copy(argb, 0, width * height, rgb, 0);
    return RgbImage.of(width, height, rgb);
  }

  /**
   * @throws IOException if an image of this size is none, or too large
   */
  static void requireSize(long width, long height, long maxPx) throws IOException {
    if (width < 1 || height < 1) {
      throw new IOException("it cannot be read");
    }
    if (width > maxPx / height) {
      throw new IOException(
          "it claims " + width + " x " + height + " px, over the limit of " + maxPx + " px");
    }
  }
}
