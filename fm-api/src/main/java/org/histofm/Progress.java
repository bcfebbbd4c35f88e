package org.histofm;

/**
 * Receives the progress of long work. Implementations must be safe for concurrent use and must not
 * throw; callers report often and leave thinning to the receiver.
 */
@FunctionalInterface
public interface Progress {
  /** Ignores everything. */
  Progress NONE = (stage, done, total) -> {};

  /**
   * @param stage what is being done, in words a user understands, such as {@code "embed tiles"}
   * @param done finished units, from 0
   * @param total all units, or 0 if unknown
   */
  void update(String stage, long done, long total);
}
