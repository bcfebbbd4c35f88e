package org.histofm.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.histofm.Seed;
import org.histofm.eval.metric.Metrics;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Interval;
import org.histofm.evaluation.ScoredSamples;
import org.junit.jupiter.api.Test;

class PercentileBootstrapTest {
  @Test
  void interval_manyEqualGroups_isNearTheNormalOne() {
    // 100 groups of one sample, 80 right: standard error sqrt(.8 · .2 / 100) = .04
    Estimate estimate =
        PercentileBootstrap.estimate(
            "accuracy", Metrics::accuracy, List.of(run(100, 80)), 4000, Seed.of(1));
    Interval interval = estimate.interval().orElseThrow();
    // the quantiles of .8 ± 1.96 · .04 step by .01, and 4000 resamples leave an error below .01
    assertThat(interval.low()).isCloseTo(0.8 - 1.96 * 0.04, within(0.02));
    assertThat(interval.high()).isCloseTo(0.8 + 1.96 * 0.04, within(0.02));
    assertThat(estimate.value()).hasValue(0.8);
    assertThat(estimate.notes()).isEmpty();
  }

  @Test
  void interval_sameCallTwice_isTheSame() {
    List<ScoredSamples> runs = List.of(run(12, 7), run(15, 9));
    Estimate one = PercentileBootstrap.estimate("accuracy", Metrics::accuracy, runs);
    Estimate two = PercentileBootstrap.estimate("accuracy", Metrics::accuracy, runs);
    assertThat(one.interval()).isEqualTo(two.interval());
    assertThat(one.seeds()).isEqualTo(2);
  }

  @Test
  void interval_resamplesWithoutAClass_areCounted() {
    // class c1 is in two of four groups: (2/4)^4 = 1/16 of the resamples miss it, as many miss c0
    Estimate estimate =
        PercentileBootstrap.estimate("auroc", Metrics::auroc, List.of(run(4, 3)), 1600, Seed.of(1));
    assertThat(estimate.interval()).isPresent();
    assertThat(estimate.notes()).hasSize(2);
    assertThat(estimate.notes().get(1))
        .matches("undefined in (1[5-9]|2[0-4])\\d of 1600 resamples");
  }

  @Test
  void interval_oneGroup_isNotEstimable() {
    Estimate estimate =
        PercentileBootstrap.estimate("accuracy", Metrics::accuracy, List.of(run(1, 1)));
    assertThat(estimate.value()).hasValue(1.0);
    assertThat(estimate.interval()).isEmpty();
    assertThat(estimate.reason()).startsWith("not estimable: ");
  }

  @Test
  void estimate_metricUndefined_saysWhy() {
    assertThat(PercentileBootstrap.estimate("auroc", Metrics::auroc, List.of(run(1, 1))).reason())
        .isEqualTo("no sample of class c1");
  }

  /** Groups of one sample, of two classes in turn, the first ones predicted rightly. */
  private static ScoredSamples run(int samples, int right) {
    List<String> names = new ArrayList<>();
    int[] labels = new int[samples];
    double[] scores = new double[2 * samples];
    for (int i = 0; i < samples; i++) {
      names.add("s" + i);
      labels[i] = i % 2;
      scores[2 * i + (i < right ? labels[i] : 1 - labels[i])] = 1;
    }
    return ScoredSamples.of(List.of("c0", "c1"), names, names, labels, scores);
  }
}
