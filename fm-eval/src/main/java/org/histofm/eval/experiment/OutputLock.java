package org.histofm.eval.experiment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.jspecify.annotations.Nullable;

/**
 * Makes this process the only writer of an output folder until closed. The operating system frees
 * the lock of a killed process; the file itself stays, since deleting it would let a third process
 * lock a file that a second one still waits on.
 */
final class OutputLock implements AutoCloseable {
  private final Path folder;
  private final FileChannel channel;

  private OutputLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  static OutputLock take(Path folder) {
    Path file = folder.resolve(".lock");
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return new OutputLock(folder, channel);
      }
      channel.close();
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new EnvironmentException(
          file + " could not be locked: " + e + ".",
          "Choose an output folder on a disk that you may write and that supports file locks.",
          e);
    }
    throw new InputException(
        "another process is writing to " + folder + ".",
        "Wait until it ends, or choose another output folder.");
  }

  /** The folder that is ours while this lock is open. */
  Path folder() {
    return folder;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by another thread of this process
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel, IOException cause) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new EnvironmentException(
          "the lock of the output folder could not be released: " + e + ".",
          "Check the disk; the results themselves are written.",
          e);
    }
  }
}
