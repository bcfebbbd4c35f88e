package org.histofm.examples;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.histofm.eval.experiment.Aggregate;
import org.histofm.eval.experiment.Evaluation;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.evaluation.Estimate;

/** The results of an experiment as text: all seeds of an arm and fraction in one line. */
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
          text.append(String.format(Locale.ROOT, " %-24s", cell(evaluation.metric(name))));
        }
        text.append(
            String.format(
                Locale.ROOT,
                " %7d %6d%n",
                evaluation.counts().samples(),
                evaluation.counts().groups()));
      }
    }
    return text.append(System.lineSeparator()).toString();
  }

  private static String cell(Optional<Estimate> estimate) {
    if (estimate.isEmpty() || estimate.get().value().isEmpty()) {
      return "undefined";
    }
    String value = String.format(Locale.ROOT, "%.3f", estimate.get().value().getAsDouble());
    return value
        + estimate
            .get()
            .interval()
            .map(i -> String.format(Locale.ROOT, " [%.3f, %.3f]", i.low(), i.high()))
            .orElse(" [not estimable]");
  }
}
