package org.histofm.tiling.tiff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.histofm.tiling.bytes.ByteSource;

/**
 * One directory of a TIFF: what it says of a page, by tag. Values are read when they are asked for,
 * and no more of them than fit into the file and the limit that the asker gives.
 */
final class Directory {
  static final int NEW_SUBFILE_TYPE = 254;
  static final int IMAGE_WIDTH = 256;
  static final int IMAGE_LENGTH = 257;
  static final int BITS_PER_SAMPLE = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int IMAGE_DESCRIPTION = 270;
  static final int STRIP_OFFSETS = 273;
  static final int ORIENTATION = 274;
  static final int SAMPLES_PER_PIXEL = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTE_COUNTS = 279;
  static final int X_RESOLUTION = 282;
  static final int Y_RESOLUTION = 283;
  static final int PLANAR_CONFIGURATION = 284;
  static final int RESOLUTION_UNIT = 296;
  static final int SOFTWARE = 305;
  static final int PREDICTOR = 317;
  static final int COLOR_MAP = 320;
  static final int TILE_WIDTH = 322;
  static final int TILE_LENGTH = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTE_COUNTS = 325;
  static final int SUB_IFDS = 330;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int JPEG_TABLES = 347;
  static final int XMP = 700;
  static final int HAMAMATSU = 65420;

  private static final int MAX_TEXT_BYTES = 1 << 24;
  private static final int CHUNK = 1 << 16;

  private record Entry(int type, long count, long position) {}

  private final ByteSource bytes;
  private final boolean bigEndian;
  private final Map<Integer, Entry> entries = new TreeMap<>();

  Directory(ByteSource bytes, boolean bigEndian) {
    this.bytes = bytes;
    this.bigEndian = bigEndian;
  }

  /** Notes a value that begins at {@code position} of the file. */
  void add(int tag, int type, long count, long position) {
    entries.putIfAbsent(tag, new Entry(type, count, position));
  }

  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** Bytes of one value of a type; 0 if the type is unknown. */
  static int size(int type) {
    return switch (type) {
      case 1, 2, 6, 7 -> 1;
      case 3, 8 -> 2;
      case 4, 9, 11, 13 -> 4;
      case 5, 10, 12, 16, 17, 18 -> 8;
      default -> 0;
    };
  }

  /** The first whole number of {@code tag}, or {@code otherwise} if there is none. */
  long number(int tag, long otherwise) throws IOException {
    Entry entry = entries.get(tag);
    if (entry == null || entry.count == 0) {
      return otherwise;
    }
    long[] one = new long[1];
    numbers(tag, new Entry(entry.type, 1, entry.position), one);
    return one[0];
  }

  /** The first {@code max} whole numbers of {@code tag}, or all; none if it is missing. */
  long[] numbers(int tag, int max) throws IOException {
    Entry entry = entries.get(tag);
    if (entry == null) {
      return new long[0];
    }
    long count = entry.count < 0 ? max : Math.min(entry.count, max);
    Entry wanted = new Entry(entry.type, count, entry.position);
    long[] numbers = new long[(int) checkedCount(tag, wanted, max)];
    numbers(tag, wanted, numbers);
    return numbers;
  }

  private long checkedCount(int tag, Entry entry, long max) throws TiffProblem {
    long size = size(entry.type);
    if (size == 0) {
      throw TiffProblem.damaged("tag " + tag + " has the unknown type " + entry.type);
    }
    if (entry.count < 0 || entry.count > max) {
      throw TiffProblem.damaged(
          "tag " + tag + " claims " + Long.toUnsignedString(entry.count) + " values");
    }
    if (entry.position < 0 || entry.position > bytes.size() - entry.count * size) {
      throw TiffProblem.damaged(
          "the values of tag " + tag + " lie beyond the file's end at byte " + bytes.size());
    }
    return entry.count;
  }

  private void numbers(int tag, Entry entry, long[] target) throws IOException {
    checkedCount(tag, entry, target.length);
    int size = size(entry.type);
    if (entry.type == 2 || entry.type == 11 || entry.type == 12 || size == 8 && entry.type < 16) {
      throw TiffProblem.damaged("tag " + tag + " is no whole number");
    }
    byte[] part = new byte[Math.min(CHUNK, target.length * size)];
    for (int done = 0; done < target.length; ) {
      int now = Math.min(target.length - done, part.length / size);
      bytes.read(entry.position + (long) done * size, part, 0, now * size);
      for (int i = 0; i < now; i++) {
        target[done + i] = TiffFile.number(part, i * size, size, bigEndian);
      }
      done += now;
    }
  }

  /** The first fraction of {@code tag}; NaN if there is none. */
  double ratio(int tag) throws IOException {
    Entry entry = entries.get(tag);
    if (entry == null || entry.type != 5 || entry.count < 1) {
      return Double.NaN;
    }
    checkedCount(tag, new Entry(entry.type, 1, entry.position), 1);
    byte[] both = new byte[8];
    bytes.read(entry.position, both, 0, 8);
    return (double) TiffFile.number(both, 0, 4, bigEndian) / TiffFile.number(both, 4, 4, bigEndian);
  }

  /** The text of {@code tag}; empty if it is missing. */
  String text(int tag) throws IOException {
    byte[] text = bytes(tag, MAX_TEXT_BYTES);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  /** The bytes of {@code tag}; empty if it is missing. */
  byte[] bytes(int tag, int max) throws IOException {
    Entry entry = entries.get(tag);
    if (entry == null) {
      return new byte[0];
    }
    if (size(entry.type) != 1) {
      throw TiffProblem.damaged("tag " + tag + " is not of bytes");
    }
    byte[] value = new byte[(int) checkedCount(tag, entry, max)];
    bytes.read(entry.position, value, 0, value.length);
    return value;
  }
}
