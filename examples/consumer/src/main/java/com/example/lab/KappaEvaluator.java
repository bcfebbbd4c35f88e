package com.example.lab;

import java.util.List;
import org.histofm.ApiVersion;
import org.histofm.dataset.Task;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Evaluator;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.plugin.Options;

/** An evaluator plugin: Cohen's kappa, with HistoFM's own interval. */
public final class KappaEvaluator implements EvaluatorProvider, Evaluator {
  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("lab-kappa");
  }

  @Override
  public String summary(String id) {
    return "Cohen's kappa";
  }

  @Override
  public Evaluator create(String id, Options options) {
    options.allow("evaluator lab-kappa");
    return this;
  }

  @Override
  public boolean supports(Task task) {
    return task instanceof Task.Classification;
  }

  @Override
  public List<Estimate> evaluate(EvaluationRequest request) {
    return List.of(request.estimate("kappa", Range.REAL, KappaEvaluator::kappa));
  }

  private static Score kappa(ScoredSamples samples) {
    int n = samples.size();
    int classes = samples.classes().size();
    double agree = 0;
    double[] truth = new double[classes];
    double[] said = new double[classes];
    for (int i = 0; i < n; i++) {
      agree += samples.label(i) == samples.predicted(i) ? 1.0 / n : 0;
      truth[samples.label(i)] += 1.0 / n;
      said[samples.predicted(i)] += 1.0 / n;
    }
    double chance = 0;
    for (int c = 0; c < classes; c++) {
      chance += truth[c] * said[c];
    }
    return chance == 1
        ? Score.undefined("truth and prediction hold one and the same class only")
        : Score.of((agree - chance) / (1 - chance));
  }
}
