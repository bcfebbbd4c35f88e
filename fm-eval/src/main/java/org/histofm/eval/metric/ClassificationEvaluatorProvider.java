package org.histofm.eval.metric;

import java.util.List;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.dataset.Task;
import org.histofm.eval.statistics.PercentileBootstrap;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Evaluator;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Statistic;
import org.histofm.plugin.Options;

/**
 * The built-in evaluator {@code classification}: balanced accuracy, AUROC, F1 and accuracy.
 *
 * <p>Setting {@code interval}: {@code group-jackknife} (default), or {@code percentile-bootstrap}
 * for parity with published protocols.
 */
public final class ClassificationEvaluatorProvider implements EvaluatorProvider {
  private static final String ID = "classification";

  /** A provider, as {@link java.util.ServiceLoader} makes it. */
  public ClassificationEvaluatorProvider() {}

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of(ID);
  }

  @Override
  public String summary(String id) {
    return "balanced accuracy, AUROC, F1 and accuracy";
  }

  @Override
  public Evaluator create(String id, Options options) {
    String interval =
        options.allow("evaluator " + ID, "interval").text("interval", "group-jackknife");
    return switch (interval) {
      case "group-jackknife" -> new ClassificationEvaluator(EvaluationRequest::estimate);
      case "percentile-bootstrap" ->
          new ClassificationEvaluator(
              (request, name, range, statistic) ->
                  PercentileBootstrap.estimate(name, statistic, request.runs()));
      default ->
          throw new InputException(
              "evaluator " + ID + " has no interval '" + interval + "'.",
              "Use group-jackknife or percentile-bootstrap.");
    };
  }

  @FunctionalInterface
  private interface Estimator {
    Estimate estimate(EvaluationRequest request, String name, Range range, Statistic statistic);
  }

  private record ClassificationEvaluator(Estimator estimator) implements Evaluator {
    @Override
    public boolean supports(Task task) {
      return task instanceof Task.Classification;
    }

    @Override
    public List<Estimate> evaluate(EvaluationRequest request) {
      return List.of(
          estimate(request, "balanced_accuracy", Metrics::balancedAccuracy),
          estimate(request, "auroc", Metrics::auroc),
          estimate(request, "f1", Metrics::f1),
          estimate(request, "accuracy", Metrics::accuracy));
    }

    private Estimate estimate(EvaluationRequest request, String name, Statistic statistic) {
      return estimator.estimate(request, name, Range.UNIT, statistic);
    }
  }
}
