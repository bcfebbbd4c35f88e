package org.histofm.tiling.online;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.histofm.tiling.tiff.ReadMeter;

/**
 * Counts while tiles are made. How the time of a read divides into reading, decoding and resizing
 * is told by the TIFF reader's own meter, the rest of a read being resizing; without that reader
 * all of it counts as reading. Safe for concurrent use.
 */
final class StageMeter {
  /** What is timed here. */
  enum Stage {
    OPEN,
    READ,
    FILTER
  }

  private final LongAdder[] nanos = new LongAdder[Stage.values().length];
  final LongAdder tiles = new LongAdder();
  final LongAdder tries = new LongAdder();
  final LongAdder rejected = new LongAdder();
  final LongAdder takenThoughRejected = new LongAdder();
  final LongAdder unreadable = new LongAdder();
  final LongAdder waited = new LongAdder();
  final LongAdder consumed = new LongAdder();

  private final List<ReadMeter> readers;
  private long bytesBefore;
  private long readBefore;
  private long decodeBefore;
  private long usedBefore;

  /**
   * @param readers meters of the readers that tiles are read by
   */
  StageMeter(List<ReadMeter> readers) {
    this.readers = readers;
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = new LongAdder();
    }
  }

  /** Counts from here on, after tissue was found; called by one thread before tiles are made. */
  void begin() {
    bytesBefore = sum(ReadMeter::bytesRead);
    readBefore = sum(ReadMeter::readNanos);
    decodeBefore = sum(ReadMeter::decodeNanos);
    usedBefore = used();
  }

  /** Grows whenever the TIFF reader is asked for pixels. */
  private long used() {
    return sum(ReadMeter::tilesDecoded) + sum(ReadMeter::cacheHits);
  }

  private long sum(ToLongFunction<ReadMeter> value) {
    return readers.stream().mapToLong(value).sum();
  }

  void add(Stage stage, long spent) {
    nanos[stage.ordinal()].add(spent);
  }

  StageCounts counts(SlidePool pool) {
    long whole = nanos[Stage.READ.ordinal()].sum();
    long read = Math.min(whole, sum(ReadMeter::readNanos) - readBefore);
    long decode = Math.min(whole - read, sum(ReadMeter::decodeNanos) - decodeBefore);
    boolean told = used() > usedBefore;
    List<StageCounts.Stage> stages =
        List.of(
            new StageCounts.Stage("open", nanos[Stage.OPEN.ordinal()].sum()),
            new StageCounts.Stage("read", told ? read : whole),
            new StageCounts.Stage("decode", told ? decode : 0),
            new StageCounts.Stage("resize", told ? whole - read - decode : 0),
            new StageCounts.Stage("filter", nanos[Stage.FILTER.ordinal()].sum()));
    return new StageCounts(
        tiles.sum(),
        tries.sum(),
        rejected.sum(),
        takenThoughRejected.sum(),
        unreadable.sum(),
        sum(ReadMeter::bytesRead) - bytesBefore,
        pool.opened(),
        pool.reopened(),
        stages,
        waited.sum(),
        consumed.sum());
  }
}
