package org.histofm.backbones.engine;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the engine runs in this process. One process has one engine, so the first settings it is
 * started with stay; starting it with different ones is refused.
 *
 * <p>Immutable.
 */
public final class EngineSettings {
  private final int threads;
  private final int interopThreads;
  private final @Nullable Path cacheFolder;
  private final @Nullable String hostDjl;

  private EngineSettings(
      int threads, int interopThreads, @Nullable Path cacheFolder, @Nullable String hostDjl) {
    this.threads = threads;
    this.interopThreads = interopThreads;
    this.cacheFolder = cacheFolder;
    this.hostDjl = hostDjl;
  }

  /**
   * As many threads as there are processors, one inter-operator thread, DJL's own cache folder, no
   * other user of DJL in the process.
   */
  public static EngineSettings defaults() {
    return new EngineSettings(Runtime.getRuntime().availableProcessors(), 1, null, null);
  }

  /**
   * A copy that computes an operator on {@code count} threads.
   *
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  public EngineSettings withThreads(int count) {
    return new EngineSettings(positive(count), interopThreads, cacheFolder, hostDjl);
  }

  /**
   * A copy that runs up to {@code count} independent operators at a time.
   *
   * @throws IllegalArgumentException if {@code count} is below 1
   */
  public EngineSettings withInteropThreads(int count) {
    return new EngineSettings(threads, positive(count), cacheFolder, hostDjl);
  }

  /** A copy that unpacks native libraries (about 450 MB, once) below {@code folder}. */
  public EngineSettings withCacheFolder(Path folder) {
    return new EngineSettings(
        threads, interopThreads, folder.toAbsolutePath().normalize(), hostDjl);
  }

  /**
   * A copy for a process in which {@code application} uses DJL too. DJL's network and telemetry
   * settings are then the application's own and are left alone, and DJL may be running already; the
   * name is recorded with every result.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public EngineSettings withHostDjl(String application) {
    if (application.isBlank()) {
      throw new IllegalArgumentException("the host application needs a name");
    }
    return new EngineSettings(threads, interopThreads, cacheFolder, application);
  }

  private static int positive(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a thread count is at least 1, got " + count);
    }
    return count;
  }

  /** Threads that share one operator. */
  public int threads() {
    return threads;
  }

  /** Independent operators that may run at a time. */
  public int interopThreads() {
    return interopThreads;
  }

  /** Where native libraries are unpacked; empty for DJL's default, {@code .djl.ai} at home. */
  public Optional<Path> cacheFolder() {
    return Optional.ofNullable(cacheFolder);
  }

  /** Application that shares DJL with HistoFM, if one does. */
  public Optional<String> hostDjl() {
    return Optional.ofNullable(hostDjl);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof EngineSettings other
        && threads == other.threads
        && interopThreads == other.interopThreads
        && Objects.equals(cacheFolder, other.cacheFolder)
        && Objects.equals(hostDjl, other.hostDjl);
  }

  @Override
  public int hashCode() {
    return Objects.hash(threads, interopThreads, cacheFolder, hostDjl);
  }

  @Override
  public String toString() {
    return threads
        + " threads, "
        + interopThreads
        + " inter-operator threads, "
        + (cacheFolder == null ? "default cache folder" : "cache folder " + cacheFolder)
        + (hostDjl == null ? "" : ", DJL shared with " + hostDjl);
  }
}
