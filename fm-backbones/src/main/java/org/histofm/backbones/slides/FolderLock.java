package org.histofm.backbones.slides;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to work on something, held by one thread of one process; the system gives it back when
 * the process ends, however it ends. The lock's file stays, since deleting it would let two holders
 * lock two files of one name.
 */
final class FolderLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
  private static final long RETRY_MILLIS = 20;

  /**
   * Files that this process has locked. The system's locks belong to the process, and closing any
   * channel of a file gives up all of them: so a second thread must not even open the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** The lock of {@code file}, unless another thread or process holds it. */
  static Optional<FolderLock> tryLock(Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Files.createDirectories(folder);
    Path key = folder.toRealPath().resolve(file.getFileName());
    if (!HELD.add(key)) {
      return Optional.empty();
    }
    FolderLock lock = null;
    try {
      FileChannel channel =
          FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isFree(channel, key)) {
        lock = new FolderLock(key, channel);
      } else {
        channel.close();
      }
    } finally {
      if (lock == null) {
        HELD.remove(key);
      }
    }
    return Optional.ofNullable(lock);
  }

  private static boolean isFree(FileChannel channel, Path file) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (FileLockInterruptionException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      LOG.warn(
          "{} lies on a file system without locks ({}); let only one process use the folder",
          file,
          e.getMessage());
      return true;
    }
  }

  /**
   * The lock of {@code file}, as soon as it is free.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  static FolderLock await(Path file) throws IOException, InterruptedException {
    while (true) {
      try {
        Optional<FolderLock> lock = tryLock(file);
        if (lock.isPresent()) {
          return lock.get();
        }
      } catch (FileLockInterruptionException | ClosedByInterruptException e) {
        throw new InterruptedException("interrupted while waiting for " + file);
      }
      // The JDK offers no wait that covers the threads of one process, too.
      Thread.sleep(RETRY_MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}
