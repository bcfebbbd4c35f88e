package org.histofm.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.histofm.eval.experiment.Aggregate;
import org.histofm.eval.experiment.ArmDifference;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.eval.experiment.RunKey;
import org.histofm.eval.experiment.TestSet;
import org.histofm.eval.statistics.Difference;
import org.histofm.evaluation.Estimate;

/** The arms against each other, test set by test set; nothing where there is one arm. */
final class DifferencePanel {
  private final ExperimentResults results;
  private final Markup out;

  DifferencePanel(ExperimentResults results, Markup out) {
    this.results = results;
    this.out = out;
  }

  void write() {
    if (results.arms().size() < 2) {
      return;
    }
    out.open("section").leaf("h2", "Arm against arm");
    out.leaf(
        "p",
        "Each row is one arm less another, both judged on the same samples after fitting on the same"
            + " labels, so what is hard for both cancels. The interval is that of the difference, made"
            + " like the others. Each test set has a scale of its own.",
        "class",
        "lead");
    if (results.differences().isEmpty()) {
      out.leaf(
          "p",
          "None of the evaluators leaves its interval to HistoFM, so there are no paired"
              + " differences.",
          "class",
          "empty");
    } else {
      String metric = results.differences().get(0).metric();
      legend();
      for (TestSet test : results.testSets()) {
        List<ArmDifference> differences =
            results.differences().stream()
                .filter(d -> d.testSet().equals(test) && d.metric().equals(metric))
                .toList();
        if (!differences.isEmpty()) {
          testSet(test, metric, differences);
        }
      }
      table();
    }
    out.close();
  }

  private void legend() {
    out.open("p", "class", "legend");
    key(true, "p (Holm) under 0.05");
    key(false, "not under 0.05 or not tested: no difference is shown, nor that there is none");
    out.close();
  }

  private void key(boolean small, String meaning) {
    out.open("span", "class", "key");
    out.open("svg", "viewBox", "0 0 16 14", "width", "16", "height", "14", "aria-hidden", "true");
    ForestChart.marker(out, 8, 7, small);
    out.close().text(" " + meaning).close();
  }

  private void testSet(TestSet test, String metric, List<ArmDifference> differences) {
    out.open("h3").text(Wording.metric(metric) + ", " + test.describe());
    seen(!differences.get(0).seenIn().isEmpty());
    out.close();
    new ForestChart(
            results,
            "Differences in " + Wording.metric(metric) + ", " + test.describe(),
            differences)
        .draw(out);
    remarks(differences);
  }

  private void seen(boolean seen) {
    if (seen) {
      out.text(" ").leaf("span", "seen", "class", "badge");
    }
  }

  /** Reasons and notes that the chart has no room for, each once with the rows it is about. */
  private void remarks(List<ArmDifference> differences) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    for (ArmDifference difference : differences) {
      Estimate estimate = difference.difference().estimate();
      List<String> remarks = new ArrayList<>(estimate.notes());
      if (!estimate.reason().isEmpty()) {
        remarks.add(
            (estimate.value().isPresent() ? "no interval: " : "not defined: ") + estimate.reason());
      }
      for (String remark : remarks) {
        places
            .computeIfAbsent(remark, r -> new ArrayList<>())
            .add(
                ForestChart.pair(difference)
                    + " at fraction "
                    + RunKey.text(difference.fraction()));
      }
    }
    places.forEach(
        (remark, of) ->
            out.leaf(
                "p",
                of.size() == differences.size()
                    ? "All rows: " + remark + "."
                    : String.join("; ", of) + ": " + remark + ".",
                "class",
                "faint"));
  }

  private void table() {
    Set<String> metrics = new LinkedHashSet<>();
    results.differences().forEach(d -> metrics.add(d.metric()));
    out.open("details").leaf("summary", "Every difference, by every metric");
    out.open("div", "class", "scroll").open("table", "class", "numbers").open("thead").open("tr");
    for (String column : List.of("arms", "fraction", "labels", "test set")) {
      out.leaf("th", column, "scope", "col");
    }
    metrics.forEach(m -> out.leaf("th", Wording.metric(m), "scope", "col", "class", "value"));
    out.close().close().open("tbody");
    Set<Row> rows = new LinkedHashSet<>();
    results.differences().forEach(d -> rows.add(new Row(d)));
    for (Row row : rows) {
      out.open("tr").leaf("th", row.arm + " − " + row.against, "scope", "row");
      out.leaf("td", RunKey.text(row.fraction));
      out.leaf(
          "td",
          results
              .aggregate(row.arm, row.fraction)
              .map(Aggregate::meanLabels)
              .map(labels -> Long.toString(Math.round(labels)))
              .orElse(""));
      out.open("td").text(row.test.describe());
      seen(row.seen);
      out.close();
      for (String metric : metrics) {
        out.open("td", "class", "value");
        Optional<ArmDifference> difference =
            results.difference(row.arm, row.against, row.fraction, row.test, metric);
        difference.ifPresent(d -> cell(d.difference()));
        out.close();
      }
      out.close();
    }
    out.close().close().close().close();
  }

  private record Row(String arm, String against, double fraction, TestSet test, boolean seen) {
    Row(ArmDifference d) {
      this(d.arm(), d.against(), d.fraction(), d.testSet(), !d.seenIn().isEmpty());
    }
  }

  private void cell(Difference difference) {
    Estimate estimate = difference.estimate();
    out.leaf(
        "strong",
        estimate.value().isPresent()
            ? Wording.signed(estimate.value().getAsDouble())
            : "not defined");
    if (estimate.interval().isPresent()) {
      out.leaf("span", Wording.signedInterval(estimate), "class", "ends");
    }
    if (!estimate.reason().isEmpty()) {
      out.leaf("span", estimate.reason(), "class", "note");
    }
    difference
        .p()
        .ifPresent(
            p ->
                out.leaf(
                    "span",
                    "p " + Wording.p(p) + ", Holm " + Wording.p(difference.holm().orElse(p)),
                    "class",
                    "note"));
    out.leaf(
        "span",
        "n " + estimate.samples() + ", " + Wording.plural(estimate.groups(), "group"),
        "class",
        "note");
    for (String note : estimate.notes()) {
      out.leaf("span", note, "class", "note");
    }
  }
}
