package org.histofm.eval.experiment;

import java.util.List;
import org.histofm.eval.statistics.Difference;

/**
 * How far one arm is above another by one metric on one test set, paired: on the same samples, with
 * the same labels and seeds.
 *
 * @param arm label of the arm
 * @param against label of the arm that is subtracted, which comes earlier in the plan
 * @param fraction fraction of the labels
 * @param testSet what was predicted
 * @param seenIn pretraining cohorts of the backbone that this test set belongs to; not empty means
 *     'seen'
 * @param metric name of the metric, as it stands in the evaluations
 * @param evaluator id of the evaluator
 * @param difference over all seeds; its p is corrected over all pairs of arms and all fractions of
 *     this test set and metric
 */
public record ArmDifference(
    String arm,
    String against,
    double fraction,
    TestSet testSet,
    List<String> seenIn,
    String metric,
    String evaluator,
    Difference difference) {
  /** Copies the list. */
  public ArmDifference {
    seenIn = List.copyOf(seenIn);
  }

  ArmDifference withDifference(Difference other) {
    return new ArmDifference(arm, against, fraction, testSet, seenIn, metric, evaluator, other);
  }
}
