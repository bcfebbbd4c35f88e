package org.histofm.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.histofm.InputException;
import org.histofm.dataset.Task;
import org.histofm.eval.statistics.JackknifeEvaluationRequest;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.plugin.Options;
import org.histofm.plugin.Providers;
import org.junit.jupiter.api.Test;

class ClassificationEvaluatorProviderTest {
  private static final Task TASK = new Task.Classification(List.of("normal", "tumor"));

  @Test
  void evaluator_foundById_givesItsFourEstimates() {
    EvaluatorProvider provider = Providers.of(EvaluatorProvider.class).get("classification");
    List<Estimate> estimates =
        provider.create("classification", Options.none()).evaluate(request());
    assertThat(estimates)
        .extracting(Estimate::name)
        .containsExactly("balanced_accuracy", "auroc", "f1", "accuracy");
    assertThat(estimates)
        .allSatisfy(
            estimate -> {
              assertThat(estimate.value()).isPresent();
              assertThat(estimate.interval().orElseThrow().method()).contains("jackknife");
              assertThat(estimate.samples()).isEqualTo(8);
              assertThat(estimate.groups()).isEqualTo(4);
              assertThat(estimate.notes()).containsExactly("few groups");
            });
  }

  @Test
  void evaluator_bootstrapByName_isUsedAndNamed() {
    List<Estimate> estimates =
        new ClassificationEvaluatorProvider()
            .create("classification", Options.none().with("interval", "percentile-bootstrap"))
            .evaluate(request());
    assertThat(estimates.get(3).interval().orElseThrow().method())
        .isEqualTo("percentile bootstrap over groups, 2000 resamples");
  }

  @Test
  void evaluator_unknownSetting_isRefusedByName() {
    ClassificationEvaluatorProvider provider = new ClassificationEvaluatorProvider();
    assertThatThrownBy(() -> provider.create("classification", Options.none().with("alpha", "1")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[alpha]")
        .hasMessageContaining("[interval]");
    assertThatThrownBy(
            () -> provider.create("classification", Options.none().with("interval", "wald")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'wald'")
        .hasMessageContaining("group-jackknife or percentile-bootstrap");
  }

  /** Four groups of one sample a class; one sample of group g0 and one of g1 are wrong. */
  private static EvaluationRequest request() {
    int[] labels = {0, 1, 0, 1, 0, 1, 0, 1};
    double[] tumor = {.6, .9, .2, .3, .1, .8, .4, .7};
    double[] scores = new double[16];
    for (int i = 0; i < 8; i++) {
      scores[2 * i] = 1 - tumor[i];
      scores[2 * i + 1] = tumor[i];
    }
    return JackknifeEvaluationRequest.of(
        TASK,
        List.of(
            ScoredSamples.of(
                List.of("normal", "tumor"),
                List.of("a", "b", "c", "d", "e", "f", "g", "h"),
                List.of("g0", "g0", "g1", "g1", "g2", "g2", "g3", "g3"),
                labels,
                scores)));
  }
}
