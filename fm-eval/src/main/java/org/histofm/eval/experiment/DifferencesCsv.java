package org.histofm.eval.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * differences.csv: one row for each pair of arms, fraction, test set and metric, over all seeds.
 */
final class DifferencesCsv {
  private static final List<String> HEADER =
      List.of(
          "arm",
          "adapter",
          "against",
          "against_adapter",
          "fraction",
          "n_labels",
          "test_set",
          "domain",
          "metric",
          "evaluator",
          "value",
          "low",
          "high",
          "level",
          "method",
          "p",
          "p_holm",
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
          "notice");

  private DifferencesCsv() {}

  static String of(ExperimentResults results) {
    StringBuilder text = new StringBuilder();
    Csv.append(text, HEADER);
    for (ArmDifference difference : results.differences()) {
      Csv.append(text, row(results, difference));
    }
    return text.toString();
  }

  private static List<String> row(ExperimentResults results, ArmDifference difference) {
    List<String> row = new ArrayList<>();
    row.add(difference.arm());
    row.add(results.adapterId(difference.arm()));
    row.add(difference.against());
    row.add(results.adapterId(difference.against()));
    row.add(RunKey.text(difference.fraction()));
    row.add(
        results
            .aggregate(difference.arm(), difference.fraction())
            .map(aggregate -> RunKey.text(aggregate.meanLabels()))
            .orElse(""));
    row.add(difference.testSet().kind().text());
    row.add(difference.testSet().domain());
    row.add(difference.metric());
    row.add(difference.evaluator());
    row.addAll(ResultsCsv.value(difference.difference().estimate()));
    row.add(ResultsCsv.number(difference.difference().p()));
    row.add(ResultsCsv.number(difference.difference().holm()));
    row.addAll(ResultsCsv.basis(difference.difference().estimate()));
    row.add(String.join("; ", difference.seenIn()));
    row.add(Integer.toString(results.cohort().missing().size()));
    row.add(Integer.toString(results.quarantined().size()));
    row.add(results.backbone().weightsHash());
    row.add(results.cohortHash());
    row.add(results.notice());
    return row;
  }
}
