package org.histofm.eval.experiment;

import java.util.List;
import java.util.Optional;
import org.histofm.evaluation.Estimate;

/**
 * All that is said of one test set by one run, or by all seeds of an arm and fraction together.
 *
 * @param testSet what was predicted
 * @param counts how much it is; over several seeds, each different sample and group once
 * @param seenIn pretraining cohorts of the backbone that this test set belongs to; not empty means
 *     'seen'
 * @param confusion predictions counted, [true class][predicted class] in the task's order; over
 *     several seeds their sum
 * @param metrics the estimates, evaluator by evaluator
 */
public record Evaluation(
    TestSet testSet,
    Counts counts,
    List<String> seenIn,
    List<List<Integer>> confusion,
    List<MetricEstimate> metrics) {
  /** Copies the lists. */
  public Evaluation {
    seenIn = List.copyOf(seenIn);
    confusion = confusion.stream().map(List::copyOf).toList();
    metrics = List.copyOf(metrics);
  }

  /** The estimate of this name, if an evaluator gives it. */
  public Optional<Estimate> metric(String name) {
    return metrics.stream()
        .filter(m -> m.name().equals(name))
        .map(MetricEstimate::estimate)
        .findFirst();
  }
}
