package org.histofm.benchmarks.peers;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.histofm.benchmarks.peers.RowResult.Absent;
import org.histofm.benchmarks.peers.RowResult.ComparisonResult;
import org.histofm.benchmarks.peers.RowResult.SideResult;

/** Results as a page for people, in Markdown. */
final class ResultsPage {
  private static final String HEAD =
      """
      # Benchmarks beside the peers

      Written by `./fm bench --with-peers`; run it to have these numbers for your machine. They hold for the machine that
      stands beside them. A row that is not run keeps its former numbers and their date.

      Every side is a process of its own with the same number of threads. In each round every side runs once, and each
      round begins with another side. A time is the median over the rounds, with the quartiles behind it. A ratio is the
      ratio of the medians, with the quartiles of the ratios taken round by round. CPU time is that of all threads of the
      process, waiting excluded; other work on the machine disturbs it less. Peak memory is the most that the
      process ever held (VmHWM), libraries and start included. The ceiling is what bare packed matrix products of the
      sizes of ViT-B/16 reach in our engine, the fastest of them, measured in the same rounds; the share of it counts the
      matrix products that our program does. Weights and pixels are random. Ours takes 8-bit pixels, the peers get a
      batch that is normalised already. The bars are meant for two cores.

      """;

  private ResultsPage() {}

  static String of(SortedMap<String, RowResult> rows) {
    StringBuilder page = new StringBuilder(HEAD);
    if (rows.isEmpty()) {
      return page.append("No row has been recorded yet.\n").toString();
    }
    page.append("## Ratios and bars\n\n");
    page.append("| row | ours | against | ratio | | by CPU time | bar | | measured |\n");
    page.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (Map.Entry<String, RowResult> row : rows.entrySet()) {
      for (ComparisonResult c : row.getValue().comparisons()) {
        cells(
            page,
            row.getKey(),
            c.ours(),
            c.other(),
            Wording.ratio(c),
            c.measure().words,
            Wording.cpu(c),
            Wording.bar(c),
            c.met() ? Wording.met(c) : "**" + Wording.met(c) + "**",
            row.getValue().circumstances().date());
      }
    }
    page.append(
        "\nWhere a bar is missed, the reason stands in [performance.md](performance.md).\n");
    rows.forEach((id, result) -> row(page, id, result));
    return page.toString();
  }

  private static void row(StringBuilder page, String id, RowResult result) {
    page.append("\n## ").append(id).append("\n\n").append(sentence(result.summary()));
    page.append("  \n").append(Wording.circumstances(result.circumstances()));
    page.append("; ").append(result.rounds()).append(" rounds.\n\n");
    page.append("| side | ms | CPU ms | peak MiB | GFLOP | TFLOP/s | |\n");
    page.append("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (SideResult side : result.sides()) {
      boolean counted = side.gflop() > 0;
      cells(
          page,
          side.name(),
          Wording.millis(side.millis()),
          Wording.cpu(side.cpuMillis()),
          Wording.peak(side.peakMib()),
          counted ? String.format(Locale.ROOT, "%.1f", side.gflop()) : "",
          counted ? String.format(Locale.ROOT, "%.3f", side.teraflops()) : "",
          side.described());
    }
    for (Absent absent : result.absent()) {
      page.append("\nNot measured: ").append(absent.side()).append(". ");
      page.append(sentence(absent.reason())).append('\n');
    }
  }

  private static String sentence(String words) {
    String text = words.endsWith(".") ? words : words + ".";
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static void cells(StringBuilder page, String... cells) {
    page.append('|');
    for (String cell : cells) {
      page.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    page.append('\n');
  }
}
