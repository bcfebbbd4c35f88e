package org.histofm.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.histofm.eval.metric.Metrics;
import org.histofm.evaluation.Interval;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

class PairedComparisonProperties {
  private static final List<Statistic> METRICS =
      List.of(Metrics::accuracy, Metrics::balancedAccuracy, Metrics::auroc, Metrics::f1);

  @Property(tries = 150, seed = "10")
  void difference_armsExchanged_changesItsSignAlone(
      @ForAll @IntRange(min = 1, max = 3) int runs,
      @ForAll @IntRange(min = 1, max = 8) int groups,
      @ForAll @IntRange(min = 1, max = 30) int samples,
      @ForAll long seed) {
    List<ScoredSamples> one = random(runs, groups, samples, 7, seed);
    List<ScoredSamples> other = random(runs, groups, samples, 3, seed);
    for (Statistic metric : METRICS) {
      Difference difference = PairedComparisonTest.only(metric, one, other);
      Difference exchanged = PairedComparisonTest.only(metric, other, one);
      assertThat(exchanged.p()).isEqualTo(difference.p());
      assertThat(exchanged.estimate().reason()).isEqualTo(difference.estimate().reason());
      assertThat(exchanged.estimate().value().isPresent())
          .isEqualTo(difference.estimate().value().isPresent());
      difference
          .estimate()
          .value()
          .ifPresent(
              v ->
                  assertThat(exchanged.estimate().value().orElseThrow())
                      .isCloseTo(-v, within(0.0)));
      difference
          .estimate()
          .interval()
          .ifPresent(
              i -> {
                Interval turned = exchanged.estimate().interval().orElseThrow();
                assertThat(turned.low()).isCloseTo(-i.high(), within(0.0));
                assertThat(turned.high()).isCloseTo(-i.low(), within(0.0));
                assertThat(turned.method()).isEqualTo(i.method());
              });
    }
  }

  @Property(tries = 150, seed = "10")
  void difference_itsInterval_liesAroundItWithinOne_andLeavesOutZeroWherePIsSmall(
      @ForAll @IntRange(min = 1, max = 3) int runs,
      @ForAll @IntRange(min = 1, max = 8) int groups,
      @ForAll @IntRange(min = 1, max = 30) int samples,
      @ForAll @IntRange(min = 0, max = 10) int skill,
      @ForAll long seed) {
    List<ScoredSamples> one = random(runs, groups, samples, skill, seed);
    List<ScoredSamples> other = random(runs, groups, samples, 3, seed);
    for (Statistic metric : METRICS) {
      Difference difference = PairedComparisonTest.only(metric, one, other);
      assertThat(difference.p().isPresent())
          .isEqualTo(difference.estimate().interval().isPresent());
      difference
          .estimate()
          .interval()
          .ifPresent(
              i -> {
                double value = difference.estimate().value().orElseThrow();
                assertThat(i.low()).isBetween(-1.0, value);
                assertThat(i.high()).isBetween(value, 1.0);
                double p = difference.p().orElseThrow();
                assertThat(p).isBetween(0.0, 1.0);
                if (Math.abs(p - 0.05) > 1e-9) {
                  assertThat(i.low() > 0 || i.high() < 0).isEqualTo(p < 0.05);
                }
              });
    }
  }

  @Property(tries = 100, seed = "10")
  void difference_ofAnArmFromItself_isZeroWithP1OrNotEstimable(
      @ForAll @IntRange(min = 1, max = 3) int runs,
      @ForAll @IntRange(min = 1, max = 8) int groups,
      @ForAll @IntRange(min = 1, max = 30) int samples,
      @ForAll long seed) {
    List<ScoredSamples> arm = random(runs, groups, samples, 5, seed);
    for (Statistic metric : METRICS) {
      Difference difference = PairedComparisonTest.only(metric, arm, arm);
      difference.estimate().value().ifPresent(v -> assertThat(v).isZero());
      difference
          .estimate()
          .interval()
          .ifPresent(
              i -> {
                assertThat(i.low()).isZero();
                assertThat(i.high()).isZero();
                assertThat(difference.p()).hasValue(1);
                assertThat(difference.estimate().notes()).contains("identical predictions");
              });
    }
  }

  @Property(tries = 80, seed = "10")
  void difference_doesNotDependOnTheOrderOfSamples(
      @ForAll @IntRange(min = 2, max = 8) int groups,
      @ForAll @IntRange(min = 4, max = 30) int samples,
      @ForAll long seed) {
    List<ScoredSamples> one = random(2, groups, samples, 7, seed);
    List<ScoredSamples> other = random(2, groups, samples, 3, seed);
    List<ScoredSamples> shuffled =
        one.stream().map(run -> run.subset(Seed.of(seed).permutation(run.size()))).toList();
    for (Statistic metric : METRICS) {
      Difference difference = PairedComparisonTest.only(metric, one, other);
      Difference reordered = PairedComparisonTest.only(metric, shuffled, other);
      assertThat(reordered.estimate().value()).isEqualTo(difference.estimate().value());
      assertThat(reordered.estimate().interval()).isEqualTo(difference.estimate().interval());
      assertThat(reordered.p()).isEqualTo(difference.p());
    }
  }

  /**
   * Every group shifts both arms by an amount of its own. The paired interval knows nothing of it;
   * that from two intervals of one arm each, √(h₁² + h₂²) on either side, grows with it.
   */
  @Property(tries = 60, seed = "10")
  void difference_noiseSharedByBothArms_cancels(
      @ForAll @IntRange(min = 3, max = 20) int groups, @ForAll long seed) {
    Random random = new Random(seed);
    double[] shifts = random.doubles(groups, -1, 1).toArray();
    double[] one = random.doubles(groups, -0.05, 0.05).toArray();
    double[] other = random.doubles(groups, -0.05, 0.05).toArray();
    double plain = halfWidth(groups, one, other, new double[groups]);
    double shifted = halfWidth(groups, one, other, shifts);
    double unpaired =
        Math.hypot(halfWidth(arm(groups, one, shifts)), halfWidth(arm(groups, other, shifts)));

    assertThat(shifted).isCloseTo(plain, within(1e-9));
    if (DoubleStream.of(shifts).max().orElse(0) - DoubleStream.of(shifts).min().orElse(0) > 0.5) {
      assertThat(shifted).isLessThan(unpaired);
    }
  }

  private static final Statistic MEAN =
      samples ->
          Score.of(
              IntStream.range(0, samples.size())
                  .mapToDouble(i -> samples.score(i, 1))
                  .average()
                  .orElse(0));

  private static double halfWidth(int groups, double[] one, double[] other, double[] shifts) {
    Evidence evidence =
        Evidence.paired(List.of(arm(groups, one, shifts)), List.of(arm(groups, other, shifts)));
    Interval interval =
        GroupJackknife.difference("mean", Range.REAL, MEAN, evidence, 0.95)
            .estimate()
            .interval()
            .orElseThrow();
    return (interval.high() - interval.low()) / 2;
  }

  private static double halfWidth(ScoredSamples run) {
    Interval interval =
        GroupJackknife.estimate("mean", Range.REAL, MEAN, List.of(run), 0.95)
            .interval()
            .orElseThrow();
    return (interval.high() - interval.low()) / 2;
  }

  /** Two samples a group, whose score is the arm's own part and the shift of the group. */
  private static ScoredSamples arm(int groups, double[] own, double[] shifts) {
    double[] scores = new double[4 * groups];
    for (int i = 0; i < 2 * groups; i++) {
      scores[2 * i + 1] = own[i / 2] + shifts[i / 2];
    }
    return ScoredSamples.of(
        List.of("c0", "c1"),
        IntStream.range(0, 2 * groups).mapToObj(i -> "s" + i).toList(),
        IntStream.range(0, 2 * groups).mapToObj(i -> "g" + i / 2).toList(),
        IntStream.range(0, 2 * groups).map(i -> i % 2).toArray(),
        scores);
  }

  /** Runs on partly other groups, the same for every skill; skill 0 guesses, 10 is always right. */
  private static List<ScoredSamples> random(
      int runs, int groups, int samples, int skill, long seed) {
    SplittableRandom shared = new SplittableRandom(seed);
    SplittableRandom own = new SplittableRandom(seed + skill);
    List<ScoredSamples> all = new ArrayList<>();
    for (int k = 0; k < runs; k++) {
      int first = shared.nextInt(groups);
      int[] labels = shared.ints(samples, 0, 2).toArray();
      double[] scores = new double[2 * samples];
      for (int i = 0; i < samples; i++) {
        double guess = own.nextDouble();
        double positive = own.nextInt(10) < skill ? (labels[i] + guess) / 2 : guess;
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
