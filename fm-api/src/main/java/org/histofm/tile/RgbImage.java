package org.histofm.tile;

import java.util.Arrays;

/**
 * An 8-bit RGB image, [height, width, 3] row-major. Immutable: the bytes are copied in and never
 * handed out for writing.
 */
public final class RgbImage {
  private final int width;
  private final int height;
  private final byte[] rgb;

  private RgbImage(int width, int height, byte[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /**
   * An image of a copy of {@code rgb}.
   *
   * @throws IllegalArgumentException unless the sizes are positive and the length is their product
   *     times 3
   */
  public static RgbImage of(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          rgb.length + " bytes are not an RGB image of " + width + " x " + height + " px");
    }
    return new RgbImage(width, height, rgb.clone());
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** Channel 0 (red), 1 or 2 of the pixel in column {@code x}, row {@code y}; 0 to 255. */
  public int get(int x, int y, int channel) {
    if (x < 0 || x >= width || y < 0 || y >= height || channel < 0 || channel > 2) {
      throw new IndexOutOfBoundsException("pixel " + x + ", " + y + ", channel " + channel);
    }
    return rgb[(y * width + x) * 3 + channel] & 0xff;
  }

  /** Copies all bytes, [height, width, 3], to {@code target} from {@code offset}. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(rgb, 0, target, offset, rgb.length);
  }

  /** A copy of all bytes, [height, width, 3]. */
  public byte[] toBytes() {
    return rgb.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof RgbImage other
        && width == other.width
        && height == other.height
        && Arrays.equals(rgb, other.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * width + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "RgbImage " + width + " x " + height;
  }
}
