package org.histofm.tiling.plain;

/**
 * How a stored picture is turned or mirrored before it is shown; the eight values of TIFF's and
 * EXIF's orientation tag.
 *
 * @param swapsAxes whether columns become rows
 * @param flipsX whether what is shown left lies right where it is stored, before axes are swapped
 * @param flipsY likewise for top and bottom
 */
record Orientation(boolean swapsAxes, boolean flipsX, boolean flipsY) {
  static final Orientation UPRIGHT = new Orientation(false, false, false);

  /** The orientation of a tag's value; upright for any that is none. */
  static Orientation of(int tag) {
    return switch (tag) {
      case 2 -> new Orientation(false, true, false);
      case 3 -> new Orientation(false, true, true);
      case 4 -> new Orientation(false, false, true);
      case 5 -> new Orientation(true, false, false);
      case 6 -> new Orientation(true, false, true);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, true, false);
      default -> UPRIGHT;
    };
  }

  /** Stored column of what is shown at (x, y), of {@code width} stored columns. */
  int storedX(int x, int y, int width) {
    int at = swapsAxes ? y : x;
    return flipsX ? width - 1 - at : at;
  }

  /** Stored row of what is shown at (x, y), of {@code height} stored rows. */
  int storedY(int x, int y, int height) {
    int at = swapsAxes ? x : y;
    return flipsY ? height - 1 - at : at;
  }
}
