package org.histofm.tiling.dicom;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.histofm.tiling.bytes.ByteSource;

/**
 * Where the bytes of each frame lie (PS3.5, annex A.4): side by side if they are not compressed;
 * else as the extended or the basic offset table says; without a table, or if it overflowed its 32
 * bits, by walking over the fragments once.
 */
final class FrameTable {
  private static final int HEADER = 8;

  private final ByteSource source;
  private final long[]
      starts; // of the bytes of raw frames, of the first fragment's header of others
  private final long[] ends; // exclusive; 0 where a frame goes on to the end of the pixel data
  private final boolean isRaw;
  private final int maxBytes;

  private FrameTable(ByteSource source, long[] starts, long[] ends, boolean isRaw, int maxBytes) {
    this.source = source;
    this.starts = starts;
    this.ends = ends;
    this.isRaw = isRaw;
    this.maxBytes = maxBytes;
  }

  /**
   * Finds the frames.
   *
   * @param frames how many there are said to be
   * @param frameBytes bytes of a frame that is not compressed
   * @param isRaw whether they are not compressed
   * @throws IOException if they are not there; the message says why
   */
  static FrameTable of(
      ByteSource source, DicomParser header, int frames, int frameBytes, boolean isRaw)
      throws IOException {
    long at = header.pixelData();
    if (isRaw) {
      long needed = (long) frames * frameBytes;
      long there = header.pixelDataLength() == DicomParser.UNDEFINED ? 0 : header.pixelDataLength();
      if (there < needed || source.size() - at < needed) {
        throw new IOException(
            frames
                + " frames need "
                + needed
                + " bytes of pixel data, of which "
                + Math.min(there, source.size() - at)
                + " are there");
      }
      long[] starts = new long[frames];
      long[] ends = new long[frames];
      for (int i = 0; i < frames; i++) {
        starts[i] = at + (long) i * frameBytes;
        ends[i] = starts[i] + frameBytes;
      }
      return new FrameTable(source, starts, ends, true, frameBytes);
    }
    if (header.pixelDataLength() != DicomParser.UNDEFINED) {
      throw new IOException("its compressed frames are not in fragments");
    }
    // A fragment takes at least its header, so this bounds what the file can make us allocate.
    if ((long) frames * HEADER > source.size()) {
      throw new IOException("it claims " + frames + " frames, more than its bytes can hold");
    }
    int maxBytes = (int) Math.min(Integer.MAX_VALUE - 64, 2L * frameBytes + (1 << 16));
    long offsets = length(source, at, Tags.ITEM);
    long first = at + HEADER + offsets;
    FrameTable table = new FrameTable(source, new long[frames], new long[frames], false, maxBytes);
    boolean found =
        header.extendedOffsets() >= 0
            ? table.extended(header, first)
            : offsets == 4L * frames && table.basic(at + HEADER, first);
    if (!found) {
      table.walk(first);
    }
    return table;
  }

  private boolean extended(DicomParser header, long first) throws IOException {
    long bytes = 8L * starts.length;
    if (header.extendedOffsetsLength() != bytes || header.extendedLengthsLength() != bytes) {
      return false;
    }
    long[] offsets = int64(header.extendedOffsets());
    long[] lengths = int64(header.extendedLengths());
    for (int i = 0; i < starts.length; i++) {
      long room = source.size() - first - HEADER;
      if (offsets[i] < 0 || offsets[i] > room || lengths[i] < 0 || lengths[i] > room - offsets[i]) {
        throw new IOException("the file ends before frame " + (i + 1) + " of " + starts.length);
      }
      starts[i] = first + offsets[i];
      ends[i] = starts[i] + HEADER + lengths[i] + (lengths[i] & 1);
    }
    return true;
  }

  private long[] int64(long from) throws IOException {
    byte[] bytes = new byte[8 * starts.length];
    source.read(from, bytes, 0, bytes.length);
    long[] values = new long[starts.length];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
    return values;
  }

  private boolean basic(long from, long first) throws IOException {
    byte[] bytes = new byte[4 * starts.length];
    source.read(from, bytes, 0, bytes.length);
    ByteBuffer offsets = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long last = -1;
    for (int i = 0; i < starts.length; i++) {
      long offset = offsets.getInt() & 0xffffffffL;
      if (offset <= last || i == 0 && offset != 0) {
        return false; // over 4 GB the offsets wrap round
      }
      last = offset;
      starts[i] = first + offset;
      if (starts[i] + HEADER > source.size()) {
        throw new IOException("the file ends before frame " + (i + 1) + " of " + starts.length);
      }
      if (i > 0) {
        ends[i - 1] = starts[i];
      }
    }
    return true;
  }

  /** One fragment a frame; else a frame begins with each fragment that begins a JPEG stream. */
  private void walk(long first) throws IOException {
    int frames = starts.length;
    long at = first;
    int fragments = 0;
    int begun = 0;
    long[] beginnings = new long[frames];
    byte[] header = new byte[HEADER + 2];
    while (true) {
      int there = (int) Math.min(header.length, source.size() - at);
      if (there < HEADER) {
        throw new IOException("the file ends after " + fragments + " fragments of pixel data");
      }
      source.read(at, header, 0, there);
      if (tag(header, 0) == Tags.SEQUENCE_END) {
        break;
      }
      long length = u32(header, 4);
      if (tag(header, 0) != Tags.ITEM || length > source.size() - at - HEADER) {
        throw new IOException("the file ends after " + fragments + " fragments of pixel data");
      }
      if (fragments < frames) {
        starts[fragments] = at;
        ends[fragments] = at + HEADER + length;
      }
      if ((header[HEADER] & 0xff) == 0xff && (header[HEADER + 1] & 0xff) == 0xd8) {
        if (begun < frames) {
          beginnings[begun] = at;
        }
        begun++;
      }
      fragments++;
      at += HEADER + length;
    }
    if (fragments == frames) {
      return;
    }
    if (begun != frames) {
      throw new IOException(
          "it claims " + frames + " frames, and its pixel data hold " + fragments + " fragments");
    }
    for (int i = 0; i < frames; i++) {
      starts[i] = beginnings[i];
      ends[i] = i + 1 < frames ? beginnings[i + 1] : at;
    }
  }

  /** Tells the source which frames are read next. */
  void willRead(int[] frames) {
    long[] positions = new long[frames.length];
    int[] lengths = new int[frames.length];
    for (int i = 0; i < frames.length; i++) {
      positions[i] = starts[frames[i]];
      long length = ends[frames[i]] - positions[i];
      lengths[i] = length < 0 ? HEADER : (int) Math.min(length, maxBytes);
    }
    source.willRead(positions, lengths);
  }

  /** The bytes of a frame, its fragments joined. */
  byte[] read(int frame) throws IOException {
    long start = starts[frame];
    if (isRaw) {
      byte[] bytes = new byte[maxBytes];
      source.read(start, bytes, 0, bytes.length);
      return bytes;
    }
    if (ends[frame] == 0) {
      return joined(start);
    }
    long length = ends[frame] - start;
    if (length > maxBytes || length < HEADER) {
      throw tooLong(length);
    }
    byte[] bytes = new byte[(int) length];
    source.read(start, bytes, 0, bytes.length);
    ByteArrayOutputStream all = new ByteArrayOutputStream(bytes.length);
    int at = 0;
    while (at + HEADER <= bytes.length) {
      long fragment = u32(bytes, at + 4);
      if (tag(bytes, at) != Tags.ITEM || fragment > bytes.length - at - HEADER) {
        throw new IOException("frame " + (frame + 1) + " is not where the offset table says");
      }
      all.write(bytes, at + HEADER, (int) fragment);
      at += HEADER + (int) fragment;
    }
    return all.toByteArray();
  }

  /** The last frame of a basic offset table: it goes on to the end of the pixel data. */
  private byte[] joined(long start) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] header = new byte[HEADER];
    long at = start;
    while (source.size() - at >= HEADER) {
      source.read(at, header, 0, HEADER);
      if (tag(header, 0) != Tags.ITEM) {
        break;
      }
      long length = u32(header, 4);
      if (length > maxBytes - all.size()) {
        throw tooLong(length);
      }
      byte[] fragment = new byte[(int) Math.min(length, source.size() - at - HEADER)];
      if (fragment.length < length) {
        throw new IOException("the file ends within frame " + starts.length);
      }
      source.read(at + HEADER, fragment, 0, fragment.length);
      all.write(fragment, 0, fragment.length);
      at += HEADER + length;
    }
    return all.toByteArray();
  }

  private IOException tooLong(long length) {
    return new IOException(
        "a frame of " + length + " bytes is none; at most " + maxBytes + " are believed");
  }

  private static long length(ByteSource source, long at, int wanted) throws IOException {
    byte[] header = new byte[HEADER];
    if (source.size() - at < HEADER) {
      throw new IOException("the file ends where its pixel data begin");
    }
    source.read(at, header, 0, HEADER);
    long length = u32(header, 4);
    if (tag(header, 0) != wanted || length > source.size() - at - HEADER) {
      throw new IOException("its pixel data do not begin with an offset table");
    }
    return length;
  }

  private static int tag(byte[] bytes, int at) {
    return (bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8) << 16
        | bytes[at + 2] & 0xff
        | (bytes[at + 3] & 0xff) << 8;
  }

  private static long u32(byte[] bytes, int at) {
    return Integer.toUnsignedLong(
        bytes[at] & 0xff
            | (bytes[at + 1] & 0xff) << 8
            | (bytes[at + 2] & 0xff) << 16
            | (bytes[at + 3] & 0xff) << 24);
  }
}
