package org.histofm.tiling.bytes;

import java.io.IOException;
import org.histofm.slide.ByteCounts;

/**
 * Random access to the bytes of one slide. Safe for concurrent use. Whoever opened it closes it.
 */
public interface ByteSource extends AutoCloseable {
  /** Number of bytes. */
  long size();

  /**
   * Reads {@code length} bytes from {@code position} to {@code target} from {@code offset}, all of
   * them.
   *
   * @throws java.io.EOFException if the source ends before
   * @throws IOException if they cannot be read
   */
  void read(long position, byte[] target, int offset, int length) throws IOException;

  /**
   * Tells that these ranges, a slide's stored tiles, will be read soon, so that far ones come in
   * few requests and at the same time. A hint: it does not wait, never fails, and may be ignored.
   *
   * @param positions first byte of each range, in any order
   * @param lengths number of bytes of each range
   */
  default void willRead(long[] positions, int[] lengths) {}

  /** What came over the network so far; {@link ByteCounts#NONE} for a local file. */
  default ByteCounts counts() {
    return ByteCounts.NONE;
  }

  @Override
  void close() throws IOException;
}
