package org.histofm.tiling.bytes;

import java.io.IOException;

/**
 * One object far away, read range by range. {@link #begin} comes first and alone; afterwards it is
 * safe for concurrent use.
 */
interface RemoteObject extends AutoCloseable {
  /**
   * Finds the object and how large it is.
   *
   * @return its first {@code length} bytes, or all of them if it has fewer
   */
  byte[] begin(int length) throws IOException;

  /** Number of bytes; known after {@link #begin}. */
  long size();

  /**
   * Fetches exactly these bytes, which lie inside the object, of the object that {@link #begin}
   * found.
   *
   * @throws RemoteFailure also if it is another object by now
   */
  byte[] fetch(long position, int length) throws IOException;

  @Override
  void close();
}
