package org.histofm.eval.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.histofm.dataset.Task;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Evaluator;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

/**
 * Two arms judged on the same samples. Any evaluator, also a plugin's, gives their differences
 * without knowing of it: it is handed a request whose estimates are differences.
 *
 * <p>Immutable, safe for concurrent use.
 */
public final class PairedComparison {
  private static final double LEVEL = 0.95;

  private final EvaluationRequest first;
  private final Evidence evidence;

  private PairedComparison(EvaluationRequest first, Evidence evidence) {
    this.first = first;
    this.evidence = evidence;
  }

  /**
   * @param runs test predictions of the one arm, a run for each training seed, at least one
   * @param subtracted those of the other arm, for the same training seeds in the same order
   * @throws IllegalArgumentException if there is no run, a run has other classes than the task, or
   *     the two arms have not the same samples, groups and labels in every run
   */
  public static PairedComparison of(
      Task task, List<ScoredSamples> runs, List<ScoredSamples> subtracted) {
    return new PairedComparison(
        JackknifeEvaluationRequest.of(task, runs), Evidence.paired(runs, subtracted));
  }

  /**
   * The first arm less the second, with 95 % intervals, in every metric that the evaluator asks its
   * request for, in the evaluator's order. An estimate that it makes by itself, from {@link
   * EvaluationRequest#runs}, is a value of the first arm and no difference; it is left out.
   */
  public List<Difference> evaluate(Evaluator evaluator) {
    Request request = new Request();
    List<Difference> differences = new ArrayList<>();
    for (Estimate estimate : evaluator.evaluate(request)) {
      Difference made = request.made.get(estimate.name());
      if (made != null && sameNumbers(estimate, made.estimate())) {
        differences.add(made.withEstimate(estimate));
      }
    }
    return List.copyOf(differences);
  }

  /** Whether an evaluator returns what it was given, to which it may have added notes. */
  private static boolean sameNumbers(Estimate one, Estimate other) {
    return one.value().equals(other.value()) && one.interval().equals(other.interval());
  }

  private final class Request implements EvaluationRequest {
    final Map<String, Difference> made = new ConcurrentHashMap<>();

    @Override
    public Task task() {
      return first.task();
    }

    @Override
    public List<ScoredSamples> runs() {
      return first.runs();
    }

    @Override
    public Estimate estimate(String name, Range range, Statistic statistic) {
      Difference difference = GroupJackknife.difference(name, range, statistic, evidence, LEVEL);
      made.put(name, difference);
      return difference.estimate();
    }
  }
}
