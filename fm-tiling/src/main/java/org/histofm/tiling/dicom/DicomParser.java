package org.histofm.tiling.dicom;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.histofm.tiling.bytes.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * Walks the elements of a DICOM file (PS3.5, chapter 7) up to its pixel data, and keeps the few
 * that a slide needs. No length is believed before it is checked against the file, values over
 * {@value #MAX_VALUE} bytes are passed over, and sequences nest at most {@value #MAX_DEPTH} deep.
 */
final class DicomParser {
  static final long UNDEFINED = 0xffffffffL;

  private static final int PREAMBLE = 128;
  private static final int MAX_VALUE = 4096;
  private static final int MAX_DEPTH = 16;
  private static final int WINDOW = 1 << 14;
  private static final String LONG_FORMS = "OB OW OF OD OL OV SQ UN UC UR UT SV UV";

  private static final Set<Integer> SEQUENCES =
      Set.of(
          Tags.SHARED_GROUPS,
          Tags.PER_FRAME_GROUPS,
          Tags.PIXEL_MEASURES,
          Tags.PLANE_POSITION_SLIDE);

  private final ByteSource source;
  private final int stopAfter;
  private final byte[] window = new byte[WINDOW];
  private long windowStart;
  private int windowLength;
  private long at;
  private boolean explicit = true;
  private long lengthRead; // of the element whose header was read last
  private boolean unknownRead; // whether that element is of unknown type

  private final Map<Integer, byte[]> values = new HashMap<>();
  private final Map<Integer, byte[]> shared = new HashMap<>();
  private final FramePositions positions = new FramePositions();
  private long pixelData = -1;
  private long pixelDataLength;
  private long extendedOffsets = -1;
  private long extendedOffsetsLength;
  private long extendedLengths = -1;
  private long extendedLengthsLength;

  private DicomParser(ByteSource source, int stopAfter) {
    this.source = source;
    this.stopAfter = stopAfter;
  }

  /** Whether these first bytes of a file, 132 of them, are those of a DICOM file. */
  static boolean isDicom(byte[] start) {
    return start.length >= PREAMBLE + 4
        && start[PREAMBLE] == 'D'
        && start[PREAMBLE + 1] == 'I'
        && start[PREAMBLE + 2] == 'C'
        && start[PREAMBLE + 3] == 'M';
  }

  /** Reads everything before the pixel data. */
  static DicomParser whole(ByteSource source) throws IOException {
    return parse(source, Tags.PIXEL_DATA);
  }

  /** Reads up to the frame of reference: enough to tell what a file belongs to. */
  static DicomParser start(ByteSource source) throws IOException {
    return parse(source, Tags.FRAME_OF_REFERENCE);
  }

  private static DicomParser parse(ByteSource source, int stopAfter) throws IOException {
    DicomParser parser = new DicomParser(source, stopAfter);
    parser.need(0, PREAMBLE + 4);
    if (!isDicom(parser.window)) {
      throw new IOException("it has no DICOM prefix");
    }
    parser.at = PREAMBLE + 4;
    parser.elements(source.size(), 0, parser.values, true);
    parser.explicit = !Uids.IMPLICIT_LITTLE_ENDIAN.equals(parser.text(Tags.TRANSFER_SYNTAX));
    if (Uids.isReadableHeader(parser.text(Tags.TRANSFER_SYNTAX))) {
      parser.elements(source.size(), 0, parser.values, false);
    }
    return parser;
  }

  /**
   * Reads elements into {@code into}, or passes over them where it is null.
   *
   * @param end where they end, or {@link #UNDEFINED} for a delimiter
   * @param meta whether these are the elements of the file meta group, which ends with another one
   */
  private void elements(long end, int depth, @Nullable Map<Integer, byte[]> into, boolean meta)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("its sequences nest over " + MAX_DEPTH + " deep");
    }
    while (end == UNDEFINED || at < end) {
      long start = at;
      need(at, 8);
      int tag = u16(at) << 16 | u16(at + 2);
      if (meta && tag >>> 16 != 2) {
        return;
      }
      if (tag == Tags.ITEM_END) {
        at += 8;
        if (end != UNDEFINED) {
          throw new IOException("an item ends where none is open, at byte " + start);
        }
        return;
      }
      at += 4;
      boolean sequence = header(tag);
      long length = lengthRead;
      long limit = end == UNDEFINED ? source.size() : end;
      if (depth == 0 && tag == Tags.PIXEL_DATA) {
        pixelData = at;
        pixelDataLength = length;
        return;
      }
      if (depth == 0 && !meta && Integer.compareUnsigned(tag, stopAfter) > 0) {
        return;
      }
      if (length != UNDEFINED && length > limit - at) {
        throw new IOException(
            "element "
                + Tags.name(tag)
                + " of "
                + length
                + " bytes ends past the end of "
                + (depth == 0 ? "the file" : "its item"));
      }
      if (sequence) {
        boolean wanted = into != null && SEQUENCES.contains(tag);
        if (length != UNDEFINED && !wanted) {
          at += length;
        } else {
          boolean before = explicit;
          explicit &= !unknownRead; // what is of unknown type holds implicit types (PS3.5, 6.2.2)
          items(tag, length, depth, wanted ? into : null);
          explicit = before;
        }
        continue;
      }
      if (length == UNDEFINED) {
        throw new IOException("element " + Tags.name(tag) + " has no length");
      }
      keep(tag, length, depth, into);
      at += length;
    }
  }

  /** Reads what follows a tag; true for a sequence. */
  private boolean header(int tag) throws IOException {
    unknownRead = false;
    if (!explicit) {
      lengthRead = u32(at);
      at += 4;
      return lengthRead == UNDEFINED && tag != Tags.PIXEL_DATA || SEQUENCES.contains(tag);
    }
    int first = u8(at);
    int second = u8(at + 1);
    if (first < 'A' || first > 'Z' || second < 'A' || second > 'Z') {
      throw new IOException("element " + Tags.name(tag) + " has no type");
    }
    String type = "" + (char) first + (char) second;
    if (LONG_FORMS.contains(type)) {
      need(at, 8);
      lengthRead = u32(at + 4);
      at += 8;
    } else {
      lengthRead = u16(at + 2);
      at += 4;
    }
    unknownRead = type.equals("UN");
    return type.equals("SQ") || unknownRead && lengthRead == UNDEFINED;
  }

  private void items(int tag, long length, int depth, @Nullable Map<Integer, byte[]> into)
      throws IOException {
    long end = length == UNDEFINED ? UNDEFINED : at + length;
    while (end == UNDEFINED || at < end) {
      need(at, 8);
      int item = u16(at) << 16 | u16(at + 2);
      long itemLength = u32(at + 4);
      at += 8;
      if (item == Tags.SEQUENCE_END) {
        return;
      }
      if (item != Tags.ITEM) {
        throw new IOException("sequence " + Tags.name(tag) + " holds no items");
      }
      if (itemLength != UNDEFINED && itemLength > (end == UNDEFINED ? source.size() : end) - at) {
        throw new IOException("an item of sequence " + Tags.name(tag) + " ends past its end");
      }
      Map<Integer, byte[]> target = into;
      if (into != null && tag == Tags.SHARED_GROUPS) {
        target = shared;
      } else if (into != null && tag == Tags.PER_FRAME_GROUPS) {
        target = new HashMap<>();
      }
      elements(itemLength == UNDEFINED ? UNDEFINED : at + itemLength, depth + 1, target, false);
      if (target != null && tag == Tags.PER_FRAME_GROUPS) {
        perFrame(target);
      }
    }
  }

  private void perFrame(Map<Integer, byte[]> group) {
    byte[] column = group.get(Tags.COLUMN_POSITION);
    byte[] row = group.get(Tags.ROW_POSITION);
    if (column != null && column.length == 4 && row != null && row.length == 4) {
      positions.add(Values.int32(column), Values.int32(row));
    } else {
      positions.addUnknown();
    }
    byte[] spacing = group.get(Tags.PIXEL_SPACING);
    if (spacing != null) {
      shared.putIfAbsent(Tags.PIXEL_SPACING, spacing);
    }
  }

  private void keep(int tag, long length, int depth, @Nullable Map<Integer, byte[]> into)
      throws IOException {
    if (into == null) {
      return;
    }
    if (depth == 0 && tag == Tags.EXTENDED_OFFSETS) {
      extendedOffsets = at;
      extendedOffsetsLength = length;
    } else if (depth == 0 && tag == Tags.EXTENDED_LENGTHS) {
      extendedLengths = at;
      extendedLengthsLength = length;
    } else if (Tags.WANTED.contains(tag) && length <= MAX_VALUE) {
      need(at, (int) length);
      byte[] value = new byte[(int) length];
      System.arraycopy(window, (int) (at - windowStart), value, 0, value.length);
      into.put(tag, value);
    }
  }

  private void need(long from, int length) throws IOException {
    if (from >= windowStart && from + length <= windowStart + windowLength) {
      return;
    }
    if (length > source.size() - from) {
      throw new IOException("the file ends in its header");
    }
    int count = (int) Math.min(WINDOW, source.size() - from);
    windowLength = 0;
    source.read(from, window, 0, count);
    windowStart = from;
    windowLength = count;
  }

  private int u8(long from) throws IOException {
    need(from, 1);
    return window[(int) (from - windowStart)] & 0xff;
  }

  private int u16(long from) throws IOException {
    return u8(from) | u8(from + 1) << 8;
  }

  private long u32(long from) throws IOException {
    return u16(from) | (long) u16(from + 2) << 16;
  }

  /** The values of the data set and of the file meta group. */
  Map<Integer, byte[]> values() {
    return values;
  }

  /** The values of the functional groups that all frames share. */
  Map<Integer, byte[]> shared() {
    return shared;
  }

  /** Where the frames lie, if they say so one by one. */
  FramePositions positions() {
    return positions;
  }

  /** The text of an element, without padding; empty if it is absent. */
  String text(int tag) {
    return Values.text(values.get(tag));
  }

  /** Where the pixel data begin, or −1. */
  long pixelData() {
    return pixelData;
  }

  /** Bytes of pixel data, or {@link #UNDEFINED} where they are encapsulated. */
  long pixelDataLength() {
    return pixelDataLength;
  }

  /** Where the extended offset table begins, or −1. */
  long extendedOffsets() {
    return extendedOffsets;
  }

  long extendedOffsetsLength() {
    return extendedOffsetsLength;
  }

  /** Where the lengths that belong to the extended offset table begin, or −1. */
  long extendedLengths() {
    return extendedLengths;
  }

  long extendedLengthsLength() {
    return extendedLengthsLength;
  }
}
