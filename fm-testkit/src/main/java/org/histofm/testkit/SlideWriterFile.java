package org.histofm.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** The bytes of a TIFF that is written: its header, data, directories. */
final class SlideWriterFile implements AutoCloseable {
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int RATIONAL = 5;
  private static final int LONG8 = 16;
  private static final int ASCII = 2;
  private static final int SCALE = 1 << 16; // of ratios
  private static final long CLASSIC_END = 1L << 32;

  private final FileChannel channel;
  private final boolean big;
  private final ByteOrder order;
  private long end;

  SlideWriterFile(Path file, boolean big, boolean bigEndian) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
    this.big = big;
    this.order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer header = buffer(big ? 16 : 8);
    header.put((byte) (bigEndian ? 'M' : 'I')).put((byte) (bigEndian ? 'M' : 'I'));
    header.putShort((short) (big ? 43 : 42));
    if (big) {
      header.putShort((short) 8);
    }
    write(header.array());
  }

  private ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(order);
  }

  /** Appends, and says where; at an even place, as TIFF asks. */
  long write(byte[] bytes) throws IOException {
    long at = end + end % 2;
    if (!big && at + bytes.length >= CLASSIC_END) {
      throw new IOException("a classic TIFF ends at 4 GB; write a BigTIFF");
    }
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left, at + left.position());
    }
    end = at + bytes.length;
    return at;
  }

  /** Appends a directory that is followed by that at {@code next}, if it is not 0. */
  long write(Directory directory, long next) throws IOException {
    int inline = big ? 8 : 4;
    ByteBuffer out = buffer((big ? 16 : 6) + directory.values.size() * (big ? 20 : 12));
    count(out, directory.values.size(), Short.BYTES);
    for (Map.Entry<Integer, Values> entry : directory.values.entrySet()) {
      Values values = entry.getValue();
      boolean pointers = values.type == LONG8;
      int type = pointers && !big ? LONG : values.type;
      ByteBuffer data = bytes(values, type);
      out.putShort((short) (int) entry.getKey()).putShort((short) type);
      count(out, values.count, Integer.BYTES);
      if (data.capacity() <= inline) {
        out.put(data.array()).put(new byte[inline - data.capacity()]);
      } else {
        count(out, write(data.array()), Integer.BYTES);
      }
    }
    count(out, next, Integer.BYTES);
    return write(out.array());
  }

  private ByteBuffer bytes(Values values, int type) {
    int size = type == SHORT ? 2 : type == LONG ? 4 : type == ASCII ? 1 : 8;
    ByteBuffer data = buffer(Math.multiplyExact(values.count, size));
    for (long value : values.numbers) {
      switch (type) {
        case ASCII -> data.put((byte) value);
        case SHORT -> data.putShort((short) value);
        case LONG8 -> data.putLong(value);
        default -> data.putInt((int) value);
      }
    }
    return data;
  }

  /** A number of 8 bytes in a BigTIFF and of {@code bytes} in a classic one. */
  private void count(ByteBuffer out, long value, int bytes) {
    if (big) {
      out.putLong(value);
    } else if (bytes == Short.BYTES) {
      out.putShort((short) value);
    } else {
      out.putInt((int) value);
    }
  }

  /** Names the first directory. */
  void first(long directory) throws IOException {
    ByteBuffer pointer = buffer(big ? 8 : 4);
    count(pointer, directory, Integer.BYTES);
    channel.write(pointer.flip(), big ? 8 : 4);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private record Values(int type, int count, long... numbers) {}

  /** What a directory says, by tag. */
  static final class Directory {
    private final Map<Integer, Values> values = new TreeMap<>();

    void shorts(int tag, long... numbers) {
      values.put(tag, new Values(SHORT, numbers.length, numbers));
    }

    void longs(int tag, long... numbers) {
      values.put(tag, new Values(LONG, numbers.length, numbers));
    }

    /** Places in the file. */
    void pointers(int tag, long... numbers) {
      values.put(tag, new Values(LONG8, numbers.length, numbers));
    }

    void ratio(int tag, double value) {
      values.put(tag, new Values(RATIONAL, 1, Math.round(value * SCALE), SCALE));
    }

    void text(int tag, String text) {
      byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
      long[] numbers = new long[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        numbers[i] = bytes[i];
      }
      values.put(tag, new Values(ASCII, numbers.length, numbers));
    }
  }
}
