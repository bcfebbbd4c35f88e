package org.histofm.benchmarks.peers;

import java.util.Locale;
import org.histofm.benchmarks.peers.RowResult.ComparisonResult;

/** Numbers in words, the same on the console and in the page. */
final class Wording {
  private Wording() {}

  static String millis(Spread millis) {
    return String.format(
        Locale.ROOT, "%.0f (%.0f to %.0f)", millis.middle(), millis.low(), millis.high());
  }

  static String ratio(ComparisonResult comparison) {
    Spread r = comparison.ratio();
    return comparison.measure() == Comparison.Measure.MEMORY
        ? String.format(Locale.ROOT, "%.2f", r.middle())
        : String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", r.middle(), r.low(), r.high());
  }

  static String cpu(double millis) {
    return millis == 0 ? "" : String.format(Locale.ROOT, "%.0f", millis);
  }

  static String cpu(ComparisonResult comparison) {
    return comparison.cpuRatio() == null
        ? ""
        : String.format(Locale.ROOT, "%.2f", comparison.cpuRatio());
  }

  static String bar(ComparisonResult comparison) {
    return comparison.bar() == null
        ? ""
        : String.format(
            Locale.ROOT,
            "%s %.2f",
            comparison.measure().moreIsBetter ? "at least" : "at most",
            comparison.bar());
  }

  static String met(ComparisonResult comparison) {
    return comparison.bar() == null ? "" : comparison.met() ? "met" : "missed";
  }

  static String peak(double mib) {
    return mib == 0 ? "unknown" : String.format(Locale.ROOT, "%.0f", mib);
  }

  /** When and where, in one line. */
  static String circumstances(Circumstances c) {
    return String.format(
        Locale.ROOT,
        "%s, commit %s; %s; %d threads a side, %s%s",
        c.date(),
        c.commit(),
        c.machine().describe(),
        c.threads(),
        c.loadBefore() < 0
            ? "load before unknown"
            : String.format(Locale.ROOT, "load before %.1f", c.loadBefore())
                + (c.busy() ? " (a busy machine: these times say little)" : ""),
        c.peers().isEmpty() ? "" : "; " + c.peers());
  }
}
