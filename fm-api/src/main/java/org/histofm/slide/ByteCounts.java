package org.histofm.slide;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What reading from far away has cost, and what of it was used. Sizes are in bytes; headers of
 * requests and answers are not counted.
 *
 * @param requests requests sent, with those that were repeated or led elsewhere
 * @param fetched bytes received, also of answers that broke off and were asked for again
 * @param handedOut bytes given to readers, as often as they asked for them
 * @param used different bytes given to readers, each counted once
 * @param usedTiles the part of {@code used} that readers announced before: the stored tiles,
 *     without the file's directory
 */
public record ByteCounts(long requests, long fetched, long handedOut, long used, long usedTiles) {
  /** Nothing came from far away. */
  public static final ByteCounts NONE = new ByteCounts(0, 0, 0, 0, 0);

  /**
   * @throws IllegalArgumentException if a count is negative
   */
  public ByteCounts {
    if (requests < 0 || fetched < 0 || handedOut < 0 || used < 0 || usedTiles < 0) {
      throw new IllegalArgumentException("a count of bytes is negative");
    }
  }

  /** These counts and {@code other}, of another source, together. */
  public ByteCounts plus(ByteCounts other) {
    return new ByteCounts(
        requests + other.requests,
        fetched + other.fetched,
        handedOut + other.handedOut,
        used + other.used,
        usedTiles + other.usedTiles);
  }

  /** Bytes fetched for one byte of the tiles used; empty if no tile was read. */
  public OptionalDouble fetchedPerTileByte() {
    return usedTiles == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) fetched / usedTiles);
  }

  /** A line for a report. */
  @Override
  public String toString() {
    OptionalDouble ratio = fetchedPerTileByte();
    return String.format(
        Locale.ROOT,
        "%d bytes fetched in %d requests, %d bytes used, %d of them of tiles%s",
        fetched,
        requests,
        used,
        usedTiles,
        ratio.isEmpty()
            ? ""
            : String.format(Locale.ROOT, " (fetched / tiles = %.3f)", ratio.getAsDouble()));
  }
}
