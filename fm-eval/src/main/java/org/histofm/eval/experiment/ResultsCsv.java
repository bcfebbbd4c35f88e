package org.histofm.eval.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Interval;

/**
 * results.csv: one row for each arm, fraction, seed, test set and metric, then those over seeds.
 */
final class ResultsCsv {
  private static final List<String> HEADER =
      List.of(
          "row",
          "arm",
          "adapter",
          "fraction",
          "seed",
          "n_labels",
          "n_label_groups",
          "test_set",
          "domain",
          "metric",
          "evaluator",
          "value",
          "low",
          "high",
          "level",
          "method",
          "reason",
          "n_samples",
          "n_groups",
          "n_seeds",
          "notes",
          "seen",
          "n_missing",
          "n_failed",
          "weights_hash",
          "cohort_hash",
          "split_hash",
          "notice");

  private final ExperimentResults results;
  private final StringBuilder text = new StringBuilder();

  private ResultsCsv(ExperimentResults results) {
    this.results = results;
  }

  static String of(ExperimentResults results) {
    ResultsCsv csv = new ResultsCsv(results);
    Csv.append(csv.text, HEADER);
    for (RunResult run : results.runs()) {
      csv.add(
          "run",
          run.key().arm(),
          run.key().fraction(),
          Long.toString(run.key().seed()),
          Integer.toString(run.draw().labels().labels()),
          Integer.toString(run.draw().labels().groups()),
          run.split().fold().hash(),
          run.evaluations());
    }
    for (Aggregate aggregate : results.aggregates()) {
      csv.add(
          "all seeds",
          aggregate.arm(),
          aggregate.fraction(),
          "",
          RunKey.text(aggregate.meanLabels()),
          "",
          "",
          aggregate.evaluations());
    }
    return csv.text.toString();
  }

  private void add(
      String kind,
      String arm,
      double fraction,
      String seed,
      String labels,
      String labelGroups,
      String splitHash,
      List<Evaluation> evaluations) {
    String adapter = results.adapterId(arm);
    for (Evaluation evaluation : evaluations) {
      for (MetricEstimate metric : evaluation.metrics()) {
        Estimate estimate = metric.estimate();
        List<String> row = new ArrayList<>();
        row.addAll(List.of(kind, arm, adapter, RunKey.text(fraction), seed, labels, labelGroups));
        row.add(evaluation.testSet().kind().text());
        row.add(evaluation.testSet().domain());
        row.add(metric.name());
        row.add(metric.evaluator());
        row.addAll(value(estimate));
        row.addAll(basis(estimate));
        row.add(String.join("; ", evaluation.seenIn()));
        row.add(Integer.toString(results.cohort().missing().size()));
        row.add(Integer.toString(results.quarantined().size()));
        row.add(results.backbone().weightsHash());
        row.add(results.cohortHash());
        row.add(splitHash);
        row.add(results.notice());
        Csv.append(text, row);
      }
    }
  }

  /** value, low, high, level, method; empty where there is none. */
  static List<String> value(Estimate estimate) {
    return List.of(
        number(estimate.value()),
        cell(estimate, i -> Double.toString(i.low())),
        cell(estimate, i -> Double.toString(i.high())),
        cell(estimate, i -> Double.toString(i.level())),
        cell(estimate, Interval::method));
  }

  /** reason, n_samples, n_groups, n_seeds, notes. */
  static List<String> basis(Estimate estimate) {
    return List.of(
        estimate.reason(),
        Integer.toString(estimate.samples()),
        Integer.toString(estimate.groups()),
        Integer.toString(estimate.seeds()),
        String.join("; ", estimate.notes()));
  }

  static String number(OptionalDouble value) {
    return value.isPresent() ? Double.toString(value.getAsDouble()) : "";
  }

  private static String cell(Estimate estimate, Function<Interval, String> part) {
    return estimate.interval().map(part).orElse("");
  }
}
