package org.histofm.eval.statistics;

import java.util.List;
import org.histofm.dataset.Task;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

/** Test predictions with {@link GroupJackknife} as the interval estimator, at 95 %. Immutable. */
public final class JackknifeEvaluationRequest implements EvaluationRequest {
  private static final double LEVEL = 0.95;

  private final Task task;
  private final List<ScoredSamples> runs;

  private JackknifeEvaluationRequest(Task task, List<ScoredSamples> runs) {
    this.task = task;
    this.runs = runs;
  }

  /**
   * @param runs test predictions of each training seed, at least one
   * @throws IllegalArgumentException if there is no run, or one has other classes than the task
   */
  public static JackknifeEvaluationRequest of(Task task, List<ScoredSamples> runs) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("an evaluation needs at least one run");
    }
    for (ScoredSamples run : runs) {
      if (task instanceof Task.Classification classification
          && !run.classes().equals(classification.classes())) {
        throw new IllegalArgumentException(
            "scores are of " + run.classes() + ", the task asks for " + classification.classes());
      }
    }
    return new JackknifeEvaluationRequest(task, List.copyOf(runs));
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public List<ScoredSamples> runs() {
    return runs;
  }

  @Override
  public Estimate estimate(String name, Range range, Statistic statistic) {
    return GroupJackknife.estimate(name, range, statistic, runs, LEVEL);
  }
}
