package org.histofm.benchmarks.peers;

import org.jspecify.annotations.Nullable;

/**
 * Two sides of a row held against each other.
 *
 * @param ours name of the first side
 * @param other name of the second
 * @param measure what is compared
 * @param bar what the ratio should reach, or not exceed; null where nothing is promised
 */
record Comparison(String ours, String other, Measure measure, @Nullable Double bar) {
  /** What a ratio says, and whether more is better. */
  enum Measure {
    /** Time of the other over ours. */
    SPEED("times as fast", true),
    /** Our time over the other's. */
    TIME("of its time", false),
    /** Our peak memory over the other's. */
    MEMORY("of its peak memory", false),
    /** Our operations per second over those of bare products. */
    CEILING("of the ceiling", true);

    final String words;
    final boolean moreIsBetter;

    Measure(String words, boolean moreIsBetter) {
      this.words = words;
      this.moreIsBetter = moreIsBetter;
    }
  }

  static Comparison speed(String ours, String other, double atLeast) {
    return new Comparison(ours, other, Measure.SPEED, atLeast);
  }

  static Comparison time(String ours, String other, double atMost) {
    return new Comparison(ours, other, Measure.TIME, atMost);
  }

  static Comparison memory(String ours, String other, @Nullable Double atMost) {
    return new Comparison(ours, other, Measure.MEMORY, atMost);
  }

  static Comparison ceiling(String ours, String other, @Nullable Double atLeast) {
    return new Comparison(ours, other, Measure.CEILING, atLeast);
  }
}
