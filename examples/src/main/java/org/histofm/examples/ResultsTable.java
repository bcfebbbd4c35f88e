package org.histofm.examples;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.histofm.eval.experiment.Aggregate;
import org.histofm.eval.experiment.ArmDifference;
import org.histofm.eval.experiment.Evaluation;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.evaluation.Estimate;

/**
 * The results of an experiment as text: all seeds of an arm and fraction in one line, and below
 * them, where there are several arms, these against each other.
 */
final class ResultsTable {
  private static final int WARNINGS = 6;
  private static final int METRICS = 2;

  private final ExperimentResults results;

  ResultsTable(ExperimentResults results) {
    this.results = results;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(System.lineSeparator());
    List<String> warnings = results.warnings();
    for (String warning : warnings.subList(0, Math.min(WARNINGS, warnings.size()))) {
      text.append("! ").append(warning).append(System.lineSeparator());
    }
    if (warnings.size() > WARNINGS) {
      text.append("! ")
          .append(warnings.size() - WARNINGS)
          .append(" more warnings stand in the report")
          .append(System.lineSeparator());
    }
    List<String> metrics = results.metrics();
    List<String> shown = metrics.subList(0, Math.min(METRICS, metrics.size()));
    text.append(
        String.format(
            Locale.ROOT, "%n%-16s %8s %7s  %-24s", "adapter", "fraction", "labels", "test set"));
    shown.forEach(name -> text.append(String.format(Locale.ROOT, " %-24s", name)));
    text.append(String.format(Locale.ROOT, " %7s %6s%n", "samples", "groups"));
    for (Aggregate aggregate : results.aggregates()) {
      for (Evaluation evaluation : aggregate.evaluations()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-16s %8s %7.0f  %-24s",
                aggregate.arm(),
                aggregate.fraction(),
                aggregate.meanLabels(),
                evaluation.testSet().describe()));
        for (String name : shown) {
          text.append(String.format(Locale.ROOT, " %-24s", cell(evaluation.metric(name), "%.3f")));
        }
        text.append(
            String.format(
                Locale.ROOT,
                " %7d %6d%n",
                evaluation.counts().samples(),
                evaluation.counts().groups()));
      }
    }
    addDifferences(text);
    return text.append(System.lineSeparator()).toString();
  }

  /** In the first metric that has differences, which is the first of the table where it has any. */
  private void addDifferences(StringBuilder text) {
    if (results.differences().isEmpty()) {
      return;
    }
    String metric = results.differences().get(0).metric();
    text.append(
        String.format(
            Locale.ROOT,
            "%n%-32s %8s  %-24s %-26s %8s %8s %6s%n",
            metric + ", paired",
            "fraction",
            "test set",
            "difference",
            "p",
            "p (Holm)",
            "groups"));
    for (ArmDifference difference : results.differences()) {
      if (difference.metric().equals(metric)) {
        Estimate estimate = difference.difference().estimate();
        text.append(
            String.format(
                Locale.ROOT,
                "%-32s %8s  %-24s %-26s %8s %8s %6d%n",
                difference.arm() + " - " + difference.against(),
                difference.fraction(),
                difference.testSet().describe(),
                cell(Optional.of(estimate), "%+.3f"),
                p(difference.difference().p()),
                p(difference.difference().holm()),
                estimate.groups()));
      }
    }
  }

  private static String p(OptionalDouble p) {
    if (p.isEmpty()) {
      return "-";
    }
    return p.getAsDouble() < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", p.getAsDouble());
  }

  private static String cell(Optional<Estimate> estimate, String format) {
    if (estimate.isEmpty() || estimate.get().value().isEmpty()) {
      return "undefined";
    }
    String value = String.format(Locale.ROOT, format, estimate.get().value().getAsDouble());
    return value
        + estimate
            .get()
            .interval()
            .map(
                i ->
                    String.format(
                        Locale.ROOT, " [" + format + ", " + format + "]", i.low(), i.high()))
            .orElse(" [not estimable]");
  }
}
