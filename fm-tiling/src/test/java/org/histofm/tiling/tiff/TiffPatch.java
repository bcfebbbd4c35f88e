package org.histofm.tiling.tiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Changes the first page of a classic little-endian TIFF. */
final class TiffPatch {
  private TiffPatch() {}

  /** Makes {@code value} the value of {@code tag}, whatever type and count it has. */
  static void set(Path file, int tag, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(entry(bytes, tag) + 8, value);
    Files.write(file, bytes.array());
  }

  /** Makes {@code tag} another one. */
  static void rename(Path file, int tag, int other) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(entry(bytes, tag), (short) other);
    Files.write(file, bytes.array());
  }

  private static int entry(ByteBuffer bytes, int tag) {
    int at = bytes.getInt(4);
    int count = bytes.getShort(at);
    for (int i = 0; i < count; i++) {
      int entry = at + 2 + 12 * i;
      if ((bytes.getShort(entry) & 0xffff) == tag) {
        return entry;
      }
    }
    throw new AssertionError("no tag " + tag);
  }
}
