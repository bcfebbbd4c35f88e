package org.histofm.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.histofm.benchmarks.peers.Comparison.Measure;
import org.jspecify.annotations.Nullable;

/**
 * A row as measured.
 *
 * @param summary what was measured
 * @param circumstances when and where
 * @param rounds measured rounds
 * @param sides times and memory
 * @param comparisons ratios between sides
 * @param absent sides that could not be measured
 */
record RowResult(
    String summary,
    Circumstances circumstances,
    int rounds,
    List<SideResult> sides,
    List<ComparisonResult> comparisons,
    List<Absent> absent) {
  /**
   * Times and memory of a side.
   *
   * @param name of the side
   * @param kind who ran it
   * @param described what its process said of itself
   * @param millis median and quartiles of the wall time of a measurement
   * @param cpuMillis median of the processor time of a measurement; 0 for a ceiling, which is the
   *     best of several products
   * @param peakMib the most memory its process held; 0 if unknown
   * @param gflop matrix products in a measurement, 10⁹ operations; 0 if not counted
   */
  record SideResult(
      String name,
      Side.Kind kind,
      String described,
      Spread millis,
      double cpuMillis,
      double peakMib,
      double gflop) {
    /** 10¹² operations per second. */
    double teraflops() {
      return gflop / millis.middle();
    }
  }

  /**
   * A ratio between two sides.
   *
   * @param ours name of the first side
   * @param other name of the second
   * @param measure what is compared
   * @param ratio of the medians, with the quartiles of the ratios round by round
   * @param cpuRatio the same of processor times, which other work on the machine disturbs less;
   *     null where it means nothing
   * @param bar what {@code ratio} is held to; null where nothing is promised
   */
  record ComparisonResult(
      String ours,
      String other,
      Measure measure,
      Spread ratio,
      @Nullable Double cpuRatio,
      @Nullable Double bar) {
    /** Whether it reaches its bar; true without one. */
    boolean met() {
      return bar == null || (measure.moreIsBetter ? ratio.middle() >= bar : ratio.middle() <= bar);
    }
  }

  /**
   * A side that could not be measured.
   *
   * @param side its name
   * @param reason why
   */
  record Absent(String side, String reason) {}

  RowResult {
    sides = List.copyOf(sides);
    comparisons = List.copyOf(comparisons);
    absent = List.copyOf(absent);
  }

  /**
   * Makes numbers of measurements. A comparison whose side was not measured is left out.
   *
   * @param measured measurements by side, the same number for each
   * @param described what each side's process said of itself
   */
  static RowResult of(
      Row row,
      Circumstances circumstances,
      Map<String, List<Measurement>> measured,
      Map<String, String> described,
      List<Absent> absent) {
    int rounds = measured.values().stream().mapToInt(List::size).max().orElse(0);
    List<SideResult> sides = new ArrayList<>();
    for (Side side : row.sides()) {
      List<Measurement> own = measured.get(side.name());
      if (own != null) {
        sides.add(
            new SideResult(
                side.name(),
                side.kind(),
                described.getOrDefault(side.name(), ""),
                Spread.of(values(own, Measurement::millis)).rounded(1),
                side.kind() == Side.Kind.CEILING
                    ? 0
                    : Spread.of(values(own, Measurement::cpuMillis)).rounded(1).middle(),
                Math.rint(peakKib(own) / 102.4) / 10,
                Math.rint(side.gflop() * 10) / 10));
      }
    }
    List<ComparisonResult> comparisons = new ArrayList<>();
    for (Comparison comparison : row.comparisons()) {
      List<Measurement> ours = measured.get(comparison.ours());
      List<Measurement> other = measured.get(comparison.other());
      if (ours != null
          && other != null
          && (comparison.measure() != Measure.MEMORY || peakKib(ours) * peakKib(other) > 0)) {
        comparisons.add(
            new ComparisonResult(
                comparison.ours(),
                comparison.other(),
                comparison.measure(),
                ratio(row, comparison, ours, other).rounded(3),
                cpuRatio(comparison, ours, other),
                comparison.bar()));
      }
    }
    return new RowResult(row.summary(), circumstances, rounds, sides, comparisons, absent);
  }

  private static Spread ratio(
      Row row, Comparison comparison, List<Measurement> ours, List<Measurement> other) {
    double[] ourTimes = values(ours, Measurement::millis);
    double[] otherTimes = values(other, Measurement::millis);
    return switch (comparison.measure()) {
      case SPEED -> Spread.ofRatio(otherTimes, ourTimes);
      case TIME -> Spread.ofRatio(ourTimes, otherTimes);
      case MEMORY -> Spread.of(peakKib(ours) / peakKib(other));
      case CEILING ->
          Spread.ofRatio(otherTimes, ourTimes)
              .times(gflop(row, comparison.ours()) / gflop(row, comparison.other()));
    };
  }

  private static @Nullable Double cpuRatio(
      Comparison comparison, List<Measurement> ours, List<Measurement> other) {
    double[] ourTimes = values(ours, Measurement::cpuMillis);
    double[] otherTimes = values(other, Measurement::cpuMillis);
    return switch (comparison.measure()) {
      case SPEED -> Spread.ofRatio(otherTimes, ourTimes).rounded(3).middle();
      case TIME -> Spread.ofRatio(ourTimes, otherTimes).rounded(3).middle();
      case MEMORY, CEILING -> null;
    };
  }

  private static double gflop(Row row, String side) {
    return row.sides().stream()
        .filter(s -> s.name().equals(side))
        .mapToDouble(Side::gflop)
        .findFirst()
        .orElseThrow();
  }

  private static double[] values(
      List<Measurement> measurements, ToDoubleFunction<Measurement> value) {
    return measurements.stream().mapToDouble(value).toArray();
  }

  private static double peakKib(List<Measurement> measurements) {
    return measurements.stream().mapToLong(Measurement::peakKib).max().orElse(0);
  }
}
