package org.histofm.tiling.openslide;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** The orientation of a TIFF's first image, which OpenSlide neither honours nor tells. */
final class TiffOrientation {
  /** Rows from the top, columns from the left; also what is taken where nothing is recorded. */
  static final int UPRIGHT = 1;

  private static final int TAG = 274;
  private static final int BIG = 43;
  private static final int HEADER = 16;
  private static final int ENTRY = 12;
  private static final int BIG_ENTRY = 20;
  private static final int MAX_ENTRIES = 4096;

  private TiffOrientation() {}

  /** The orientation, 1 to 8; {@link #UPRIGHT} for a file of another kind, or a damaged one. */
  static int of(Path file) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      ByteBuffer header = bytes(in, 0, HEADER);
      boolean little = header.get(0) == 'I' && header.get(1) == 'I';
      if (!little && !(header.get(0) == 'M' && header.get(1) == 'M')) {
        return UPRIGHT;
      }
      ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      header.order(order);
      boolean big = header.getShort(2) == BIG;
      long directory = big ? header.getLong(8) : header.getInt(4) & 0xffffffffL;
      ByteBuffer start = bytes(in, directory, big ? 8 : 2).order(order);
      long count = big ? start.getLong(0) : start.getShort(0) & 0xffff;
      int size = big ? BIG_ENTRY : ENTRY;
      if (count < 0 || count > MAX_ENTRIES) {
        return UPRIGHT;
      }
      ByteBuffer entries = bytes(in, directory + start.capacity(), (int) count * size).order(order);
      for (int at = 0; at < entries.capacity(); at += size) {
        if ((entries.getShort(at) & 0xffff) == TAG) {
          int value = entries.getShort(at + (big ? 12 : 8)) & 0xffff;
          return value >= 1 && value <= 8 ? value : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (IOException e) {
      return UPRIGHT; // OpenSlide will say what is wrong with the file
    }
  }

  private static ByteBuffer bytes(RandomAccessFile in, long from, int length) throws IOException {
    if (from < 0 || from > in.length() - length) {
      throw new IOException("the file ends before");
    }
    byte[] bytes = new byte[length];
    in.seek(from);
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes);
  }
}
