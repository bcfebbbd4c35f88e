package org.histofm.benchmarks.peers;

import java.util.Locale;
import org.histofm.benchmarks.peers.RowResult.Absent;
import org.histofm.benchmarks.peers.RowResult.ComparisonResult;
import org.histofm.benchmarks.peers.RowResult.SideResult;
import org.jspecify.annotations.Nullable;

/** A result as the console shows it. */
final class ResultsText {
  private ResultsText() {}

  /** Times, memory, ratios, and what has changed since {@code former}, if there is one. */
  static String of(String id, RowResult result, @Nullable RowResult former) {
    StringBuilder text = new StringBuilder();
    line(text, "%n%s: %s; %d rounds", id, result.summary(), result.rounds());
    int width = result.sides().stream().mapToInt(side -> side.name().length()).max().orElse(0);
    for (SideResult side : result.sides()) {
      line(
          text,
          "  %-" + Math.max(width, 1) + "s  %s ms%s, peak %s MiB%s%s",
          side.name(),
          Wording.millis(side.millis()),
          side.cpuMillis() == 0 ? "" : ", " + Wording.cpu(side.cpuMillis()) + " ms CPU",
          Wording.peak(side.peakMib()),
          side.gflop() == 0
              ? ""
              : String.format(
                  Locale.ROOT, ", %.1f GFLOP, %.3f TFLOP/s", side.gflop(), side.teraflops()),
          side.described().isEmpty() ? "" : " (" + side.described() + ")");
    }
    for (Absent absent : result.absent()) {
      line(text, "  %s: not measured: %s", absent.side(), absent.reason());
    }
    for (ComparisonResult comparison : result.comparisons()) {
      line(
          text,
          "  %s against %s: %s %s%s%s",
          comparison.ours(),
          comparison.other(),
          Wording.ratio(comparison),
          comparison.measure().words,
          comparison.cpuRatio() == null ? "" : ", " + Wording.cpu(comparison) + " by CPU time",
          comparison.bar() == null
              ? ""
              : "; bar: " + Wording.bar(comparison) + ", " + Wording.met(comparison));
    }
    if (former != null) {
      changes(text, result, former);
    }
    return text.toString();
  }

  private static void changes(StringBuilder text, RowResult now, RowResult then) {
    Circumstances before = then.circumstances();
    if (!now.circumstances().machine().comparableTo(before.machine())
        || now.circumstances().threads() != before.threads()) {
      line(
          text,
          "  The recorded numbers are of another machine or thread count (%s, %d threads): no"
              + " comparison.",
          before.machine().describe(),
          before.threads());
      return;
    }
    line(text, "  Since %s, commit %s:", before.date(), before.commit());
    for (SideResult side : now.sides()) {
      then.sides().stream()
          .filter(old -> old.name().equals(side.name()))
          .forEach(
              old ->
                  line(
                      text,
                      "    %s: %.0f to %.0f ms (%+.1f %%)",
                      side.name(),
                      old.millis().middle(),
                      side.millis().middle(),
                      100 * (side.millis().middle() / old.millis().middle() - 1)));
    }
    for (ComparisonResult comparison : now.comparisons()) {
      then.comparisons().stream()
          .filter(
              old ->
                  old.ours().equals(comparison.ours())
                      && old.other().equals(comparison.other())
                      && old.measure() == comparison.measure())
          .forEach(
              old ->
                  line(
                      text,
                      "    %s against %s: %.2f to %.2f %s",
                      comparison.ours(),
                      comparison.other(),
                      old.ratio().middle(),
                      comparison.ratio().middle(),
                      comparison.measure().words));
    }
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
  }
}
