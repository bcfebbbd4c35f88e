package org.histofm.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

class MetricsProperties {
  private static final List<Statistic> METRICS =
      List.of(Metrics::accuracy, Metrics::balancedAccuracy, Metrics::auroc, Metrics::f1);

  @Property(tries = 200, seed = "9")
  void everyMetric_liesInUnitInterval_andIgnoresOrder(
      @ForAll @IntRange(min = 0, max = 40) int n,
      @ForAll @IntRange(min = 2, max = 4) int classes,
      @ForAll long seed) {
    ScoredSamples samples = random(n, classes, seed);
    ScoredSamples shuffled = samples.subset(Seed.of(seed).permutation(n));
    for (Statistic metric : METRICS) {
      Score score = metric.of(samples);
      assertThat(metric.of(shuffled)).isEqualTo(score);
      if (score instanceof Score.Value value) {
        assertThat(value.value()).isBetween(0.0, 1.0);
      }
    }
  }

  @Property(tries = 200, seed = "9")
  void auroc_equalsShareOfPairsWon(@ForAll @IntRange(min = 2, max = 40) int n, @ForAll long seed) {
    ScoredSamples samples = random(n, 2, seed);
    double won = 0;
    int pairs = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (samples.label(i) == 1 && samples.label(j) == 0) {
          pairs++;
          won += (1 + Math.signum(samples.score(i, 1) - samples.score(j, 1))) / 2;
        }
      }
    }
    Score auroc = Metrics.auroc(samples);
    if (pairs == 0) {
      assertThat(auroc).isInstanceOf(Score.Undefined.class);
    } else {
      assertThat(MetricsTest.value(auroc)).isCloseTo(won / pairs, within(1e-12));
    }
  }

  /** Scores in steps of 1/8, so that ties are common. */
  private static ScoredSamples random(int n, int classes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] labels = random.ints(n, 0, classes).toArray();
    double[] scores = random.ints((long) n * classes, 0, 9).mapToDouble(s -> s / 8.0).toArray();
    return MetricsTest.samples(classes, labels, scores);
  }
}
