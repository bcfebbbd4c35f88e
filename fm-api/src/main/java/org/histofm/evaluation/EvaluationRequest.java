package org.histofm.evaluation;

import java.util.List;
import org.histofm.dataset.Task;

/**
 * What an evaluator is given: the test predictions of one or several training seeds, and the one
 * interval estimator that all of HistoFM uses.
 */
public interface EvaluationRequest {
  /** What was asked. */
  Task task();

  /**
   * One entry for each training seed, at least one. Each seed may have its own split and so its own
   * test samples; groups are told apart by name.
   */
  List<ScoredSamples> runs();

  /**
   * Evaluates a metric with its interval: averaged over {@link #runs}, with the spread over groups
   * and, with several runs, over training seeds. Where the metric or its interval is undefined the
   * estimate says why.
   *
   * @param name of the metric, such as {@code "balanced_accuracy"}
   * @param range the values it can take
   * @param statistic the metric
   */
  Estimate estimate(String name, Range range, Statistic statistic);
}
