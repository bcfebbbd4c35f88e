package org.histofm.backbones.pixels;

import java.util.SplittableRandom;
import org.histofm.tile.Augmentation;

/**
 * One of the eight symmetries of a square: rows and columns exchanged or not, then columns mirrored
 * left to right or not, and rows top to bottom or not. Works in place on one image, [height, width,
 * 3].
 *
 * @param transpose whether rows and columns are exchanged first
 * @param mirrorColumns whether left becomes right
 * @param mirrorRows whether top becomes bottom
 */
record Symmetry(boolean transpose, boolean mirrorColumns, boolean mirrorRows) {
  /** A random one of those that {@code augmentation} asks for, all equally likely. */
  static Symmetry draw(Augmentation augmentation, SplittableRandom random) {
    boolean mirrorColumns = random.nextBoolean() && augmentation.flips();
    boolean mirrorRows = random.nextBoolean() && augmentation.flips();
    int quarterTurns = random.nextInt(4);
    return of(mirrorColumns, mirrorRows, augmentation.quarterTurns() ? quarterTurns : 0);
  }

  /**
   * Mirrors, then turns counter-clockwise.
   *
   * @param quarterTurns 0 to 3
   */
  static Symmetry of(boolean mirrorColumns, boolean mirrorRows, int quarterTurns) {
    // A quarter turn is a transposition that mirrors rows afterwards; what was mirrored before it
    // mirrors the other axis after it. Two mirror images of one axis cancel.
    return switch (quarterTurns) {
      case 0 -> new Symmetry(false, mirrorColumns, mirrorRows);
      case 1 -> new Symmetry(true, mirrorRows, !mirrorColumns);
      case 2 -> new Symmetry(false, !mirrorColumns, !mirrorRows);
      case 3 -> new Symmetry(true, !mirrorRows, mirrorColumns);
      default -> throw new IllegalArgumentException(quarterTurns + " quarter turns");
    };
  }

  /** Moves the pixels of the image that begins at {@code offset}; a transposed one is square. */
  void apply(byte[] rgb, int offset, int width, int height) {
    if (transpose) {
      transpose(rgb, offset, width);
    }
    if (mirrorColumns) {
      mirrorColumns(rgb, offset, width, height);
    }
    if (mirrorRows) {
      mirrorRows(rgb, offset, width, height);
    }
  }

  private static void transpose(byte[] rgb, int offset, int side) {
    for (int y = 1; y < side; y++) {
      for (int x = 0; x < y; x++) {
        swapPixels(rgb, offset + 3 * (y * side + x), offset + 3 * (x * side + y));
      }
    }
  }

  private static void mirrorColumns(byte[] rgb, int offset, int width, int height) {
    for (int y = 0; y < height; y++) {
      int left = offset + 3 * y * width;
      int right = left + 3 * (width - 1);
      for (; left < right; left += 3, right -= 3) {
        swapPixels(rgb, left, right);
      }
    }
  }

  private static void mirrorRows(byte[] rgb, int offset, int width, int height) {
    int length = 3 * width;
    byte[] row = new byte[length];
    for (int y = 0; y < height / 2; y++) {
      int upper = offset + y * length;
      int lower = offset + (height - 1 - y) * length;
      System.arraycopy(rgb, upper, row, 0, length);
      System.arraycopy(rgb, lower, rgb, upper, length);
      System.arraycopy(row, 0, rgb, lower, length);
    }
  }

  private static void swapPixels(byte[] rgb, int a, int b) {
    for (int c = 0; c < 3; c++) {
      byte value = rgb[a + c];
      rgb[a + c] = rgb[b + c];
      rgb[b + c] = value;
    }
  }
}
