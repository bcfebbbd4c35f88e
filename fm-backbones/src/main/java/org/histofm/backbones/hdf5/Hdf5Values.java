package org.histofm.backbones.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The numbers of a dataset as they stand in the file: row-major, little endian, of known length.
 * They are asked for once, while the file is written.
 */
public interface Hdf5Values {
  /**
   * Number of bytes.
   *
   * @throws IOException if it cannot be found out
   */
  long bytes() throws IOException;

  /**
   * Writes exactly {@link #bytes} bytes to {@code target}, in pieces of bounded size.
   *
   * @throws IOException if they cannot be read or written
   */
  void writeTo(WritableByteChannel target) throws IOException;

  /** The bytes of a spooled file, which is copied without being held in memory. */
  static Hdf5Values of(Path rawFile) {
    return new Hdf5Values() {
      @Override
      public long bytes() throws IOException {
        return Files.size(rawFile);
      }

      @Override
      public void writeTo(WritableByteChannel target) throws IOException {
        try (FileChannel source = FileChannel.open(rawFile, StandardOpenOption.READ)) {
          long size = source.size();
          for (long at = 0; at < size; ) {
            long copied = source.transferTo(at, size - at, target);
            if (copied == 0) {
              throw new IOException(rawFile + " became shorter while it was copied");
            }
            at += copied;
          }
        }
      }
    };
  }

  /** Whole numbers that the caller holds, such as the coordinates of a slide's tiles. */
  static Hdf5Values of(long[] values) {
    return new Hdf5Values() {
      private static final int PIECE = 1 << 13;

      @Override
      public long bytes() {
        return (long) Long.BYTES * values.length;
      }

      @Override
      public void writeTo(WritableByteChannel target) throws IOException {
        ByteBuffer piece =
            ByteBuffer.allocateDirect(PIECE * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < values.length; at += PIECE) {
          int count = Math.min(PIECE, values.length - at);
          piece.clear().asLongBuffer().put(values, at, count);
          piece.limit(count * Long.BYTES);
          while (piece.hasRemaining()) {
            target.write(piece);
          }
        }
      }
    };
  }
}
