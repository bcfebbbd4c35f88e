package org.histofm.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.histofm.dataset.Task;
import org.histofm.eval.metric.Metrics;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Interval;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.junit.jupiter.api.Test;

class GroupJackknifeTest {
  /** The expected ends were computed by another implementation (NumPy, scipy.stats.t). */
  private static final double TOLERANCE = 1e-9;

  @Test
  void interval_threeEqualGroups_isAsByHand() {
    // 3, 2 and 1 of 4 right: θ = 1/2, left out 3/8, 1/2, 5/8; λ = ∓ln(5/3), 0
    // V = 2/3 · 2 · ln(5/3)² = 0.347924; ν = min(3, 3, 3 · 2) − 1 = 2; t = 4.302653
    Estimate estimate = accuracy(new Run().add("a", 4, 3).add("b", 4, 2).add("c", 4, 1));
    assertThat(estimate.value()).hasValue(0.5);
    Interval interval = estimate.interval().orElseThrow();
    double half = 4.302652729911275 * Math.sqrt(4 / 3.0) * Math.log(5 / 3.0);
    assertThat(interval.low()).isCloseTo(1 / (1 + Math.exp(half)), within(TOLERANCE));
    assertThat(interval.high()).isCloseTo(1 / (1 + Math.exp(-half)), within(TOLERANCE));
    assertThat(interval.low()).isCloseTo(0.07324207162069388, within(TOLERANCE));
    assertThat(interval.level()).isEqualTo(0.95);
    assertThat(interval.method())
        .isEqualTo("group jackknife, logit scale, t with 2.0 degrees of freedom; these models");
    assertThat(estimate.groups()).isEqualTo(3);
    assertThat(estimate.samples()).isEqualTo(12);
    assertThat(estimate.seeds()).isEqualTo(1);
  }

  @Test
  void interval_twoRunsOnOtherGroups_equalsReference() {
    List<ScoredSamples> runs = twoRuns();
    Estimate estimate =
        GroupJackknife.estimate("accuracy", Range.UNIT, Metrics::accuracy, runs, 0.95);
    assertThat(estimate.value().orElseThrow()).isCloseTo(0.6770833333333333, within(TOLERANCE));
    assertEnds(estimate, 0.27416145370478284, 0.9208833883365654);
    assertThat(estimate.interval().orElseThrow().method())
        .contains("t with 2.3 degrees")
        .endsWith("; the procedure");
    assertThat(estimate.groups()).isEqualTo(4);
    assertThat(estimate.samples()).as("b and c are tested twice").isEqualTo(20);
    assertThat(estimate.seeds()).isEqualTo(2);
    assertEnds(
        GroupJackknife.estimate("accuracy", Range.UNIT, Metrics::accuracy, runs, 0.90),
        0.3854613526907537,
        0.8751443981218647);
  }

  @Test
  void interval_rawScale_equalsReference() {
    Estimate estimate =
        GroupJackknife.estimate("accuracy", Range.REAL, Metrics::accuracy, twoRuns(), 0.95);
    assertEnds(estimate, 0.3293591026592544, 1.0248075640074121);
    assertThat(estimate.interval().orElseThrow().method()).contains("raw scale");
  }

  @Test
  void interval_allErrorsInOneGroup_usesTheSlopeOfTheLogit() {
    // without c everything is right: its logit is infinite
    Estimate estimate =
        accuracy(new Run().add("a", 4, 4).add("b", 4, 4).add("c", 4, 2).add("d", 4, 4));
    assertEnds(estimate, 0.15562185926786207, 0.9962527981132216);
  }

  @Test
  void interval_oneRunWithoutError_staysFinite() {
    ScoredSamples perfect = new Run().add("a", 4, 4).add("b", 4, 4).add("c", 4, 4).scored();
    ScoredSamples other = new Run().add("a", 4, 3).add("b", 4, 2).add("c", 4, 4).scored();
    Estimate estimate =
        GroupJackknife.estimate(
            "accuracy", Range.UNIT, Metrics::accuracy, List.of(perfect, other), 0.95);
    Interval interval = estimate.interval().orElseThrow();
    assertThat(interval.low()).isGreaterThan(0).isLessThan(0.875);
    assertThat(interval.high()).isGreaterThan(0.875).isLessThanOrEqualTo(1);
  }

  @Test
  void interval_atTheEdge_isTheExactBound() {
    Run allRight = new Run();
    Run allWrong = new Run();
    for (String group : List.of("a", "b", "c", "d", "e")) {
      allRight.add(group, 2, 2);
      allWrong.add(group, 2, 0);
    }
    double bound = Math.pow(0.025, 1 / 5.0);
    Estimate right = accuracy(allRight);
    assertEnds(right, bound, 1);
    assertThat(right.interval().orElseThrow().method())
        .isEqualTo("exact bound for 5 groups without an error; these models");
    Estimate wrong = accuracy(allWrong);
    assertEnds(wrong, 0, 1 - bound);
    assertThat(wrong.interval().orElseThrow().method()).contains("5 groups without a success");
  }

  @Test
  void interval_oneGroup_isNotEstimable() {
    assertNotEstimable(accuracy(new Run().add("a", 4, 3)), "one test group");
  }

  @Test
  void interval_classInOneGroup_isNotEstimable() {
    // a single sample a group is of class c0, so c1 lives in the pair "b" alone
    Run run = new Run().add("a", 1, 1).add("b", 2, 1).add("c", 1, 0);
    assertNotEstimable(accuracy(run), "class c1 lives in one group, b");
  }

  @Test
  void interval_deletedSetUndefined_isNotEstimable() {
    Estimate estimate =
        GroupJackknife.estimate(
            "picky",
            Range.UNIT,
            s -> s.size() < 8 ? Score.undefined("fewer than 8 samples") : Metrics.accuracy(s),
            List.of(new Run().add("a", 4, 3).add("b", 4, 2).scored()),
            0.95);
    assertNotEstimable(estimate, "without group a the metric is undefined: fewer than 8 samples");
  }

  @Test
  void interval_constantPrediction_isNotEstimable() {
    // one of each class in every group and always class c0: 0.5 whatever is left out
    List<ScoredSamples> run = List.of(constant());
    assertNotEstimable(
        GroupJackknife.estimate("b", Range.UNIT, Metrics::balancedAccuracy, run, 0.95),
        "leaving any one group out changes nothing");
  }

  private static ScoredSamples constant() {
    return ScoredSamples.of(
        List.of("c0", "c1"),
        List.of("1", "2", "3", "4"),
        List.of("a", "a", "b", "b"),
        new int[] {0, 1, 0, 1},
        new double[] {.6, .4, .6, .4, .6, .4, .6, .4});
  }

  @Test
  void estimate_metricUndefinedInARun_saysWhich() {
    ScoredSamples oneClass = new Run().add("a", 1, 1).add("b", 1, 1).scored();
    Estimate estimate =
        GroupJackknife.estimate(
            "auroc", Range.UNIT, Metrics::auroc, List.of(twoRuns().get(0), oneClass), 0.95);
    assertThat(estimate.value()).isEmpty();
    assertThat(estimate.reason()).isEqualTo("no sample of class c1 (run 2 of 2)");
    assertThat(estimate.notes()).containsExactly("few groups");
  }

  @Test
  void estimate_belowTenGroups_isMarkedFewGroups() {
    Run run = new Run();
    for (int g = 0; g < 9; g++) {
      run.add("g" + g, 4, 1 + g % 3);
    }
    assertThat(accuracy(run).notes()).containsExactly("few groups");
    assertThat(accuracy(run.add("g9", 4, 2)).notes()).isEmpty();
  }

  @Test
  void estimate_wrongArguments_areRefused() {
    List<ScoredSamples> runs = twoRuns();
    assertThatThrownBy(
            () -> GroupJackknife.estimate("a", Range.UNIT, Metrics::accuracy, List.of(), 0.95))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GroupJackknife.estimate("a", Range.UNIT, Metrics::accuracy, runs, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("level");
    assertThatThrownBy(
            () -> GroupJackknife.estimate("kappa", Range.UNIT, s -> Score.of(-0.1), runs, 0.95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kappa");
  }

  @Test
  void request_isTheJackknifeAt95Percent() {
    List<ScoredSamples> runs = twoRuns();
    Task task = new Task.Classification(List.of("c0", "c1"));
    JackknifeEvaluationRequest request = JackknifeEvaluationRequest.of(task, runs);
    assertThat(request.task()).isEqualTo(task);
    assertThat(request.runs()).isEqualTo(runs);
    assertEnds(
        request.estimate("accuracy", Range.UNIT, Metrics::accuracy),
        0.27416145370478284,
        0.9208833883365654);
    assertThatThrownBy(
            () -> JackknifeEvaluationRequest.of(new Task.Classification(List.of("c1", "c0")), runs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[c1, c0]");
    assertThatThrownBy(() -> JackknifeEvaluationRequest.of(task, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertEnds(Estimate estimate, double low, double high) {
    Interval interval = estimate.interval().orElseThrow();
    assertThat(interval.low()).isCloseTo(low, within(TOLERANCE));
    assertThat(interval.high()).isCloseTo(high, within(TOLERANCE));
  }

  private static void assertNotEstimable(Estimate estimate, String why) {
    assertThat(estimate.value()).isPresent();
    assertThat(estimate.interval()).isEmpty();
    assertThat(estimate.reason()).startsWith("not estimable: ").contains(why);
  }

  private static Estimate accuracy(Run run) {
    return GroupJackknife.estimate(
        "accuracy", Range.UNIT, Metrics::accuracy, List.of(run.scored()), 0.95);
  }

  private static List<ScoredSamples> twoRuns() {
    return List.of(
        new Run().add("a", 4, 3).add("b", 6, 4).add("c", 2, 1).scored(),
        new Run().add("b", 6, 5).add("c", 2, 2).add("d", 8, 4).scored());
  }
}
