package org.histofm.tile;

import java.util.List;

/**
 * Images of one size, as a backbone reads them: either 8-bit, [count, height, width, 3], which the
 * backbone normalises itself, or float32 that the caller has already normalised, [count, 3, height,
 * width] (PyTorch's layout).
 *
 * <p>Holds its array without copying, so that batches cost nothing; whoever hands one over leaves
 * the array alone while it is in use.
 */
public final class PixelBatch {
  private final int count;
  private final int height;
  private final int width;
  private final byte[] bytes;
  private final float[] floats;

  private PixelBatch(int count, int height, int width, byte[] bytes, float[] floats) {
    if (count < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a batch is at least one image of 1 x 1 px, got "
              + count
              + " of "
              + width
              + " x "
              + height);
    }
    long expected = 3L * count * height * width;
    long actual = Math.max(bytes.length, floats.length);
    if (expected != actual) {
      throw new IllegalArgumentException(
          actual + " values are not " + count + " RGB images of " + width + " x " + height + " px");
    }
    this.count = count;
    this.height = height;
    this.width = width;
    this.bytes = bytes;
    this.floats = floats;
  }

  /** A batch over {@code rgb}, [count, height, width, 3] uint8. */
  public static PixelBatch ofBytes(int count, int height, int width, byte[] rgb) {
    return new PixelBatch(count, height, width, rgb, new float[0]);
  }

  /** A batch over {@code normalised}, [count, 3, height, width] float32. */
  public static PixelBatch ofFloats(int count, int height, int width, float[] normalised) {
    return new PixelBatch(count, height, width, new byte[0], normalised);
  }

  /**
   * A batch of a copy of {@code images}.
   *
   * @throws IllegalArgumentException if there is none, or their sizes differ
   */
  public static PixelBatch of(List<RgbImage> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("a batch is at least one image");
    }
    int width = images.get(0).width();
    int height = images.get(0).height();
    byte[] all = new byte[Math.multiplyExact(images.size(), 3 * width * height)];
    for (int i = 0; i < images.size(); i++) {
      RgbImage image = images.get(i);
      if (image.width() != width || image.height() != height) {
        throw new IllegalArgumentException(
            "image "
                + i
                + " is "
                + image.width()
                + " x "
                + image.height()
                + " px, the first one is "
                + width
                + " x "
                + height);
      }
      image.copyTo(all, i * 3 * width * height);
    }
    return ofBytes(images.size(), height, width, all);
  }

  /** Number of images. */
  public int count() {
    return count;
  }

  /** Height of every image in pixels. */
  public int height() {
    return height;
  }

  /** Width of every image in pixels. */
  public int width() {
    return width;
  }

  /** Whether the pixels are normalised float32; otherwise they are 8-bit. */
  public boolean isNormalised() {
    return floats.length > 0;
  }

  /**
   * The 8-bit values, not copied.
   *
   * @throws IllegalStateException if the batch is float32
   */
  public byte[] bytes() {
    if (isNormalised()) {
      throw new IllegalStateException("this batch holds normalised float32 values, not bytes");
    }
    return bytes;
  }

  /**
   * The normalised values, not copied.
   *
   * @throws IllegalStateException if the batch is 8-bit
   */
  public float[] floats() {
    if (!isNormalised()) {
      throw new IllegalStateException("this batch holds bytes, not normalised float32 values");
    }
    return floats;
  }
}
