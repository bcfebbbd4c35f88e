package org.histofm.backbones.slides;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Adds up how long each stage took, over all threads that worked on it. Safe for concurrent use.
 */
final class StageMeter {
  /** What time is spent on. */
  enum Stage {
    /** Opening the slide. */
    OPEN,
    /** Finding tissue and planning tiles. */
    TISSUE,
    /** Reading and decoding tiles, over all reading threads. */
    READ,
    /** Resizing and cropping tiles as the card says, over all reading threads. */
    PREPROCESS,
    /** In the backbone. */
    EMBED,
    /** Writing rows and files. */
    WRITE,
    /** The backbone's thread without a batch to embed. */
    WAIT;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Stage, LongAdder> nanos = new EnumMap<>(Stage.class);

  StageMeter() {
    for (Stage stage : Stage.values()) {
      nanos.put(stage, new LongAdder());
    }
  }

  void add(Stage stage, long duration) {
    adder(stage).add(duration);
  }

  /** Adds all of {@code other}. */
  void add(StageMeter other) {
    for (Stage stage : Stage.values()) {
      add(stage, other.nanos(stage));
    }
  }

  <T> T time(Stage stage, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      add(stage, System.nanoTime() - begin);
    }
  }

  long nanos(Stage stage) {
    return adder(stage).sum();
  }

  double seconds(Stage stage) {
    return nanos(stage) / 1e9;
  }

  /** Seconds of each stage by its name, in the order of the work. */
  Map<String, Double> asMap() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      seconds.put(stage.label(), seconds(stage));
    }
    return seconds;
  }

  private LongAdder adder(Stage stage) {
    LongAdder adder = nanos.get(stage);
    if (adder == null) {
      throw new AssertionError(stage);
    }
    return adder;
  }
}
