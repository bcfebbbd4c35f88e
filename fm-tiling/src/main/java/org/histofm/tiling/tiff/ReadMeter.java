package org.histofm.tiling.tiff;

import java.util.concurrent.atomic.LongAdder;

/**
 * What reading slides has cost so far, over all readers of one provider and all threads. Safe for
 * concurrent use; the numbers only grow.
 */
public final class ReadMeter {
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder readNanos = new LongAdder();
  private final LongAdder tilesDecoded = new LongAdder();
  private final LongAdder decodeNanos = new LongAdder();
  private final LongAdder cacheHits = new LongAdder();

  ReadMeter() {}

  /** Bytes of stored tiles that were read. */
  public long bytesRead() {
    return bytesRead.sum();
  }

  /** Nanoseconds that threads spent reading them, added up. */
  public long readNanos() {
    return readNanos.sum();
  }

  /** Stored tiles that were decoded. */
  public long tilesDecoded() {
    return tilesDecoded.sum();
  }

  /** Nanoseconds that threads spent decoding them, added up. */
  public long decodeNanos() {
    return decodeNanos.sum();
  }

  /** Times that a stored tile was wanted and was there, or was being decoded by another thread. */
  public long cacheHits() {
    return cacheHits.sum();
  }

  void read(long bytes, long nanos) {
    bytesRead.add(bytes);
    readNanos.add(nanos);
  }

  void decoded(long nanos) {
    tilesDecoded.increment();
    decodeNanos.add(nanos);
  }

  void hit() {
    cacheHits.increment();
  }
}
