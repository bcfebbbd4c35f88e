package org.histofm.eval.statistics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.histofm.Seed;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Interval;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

/**
 * Percentile bootstrap over groups, as published protocols use it; asked for by name, for parity
 * with them. It covers too rarely with few or unequal groups: see the table in docs/statistics.md,
 * and use {@link GroupJackknife}.
 *
 * <p>Groups of all runs are drawn with replacement; each run takes the samples it has of a drawn
 * group, as often as the group was drawn. Resamples in which the metric is undefined are left out
 * and counted in a note. Ends are the 2.5 and 97.5 % quantiles with linear interpolation.
 */
public final class PercentileBootstrap {
  private static final int RESAMPLES = 2000;
  private static final double LEVEL = 0.95;
  private static final Seed SEED = Seed.of(0).derive("bootstrap");

  private PercentileBootstrap() {}

  /**
   * A metric with its 95 % interval from 2,000 resamples, the same ones at every call.
   *
   * @param name of the metric
   * @param statistic the metric
   * @param runs test predictions of each training seed, at least one
   * @throws IllegalArgumentException if there is no run
   */
  public static Estimate estimate(String name, Statistic statistic, List<ScoredSamples> runs) {
    return estimate(name, statistic, runs, RESAMPLES, SEED);
  }

  static Estimate estimate(
      String name, Statistic statistic, List<ScoredSamples> runs, int resamples, Seed seed) {
    Evidence evidence = new Evidence(runs);
    Evidence.Scores scores = evidence.scores(statistic);
    if (scores.undefined()) {
      return evidence.undefined(name, scores.reason);
    }
    Estimate estimate = evidence.value(name, scores.mean());
    if (evidence.groups() < 2) {
      return estimate.withoutInterval("not estimable: one test group");
    }
    List<int[][]> rows = evidence.runs.stream().map(run -> rowsByGroup(evidence, run)).toList();
    SplittableRandom random = seed.random();
    double[] values = new double[resamples];
    int defined = 0;
    for (int b = 0; b < resamples; b++) {
      int[] groups = random.ints(evidence.groups(), 0, evidence.groups()).toArray();
      double value = mean(evidence, statistic, rows, groups);
      if (!Double.isNaN(value)) {
        values[defined++] = value;
      }
    }
    if (defined < resamples) {
      estimate =
          estimate.withNote(
              "undefined in " + (resamples - defined) + " of " + resamples + " resamples");
    }
    if (2 * defined < resamples) {
      return estimate.withoutInterval("not estimable: the metric is undefined in most resamples");
    }
    double[] sorted = Arrays.copyOf(values, defined);
    Arrays.sort(sorted);
    return estimate.withInterval(
        new Interval(
            quantile(sorted, (1 - LEVEL) / 2),
            quantile(sorted, (1 + LEVEL) / 2),
            LEVEL,
            "percentile bootstrap over groups, " + resamples + " resamples"));
  }

  /** The metric's mean over runs in one resample; NaN, which stays in here, if undefined. */
  private static double mean(
      Evidence evidence, Statistic statistic, List<int[][]> rows, int[] groups) {
    double sum = 0;
    for (int k = 0; k < rows.size(); k++) {
      int[][] byGroup = rows.get(k);
      int[] chosen = IntStream.of(groups).flatMap(g -> Arrays.stream(byGroup[g])).toArray();
      Score score = statistic.of(evidence.runs.get(k).subset(chosen));
      if (score instanceof Score.Value value) {
        sum += value.value();
      } else {
        return Double.NaN;
      }
    }
    return sum / rows.size();
  }

  /** Rows of each of the evidence's groups, in the order of their names. */
  private static int[][] rowsByGroup(Evidence evidence, ScoredSamples run) {
    Map<String, Integer> index = new HashMap<>();
    evidence.groupSizes.keySet().forEach(group -> index.put(group, index.size()));
    int[] groupOf =
        IntStream.range(0, run.size()).map(i -> index.getOrDefault(run.group(i), 0)).toArray();
    int[] sizes = new int[index.size()];
    IntStream.of(groupOf).forEach(g -> sizes[g]++);
    int[][] rows = IntStream.of(sizes).mapToObj(int[]::new).toArray(int[][]::new);
    for (int i = run.size() - 1; i >= 0; i--) {
      rows[groupOf[i]][--sizes[groupOf[i]]] = i;
    }
    return rows;
  }

  private static double quantile(double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
