package org.histofm.tiling.bytes;

import java.util.Map;
import java.util.TreeMap;

/** A set of bytes of a file, as ranges that neither touch nor overlap. Not safe for threads. */
final class ByteRanges {
  private final TreeMap<Long, Long> ends = new TreeMap<>(); // start to end, exclusive
  private long size;

  /** Adds the bytes from {@code from} to before {@code to}. */
  void add(long from, long to) {
    if (from >= to) {
      return;
    }
    long start = from;
    long end = to;
    Map.Entry<Long, Long> before = ends.floorEntry(to);
    while (before != null && before.getValue() >= start) {
      start = Math.min(start, before.getKey());
      end = Math.max(end, before.getValue());
      size -= before.getValue() - before.getKey();
      ends.remove(before.getKey());
      before = ends.floorEntry(to);
    }
    ends.put(start, end);
    size += end - start;
  }

  /** Number of bytes. */
  long size() {
    return size;
  }

  /** Number of bytes that are in {@code other} too. */
  long sizeOfCommon(ByteRanges other) {
    long common = 0;
    for (Map.Entry<Long, Long> range : ends.entrySet()) {
      Long first = other.ends.floorKey(range.getKey());
      for (Map.Entry<Long, Long> theirs :
          other
              .ends
              .subMap(first == null ? range.getKey() : first, true, range.getValue(), false)
              .entrySet()) {
        common +=
            Math.max(
                0,
                Math.min(range.getValue(), theirs.getValue())
                    - Math.max(range.getKey(), theirs.getKey()));
      }
    }
    return common;
  }
}
