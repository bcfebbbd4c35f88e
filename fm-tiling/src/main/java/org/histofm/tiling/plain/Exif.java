package org.histofm.tiling.plain;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.histofm.slide.PixelSize;

/** What the first directory of an EXIF block says of orientation and pixel size. */
final class Exif {
  private static final int ORIENTATION = 274;
  private static final int X_RESOLUTION = 282;
  private static final int Y_RESOLUTION = 283;
  private static final int RESOLUTION_UNIT = 296;
  private static final int SHORT = 3;
  private static final int RATIONAL = 5;
  private static final int ENTRY = 12;

  private final ByteBuffer bytes;
  private int orientation = 1;
  private double x;
  private double y;
  private int unit = 2; // inches, unless it says otherwise

  private Exif(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Reads a block from its byte order mark; one that makes no sense says nothing. */
  static Exif of(byte[] block) {
    Exif exif = new Exif(ByteBuffer.wrap(block));
    if (block.length >= 8 && (block[0] == 'I' || block[0] == 'M') && block[1] == block[0]) {
      exif.bytes.order(block[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      exif.directory(exif.bytes.getInt(4));
    }
    return exif;
  }

  private void directory(int at) {
    if (at < 8 || at > bytes.capacity() - 2) {
      return;
    }
    int entries = bytes.getShort(at) & 0xffff;
    for (int i = 0; i < entries && at + 2 + (i + 1) * ENTRY <= bytes.capacity(); i++) {
      int entry = at + 2 + i * ENTRY;
      int type = bytes.getShort(entry + 2) & 0xffff;
      int value = type == SHORT ? bytes.getShort(entry + 8) & 0xffff : bytes.getInt(entry + 8);
      switch (bytes.getShort(entry) & 0xffff) {
        case ORIENTATION -> orientation = value;
        case RESOLUTION_UNIT -> unit = value;
        case X_RESOLUTION -> x = rational(type, value);
        case Y_RESOLUTION -> y = rational(type, value);
        default -> {}
      }
    }
  }

  private double rational(int type, int at) {
    if (type != RATIONAL || at < 0 || at > bytes.capacity() - 8) {
      return 0;
    }
    return (double) (bytes.getInt(at) & 0xffffffffL) / (bytes.getInt(at + 4) & 0xffffffffL);
  }

  Orientation orientation() {
    return Orientation.of(orientation);
  }

  List<PixelSize> pixelSizes() {
    List<PixelSize> sizes = new ArrayList<>();
    Resolutions.add(sizes, Resolutions.micrometres(unit), x, y, "EXIF XResolution");
    return sizes;
  }
}
