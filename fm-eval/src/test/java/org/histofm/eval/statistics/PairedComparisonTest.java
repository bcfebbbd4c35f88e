package org.histofm.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Function;
import org.histofm.dataset.Task;
import org.histofm.eval.metric.ClassificationEvaluatorProvider;
import org.histofm.eval.metric.Metrics;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Evaluator;
import org.histofm.evaluation.Interval;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {
  /** The expected numbers were computed by another implementation (NumPy, scipy.stats.t). */
  private static final double TOLERANCE = 1e-9;

  private static final Task TASK = new Task.Classification(List.of("c0", "c1"));

  @Test
  void difference_threeEqualGroups_isAsByHand() {
    // 9 and 6 of 12 right: θ = 1/4; left out 5/8 − 4/8, 6/8 − 4/8, 7/8 − 4/8: deviations ∓1/8, 0
    // V = 2/3 · 2/64 = 1/48; ν = min(3, 3, 3 · 2) − 1 = 2; |θ|/√V = √3; p = 1 − √(3/(3 + 2))
    Difference difference =
        accuracy(
            new Run().add("a", 4, 4).add("b", 4, 3).add("c", 4, 2),
            new Run().add("a", 4, 2).add("b", 4, 2).add("c", 4, 2));
    Estimate estimate = difference.estimate();
    assertThat(estimate.value()).hasValue(0.25);
    assertEnds(
        difference,
        0.25 - 4.302652729911275 / Math.sqrt(48),
        0.25 + 4.302652729911275 / Math.sqrt(48));
    assertThat(estimate.interval().orElseThrow().method())
        .isEqualTo(
            "paired group jackknife, raw scale, t with 2.0 degrees of freedom; these models");
    assertThat(difference.p().orElseThrow()).isCloseTo(1 - Math.sqrt(0.6), within(TOLERANCE));
    assertThat(difference.holm()).isEmpty();
    assertThat(estimate.samples()).isEqualTo(12);
    assertThat(estimate.groups()).isEqualTo(3);
    assertThat(estimate.seeds()).isEqualTo(1);
    assertThat(estimate.notes()).containsExactly("few groups");
  }

  @Test
  void difference_twoRunsOnOtherGroups_equalsReference() {
    Difference difference =
        only(
            Metrics::accuracy,
            List.of(
                new Run().add("a", 4, 3).add("b", 6, 4).add("c", 2, 1).scored(),
                new Run().add("b", 6, 5).add("c", 2, 2).add("d", 8, 4).scored()),
            List.of(
                new Run().add("a", 4, 1).add("b", 6, 5).add("c", 2, 1).scored(),
                new Run().add("b", 6, 2).add("c", 2, 1).add("d", 8, 4).scored()));
    assertThat(difference.estimate().value().orElseThrow()).isCloseTo(1 / 6.0, within(TOLERANCE));
    assertEnds(difference, -0.35397755565969247, 0.6873108889930257);
    assertThat(difference.p().orElseThrow()).isCloseTo(0.3938700775663587, within(TOLERANCE));
    assertThat(difference.estimate().interval().orElseThrow().method())
        .contains("t with 3.2 degrees")
        .endsWith("; the procedure");
    assertThat(difference.estimate().seeds()).isEqualTo(2);
  }

  @Test
  void difference_endBeyondOne_isDrawnBack() {
    Run better = new Run().add("a", 4, 4).add("b", 4, 4);
    Run worse = new Run().add("a", 4, 2).add("b", 4, 0);
    assertEnds(accuracy(better, worse), -1, 1);
    assertThat(accuracy(better, worse).estimate().value()).hasValue(0.75);
  }

  @Test
  void difference_identicalPredictions_isZeroAndSaysSo() {
    Run run = new Run().add("a", 4, 4).add("b", 4, 2).add("c", 4, 1);
    ScoredSamples shuffled = run.scored().subset(new int[] {5, 4, 3, 2, 1, 0, 11, 9, 10, 6, 8, 7});
    Difference difference = only(Metrics::accuracy, List.of(run.scored()), List.of(shuffled));
    assertThat(difference.estimate().value()).hasValue(0);
    assertEnds(difference, 0, 0);
    assertThat(difference.p()).hasValue(1);
    assertThat(difference.estimate().notes())
        .containsExactly("few groups", "identical predictions");
    assertThat(difference.estimate().interval().orElseThrow().method())
        .isEqualTo("identical predictions; these models");
  }

  @Test
  void difference_sameHitsByOtherScores_isNotEstimable() {
    // both arms have all right, by other scores: no spread, but no proof of equality either
    ScoredSamples sure = new Run().add("a", 4, 4).add("b", 4, 4).add("c", 4, 4).scored();
    ScoredSamples unsure = softened(sure);
    Difference difference = only(Metrics::accuracy, List.of(sure), List.of(unsure));
    assertThat(difference.estimate().value()).hasValue(0);
    assertNotEstimable(difference, "leaving any one group out changes nothing");
  }

  private static ScoredSamples softened(ScoredSamples run) {
    int n = run.size();
    double[] scores = new double[2 * n];
    int[] labels = new int[n];
    String[] ids = new String[n];
    String[] groups = new String[n];
    for (int i = 0; i < n; i++) {
      ids[i] = run.id(i);
      groups[i] = run.group(i);
      labels[i] = run.label(i);
      scores[2 * i] = 0.4 + 0.2 * run.score(i, 0);
      scores[2 * i + 1] = 0.4 + 0.2 * run.score(i, 1);
    }
    return ScoredSamples.of(run.classes(), List.of(ids), List.of(groups), labels, scores);
  }

  @Test
  void difference_withoutSpreadOverGroups_isNotEstimable() {
    assertNotEstimable(
        accuracy(new Run().add("a", 4, 3), new Run().add("a", 4, 1)), "one test group");
    assertNotEstimable(
        accuracy(
            new Run().add("a", 1, 1).add("b", 2, 1).add("c", 1, 0),
            new Run().add("a", 1, 0).add("b", 2, 1).add("c", 1, 1)),
        "class c1 lives in one group, b");
    Statistic picky =
        s -> s.size() < 8 ? Score.undefined("fewer than 8 samples") : Metrics.accuracy(s);
    assertNotEstimable(
        only(
            picky,
            List.of(new Run().add("a", 4, 3).add("b", 4, 2).scored()),
            List.of(new Run().add("a", 4, 2).add("b", 4, 2).scored())),
        "without group a the metric is undefined: fewer than 8 samples");
  }

  @Test
  void difference_metricUndefinedInOneArm_saysInWhich() {
    Run some = new Run().add("a", 4, 3).add("b", 4, 2);
    Run none = new Run().add("a", 4, 0).add("b", 4, 0);
    Statistic precision =
        s -> Metrics.accuracy(s).equals(Score.of(0)) ? Score.undefined("no hit") : Score.of(1);
    assertUndefined(
        only(precision, List.of(some.scored()), List.of(none.scored())), "no hit (second arm)");
    assertUndefined(
        only(precision, List.of(none.scored()), List.of(some.scored())), "no hit (first arm)");
    assertUndefined(only(precision, List.of(none.scored()), List.of(none.scored())), "no hit");
    assertUndefined(
        only(
            precision,
            List.of(some.scored(), some.scored()),
            List.of(some.scored(), none.scored())),
        "no hit (second arm) (run 2 of 2)");
  }

  @Test
  void comparison_otherSamplesGroupsOrLabels_isRefused() {
    List<ScoredSamples> arm = List.of(new Run().add("a", 4, 3).add("b", 4, 2).scored());
    for (ScoredSamples other :
        List.of(
            new Run().add("a", 4, 3).add("b", 2, 2).scored(),
            new Run().add("a", 4, 3).add("c", 4, 2).scored(),
            labels(arm.get(0), new int[] {1, 0, 0, 1, 0, 1, 0, 1}))) {
      assertThatThrownBy(() -> PairedComparison.of(TASK, arm, List.of(other)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("same samples, groups and labels")
          .hasMessageContaining("run 1 of 1");
    }
    assertThatThrownBy(() -> PairedComparison.of(TASK, arm, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 and 0");
    assertThatThrownBy(
            () -> PairedComparison.of(new Task.Classification(List.of("c1", "c0")), arm, arm))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ScoredSamples labels(ScoredSamples run, int[] labels) {
    List<String> ids = List.of("a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3");
    List<String> groups = List.of("a", "a", "a", "a", "b", "b", "b", "b");
    return ScoredSamples.of(run.classes(), ids, groups, labels, new double[16]);
  }

  @Test
  void evaluate_builtInEvaluator_givesADifferenceForEachOfItsMetrics() {
    List<ScoredSamples> arm = List.of(new Run().add("a", 4, 4).add("b", 4, 3).scored());
    List<ScoredSamples> other = List.of(new Run().add("a", 4, 2).add("b", 4, 1).scored());
    ClassificationEvaluatorProvider provider = new ClassificationEvaluatorProvider();
    PairedComparison comparison = PairedComparison.of(TASK, arm, other);

    assertThat(comparison.evaluate(provider.create("classification", Options.none())))
        .extracting(d -> d.estimate().name())
        .containsExactly("balanced_accuracy", "auroc", "f1", "accuracy");
    assertThat(
            comparison.evaluate(
                provider.create(
                    "classification", Options.none().with("interval", "percentile-bootstrap"))))
        .as("it makes its estimates by itself")
        .isEmpty();
  }

  @Test
  void evaluate_estimatesThatDidNotComeFromTheRequest_areLeftOut() {
    List<ScoredSamples> arm = List.of(new Run().add("a", 4, 4).add("b", 4, 3).scored());
    List<ScoredSamples> other = List.of(new Run().add("a", 4, 2).add("b", 4, 2).scored());
    Evaluator evaluator =
        evaluator(
            request -> {
              Estimate asked = request.estimate("asked", Range.UNIT, Metrics::accuracy);
              Estimate dropped = request.estimate("replaced", Range.UNIT, Metrics::accuracy);
              int samples = request.runs().get(0).size();
              assertThat(dropped.value()).isPresent();
              return List.of(
                  Estimate.of("samples", samples, samples, 2, 1),
                  asked.withNote("by a plugin"),
                  Estimate.of("replaced", 7, samples, 2, 1));
            });
    List<Difference> differences = PairedComparison.of(TASK, arm, other).evaluate(evaluator);

    assertThat(differences).hasSize(1);
    assertThat(differences.get(0).estimate().name()).isEqualTo("asked");
    assertThat(differences.get(0).estimate().notes()).containsExactly("few groups", "by a plugin");
    assertThat(differences.get(0).p()).isPresent();
  }

  private static Evaluator evaluator(Function<EvaluationRequest, List<Estimate>> body) {
    return new Evaluator() {
      @Override
      public boolean supports(Task task) {
        return true;
      }

      @Override
      public List<Estimate> evaluate(EvaluationRequest request) {
        return body.apply(request);
      }
    };
  }

  /** The difference in one metric. */
  static Difference only(
      Statistic metric, List<ScoredSamples> runs, List<ScoredSamples> subtracted) {
    return GroupJackknife.difference(
        "metric", Range.UNIT, metric, Evidence.paired(runs, subtracted), 0.95);
  }

  private static Difference accuracy(Run run, Run subtracted) {
    return only(Metrics::accuracy, List.of(run.scored()), List.of(subtracted.scored()));
  }

  private static void assertEnds(Difference difference, double low, double high) {
    Interval interval = difference.estimate().interval().orElseThrow();
    assertThat(interval.low()).isCloseTo(low, within(TOLERANCE));
    assertThat(interval.high()).isCloseTo(high, within(TOLERANCE));
  }

  private static void assertNotEstimable(Difference difference, String why) {
    assertThat(difference.estimate().value()).isPresent();
    assertThat(difference.estimate().interval()).isEmpty();
    assertThat(difference.estimate().reason()).startsWith("not estimable: ").contains(why);
    assertThat(difference.p()).isEmpty();
  }

  private static void assertUndefined(Difference difference, String why) {
    assertThat(difference.estimate().value()).isEmpty();
    assertThat(difference.estimate().reason()).isEqualTo(why);
    assertThat(difference.p()).isEmpty();
  }
}
