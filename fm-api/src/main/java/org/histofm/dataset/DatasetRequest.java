package org.histofm.dataset;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.histofm.Seed;
import org.histofm.plugin.Options;
import org.jspecify.annotations.Nullable;

/** How a data set is to be opened. Immutable. */
public final class DatasetRequest {
  private final String id;
  private final @Nullable Path data;
  private final boolean allowMissing;
  private final Seed seed;
  private final Options options;

  private DatasetRequest(
      String id, @Nullable Path data, boolean allowMissing, Seed seed, Options options) {
    this.id = id;
    this.data = data;
    this.allowMissing = allowMissing;
    this.seed = seed;
    this.options = options;
  }

  /** Opens {@code id}: no folder, nothing may be missing, seed 0, no further options. */
  public static DatasetRequest of(String id) {
    return new DatasetRequest(Objects.requireNonNull(id), null, false, Seed.of(0), Options.none());
  }

  /** A copy that reads from this folder or file. */
  public DatasetRequest withData(Path path) {
    return new DatasetRequest(id, Objects.requireNonNull(path), allowMissing, seed, options);
  }

  /** A copy that leaves out, and counts, rows without a file instead of refusing them. */
  public DatasetRequest withAllowMissing(boolean allow) {
    return new DatasetRequest(id, data, allow, seed, options);
  }

  /** A copy with a seed, which only generated data sets use. */
  public DatasetRequest withSeed(Seed other) {
    return new DatasetRequest(id, data, allowMissing, Objects.requireNonNull(other), options);
  }

  /** A copy with the data set's own settings. */
  public DatasetRequest withOptions(Options other) {
    return new DatasetRequest(id, data, allowMissing, seed, Objects.requireNonNull(other));
  }

  /** Id of the data set. */
  public String id() {
    return id;
  }

  /** Folder or file it is read from. */
  public Optional<Path> data() {
    return Optional.ofNullable(data);
  }

  /** Whether rows without a file are left out and counted. */
  public boolean allowMissing() {
    return allowMissing;
  }

  /** Seed of generated data sets. */
  public Seed seed() {
    return seed;
  }

  /** The data set's own settings. */
  public Options options() {
    return options;
  }
}
