package org.histofm.backbones.embedding;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.histofm.EnvironmentException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeddings of one recipe on disk, found by the hash of what was embedded.
 *
 * <p>The folder {@code <store>/<recipe hash>/} holds immutable {@link Chunk} files, complete from
 * the moment they have their name. Whoever computes takes the lock file first and looks again what
 * is stored; so several processes share a store, compute nothing twice, and a content stands in one
 * chunk only. A killed process leaves at most an unfinished temporary file, which the next holder
 * of the lock deletes. Every chunk that is read is checked as a whole; a damaged one is reported,
 * counts as absent, and is replaced.
 *
 * <p>Safe for concurrent use.
 */
final class EmbeddingStore {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingStore.class);
  private static final long LOCK_RETRY_MILLIS = 20;

  private final Path folder;
  private final Recipe recipe;
  private final ReentrantLock computing = new ReentrantLock(true);
  // All three are guarded by this.
  private final Map<String, Chunk> chunks = new HashMap<>();
  private final Map<String, Place> places = new HashMap<>();
  private final Set<String> damaged = new TreeSet<>();

  private record Place(String chunk, int row) {}

  private EmbeddingStore(Path folder, Recipe recipe) {
    this.folder = folder;
    this.recipe = recipe;
  }

  /**
   * The embeddings of {@code recipe} in {@code storeFolder}, which is made if absent.
   *
   * @throws EnvironmentException if that fails
   */
  static EmbeddingStore open(Path storeFolder, Recipe recipe) {
    Path folder = storeFolder.resolve(recipe.hash().substring(0, 32));
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unusable("Folder " + folder + " cannot be made (" + e + ").", e);
    }
    return new EmbeddingStore(folder, recipe);
  }

  /**
   * Looks for contents {@code from} to {@code to} that are not {@code found} yet; copies the rows
   * of those stored to their place in {@code rows}, [contents, dim], and marks them.
   */
  synchronized void read(List<String> contents, int from, int to, BitSet found, float[] rows) {
    refresh();
    TreeMap<String, List<Integer>> wanted = new TreeMap<>();
    for (int i = found.nextClearBit(from); i < to; i = found.nextClearBit(i + 1)) {
      Place place = places.get(contents.get(i));
      if (place != null) {
        wanted.computeIfAbsent(place.chunk, c -> new ArrayList<>()).add(i);
      }
    }
    int dim = recipe.embeddingDim();
    wanted.forEach(
        (name, indices) -> {
          float[] stored = readRows(name);
          if (stored == null) {
            return;
          }
          for (int i : indices) {
            int row = Objects.requireNonNull(places.get(contents.get(i))).row;
            System.arraycopy(stored, row * dim, rows, i * dim, dim);
            found.set(i);
          }
        });
  }

  /** Takes note of chunks that this or another process has added. */
  private void refresh() {
    for (String name : list(Chunk.SUFFIX)) {
      if (!chunks.containsKey(name) && !damaged.contains(name)) {
        try {
          Chunk chunk = Chunk.readHeader(folder.resolve(name), recipe);
          chunks.put(name, chunk);
          for (int row = 0; row < chunk.contents().size(); row++) {
            places.putIfAbsent(chunk.contents().get(row), new Place(name, row));
          }
        } catch (IOException e) {
          markDamaged(name, e);
        }
      }
    }
  }

  private float @Nullable [] readRows(String name) {
    try {
      return Objects.requireNonNull(chunks.get(name)).readRows(folder.resolve(name));
    } catch (IOException e) {
      markDamaged(name, e);
      return null;
    }
  }

  private void markDamaged(String name, IOException reason) {
    stopIfInterrupted(reason);
    LOG.warn(
        "{} cannot be used ({}); its embeddings are computed again",
        folder.resolve(name),
        reason.getMessage());
    damaged.add(name);
    chunks.remove(name);
    places.values().removeIf(place -> place.chunk.equals(name));
  }

  /**
   * Waits until no other thread or process computes embeddings of this recipe.
   *
   * @throws InterruptedException if the thread is interrupted while waiting
   */
  Writer lock() throws InterruptedException {
    computing.lockInterruptibly();
    @Nullable FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (acquire(channel)) {
        tidy();
      }
      return new Writer(channel);
    } catch (IOException e) {
      release(channel);
      throw unusable("Folder " + folder + " cannot be written (" + e + ").", e);
    } catch (InterruptedException | RuntimeException e) {
      release(channel);
      throw e;
    }
  }

  private boolean acquire(FileChannel channel) throws InterruptedException {
    while (true) {
      try {
        FileLock lock = channel.lock();
        return lock.isValid();
      } catch (OverlappingFileLockException e) {
        // Another reader in this process has it; the JDK offers no way to wait for that.
        Thread.sleep(LOCK_RETRY_MILLIS);
      } catch (FileLockInterruptionException | ClosedByInterruptException e) {
        throw new InterruptedException("interrupted while waiting for " + folder);
      } catch (IOException e) {
        LOG.warn(
            "{} lies on a file system without locks ({}); "
                + "two runs at once may embed a tile twice, with different last bits",
            folder,
            e.getMessage());
        return false;
      }
    }
  }

  /** Deletes what killed processes left and what turned out damaged; the lock is held. */
  private synchronized void tidy() throws IOException {
    for (String name : list(Chunk.UNFINISHED)) {
      Files.deleteIfExists(folder.resolve(name));
    }
    for (String name : damaged) {
      try {
        // Another process may have replaced it.
        Chunk.readHeader(folder.resolve(name), recipe).readRows(folder.resolve(name));
      } catch (NoSuchFileException e) {
        // Another process has deleted it.
      } catch (IOException e) {
        stopIfInterrupted(e);
        Files.deleteIfExists(folder.resolve(name));
      }
    }
    damaged.clear();
  }

  private List<String> list(String suffix) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "chunk-*" + suffix)) {
      Set<String> names = new TreeSet<>();
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
      return List.copyOf(names);
    } catch (IOException | DirectoryIteratorException e) {
      throw unusable("Folder " + folder + " cannot be listed (" + e + ").", e);
    }
  }

  private void release(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be closed", folder.resolve("lock"), e);
    } finally {
      computing.unlock();
    }
  }

  private static void stopIfInterrupted(IOException e) {
    if (e instanceof ClosedByInterruptException) {
      throw new CancellationException("interrupted while embeddings were read or written");
    }
  }

  private static EnvironmentException unusable(String problem, Exception cause) {
    return new EnvironmentException(
        problem,
        "Choose another folder for embeddings, or free space and check permissions.",
        cause);
  }

  /** The right to compute and write; closing gives it back. */
  final class Writer implements AutoCloseable {
    private final FileChannel channel;

    private Writer(FileChannel channel) {
      this.channel = channel;
    }

    /**
     * Stores rows, [contents, dim].
     *
     * @throws EnvironmentException if the folder cannot be written
     */
    void write(List<String> contents, float[] rows) {
      try {
        new Chunk(recipe, contents).write(folder, rows);
      } catch (IOException e) {
        stopIfInterrupted(e);
        throw unusable("Embeddings cannot be written to " + folder + " (" + e + ").", e);
      }
    }

    @Override
    public void close() {
      release(channel);
    }
  }
}
