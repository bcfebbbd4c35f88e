package org.histofm.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.histofm.eval.metric.Metrics;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

class GroupJackknifeProperties {
  private static final List<Statistic> METRICS =
      List.of(Metrics::accuracy, Metrics::balancedAccuracy, Metrics::auroc, Metrics::f1);

  @Property(tries = 200, seed = "9")
  void ends_areOrdered_aroundTheValue_andWithinZeroAndOne(
      @ForAll @IntRange(min = 1, max = 3) int runs,
      @ForAll @IntRange(min = 1, max = 8) int groups,
      @ForAll @IntRange(min = 1, max = 30) int samples,
      @ForAll @IntRange(min = 0, max = 10) int skill,
      @ForAll long seed) {
    for (Statistic metric : METRICS) {
      Estimate estimate = estimate(metric, random(runs, groups, samples, skill, seed));
      assertThat(estimate.value().isPresent() && estimate.interval().isPresent())
          .isEqualTo(estimate.reason().isEmpty());
      estimate
          .interval()
          .ifPresent(
              interval -> {
                double value = estimate.value().orElseThrow();
                assertThat(interval.low()).isBetween(0.0, value + 1e-12);
                assertThat(interval.high()).isBetween(value - 1e-12, 1.0);
                assertThat(interval.high()).isGreaterThan(interval.low());
              });
    }
  }

  @Property(tries = 100, seed = "9")
  void estimate_doesNotDependOnTheOrderOfSamples(
      @ForAll @IntRange(min = 2, max = 8) int groups,
      @ForAll @IntRange(min = 4, max = 30) int samples,
      @ForAll long seed) {
    List<ScoredSamples> runs = random(2, groups, samples, 3, seed);
    List<ScoredSamples> shuffled =
        runs.stream().map(run -> run.subset(Seed.of(seed).permutation(run.size()))).toList();
    for (Statistic metric : METRICS) {
      Estimate one = estimate(metric, runs);
      Estimate other = estimate(metric, shuffled);
      assertThat(other.value()).isEqualTo(one.value());
      assertThat(other.interval()).isEqualTo(one.interval());
      assertThat(other.reason()).isEqualTo(one.reason());
    }
  }

  private static Estimate estimate(Statistic metric, List<ScoredSamples> runs) {
    return GroupJackknife.estimate("metric", Range.UNIT, metric, runs, 0.95);
  }

  /** Runs on partly other groups; skill 0 guesses, 10 is always right. */
  private static List<ScoredSamples> random(
      int runs, int groups, int samples, int skill, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ScoredSamples> all = new ArrayList<>();
    for (int k = 0; k < runs; k++) {
      int first = random.nextInt(groups);
      int[] labels = random.ints(samples, 0, 2).toArray();
      double[] scores = new double[2 * samples];
      for (int i = 0; i < samples; i++) {
        double guess = random.nextDouble();
        double positive = random.nextInt(10) < skill ? (labels[i] + guess) / 2 : guess;
        scores[2 * i] = 1 - positive;
        scores[2 * i + 1] = positive;
      }
      all.add(
          ScoredSamples.of(
              List.of("c0", "c1"),
              IntStream.range(0, samples).mapToObj(i -> "s" + i).toList(),
              IntStream.range(0, samples).mapToObj(i -> "g" + (first + i % groups)).toList(),
              labels,
              scores));
    }
    return all;
  }
}
