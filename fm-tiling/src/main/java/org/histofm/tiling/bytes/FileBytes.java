package org.histofm.tiling.bytes;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a local file. Interrupting a reading thread closes a {@link FileChannel} for all
 * others too, so a channel found closed by that is opened again.
 */
final class FileBytes implements ByteSource {
  private final Path file;
  private final long size;
  private FileChannel channel; // guarded by this
  private boolean closed; // guarded by this

  FileBytes(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.size = channel.size();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, byte[] target, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(target, offset, length);
    while (buffer.hasRemaining()) {
      FileChannel open = channel();
      int read;
      try {
        read = open.read(buffer, position + buffer.position() - offset);
      } catch (java.nio.channels.ClosedByInterruptException e) {
        throw e;
      } catch (java.nio.channels.ClosedChannelException e) {
        continue; // another reader was interrupted
      }
      if (read < 0) {
        throw new EOFException(
            "the file ends at byte " + size + ", before byte " + (position + length));
      }
    }
  }

  private synchronized FileChannel channel() throws IOException {
    if (closed) {
      throw new IOException("the file is closed");
    }
    if (!channel.isOpen()) {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    }
    return channel;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
