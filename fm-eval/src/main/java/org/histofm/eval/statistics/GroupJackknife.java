package org.histofm.eval.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hipparchus.distribution.continuous.TDistribution;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Interval;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

/**
 * The one interval estimator of HistoFM: leave one group out at a time, on the logit scale for
 * metrics in [0, 1], with Student's t at the degrees of freedom that the groups are worth.
 *
 * <p>Samples of one patient or slide are alike, so groups are counted, not samples. With K runs
 * (training seeds), G test groups over all of them, θ the mean of the metric over the runs, θ₍g₎
 * the same without group g (a run that lacks g stays as it is), and λ the logit, or the identity on
 * the raw scale:
 *
 * <pre>
 * V_g = (G − 1)/G · Σ_g v_g,   v_g = (λ(θ₍g₎) − λ(θ))²                        [1]
 * V   = V_g + s²/K,            s² the sample variance over runs of λ(θ_k), if K &gt; 1
 * ν_g = min(G, (Σn)²/Σn², 3(Σv)²/Σv²) − 1, at least 1; n the group sizes      [2]
 * ν   = V² / (V_g²/ν_g + (s²/K)²/(K − 1))                                     [3]
 * λ(θ) ± t_ν · √V, and back through the inverse of λ
 * </pre>
 *
 * <p>ν_g is the number of groups less one, unless few groups hold most samples, or most of the
 * spread: the last term equals G, up to noise, where the deviations are normal (E v² = 3 (E v)²).
 *
 * <p>At θ = 0 or 1, where the logit is infinite, the bound is exact for groups that are each wholly
 * right: (α/2)^(1/G). Where θ is inside but a θ₍g₎ or θ_k is 0 or 1, its deviation is taken on the
 * raw scale and carried over by the slope of the logit at θ: (θ₍g₎ − θ)/(θ(1 − θ)); this is done
 * for all terms of the sum, or none.
 *
 * <p>The scope is named in {@link Interval#method}: one run speaks of <em>these models</em>,
 * several of <em>the procedure</em> that made them. How often it covers is tabulated in
 * docs/statistics.md; docs/decisions/0002-intervals.md says why it is not a bootstrap.
 *
 * <p>[1] Efron and Stein 1981, The jackknife estimate of variance. [2] Kish 1965, Survey Sampling,
 * for the effective number (Σn)²/Σn²; the term in v matches the second moment as Satterthwaite
 * does. [3] Satterthwaite 1946, An approximate distribution of estimates of variance components.
 */
public final class GroupJackknife {
  /** Fewer test groups than this are marked "few groups" wherever the number stands. */
  public static final int FEW_GROUPS = 10;

  private static final String NOT_ESTIMABLE = "not estimable: ";

  /** Below this a value left unchanged by leaving a group out differs by rounding alone. */
  private static final double ROUNDING = 1e-12;

  private GroupJackknife() {}

  /**
   * A metric with its interval.
   *
   * @param name of the metric
   * @param range the values it can take
   * @param statistic the metric
   * @param runs test predictions of each training seed, at least one
   * @param level confidence level in (0, 1), such as 0.95
   * @return undefined with the reason if the metric is undefined in a run; without interval, with
   *     the reason, if there is one group, if a class lives in one group, if leaving a group out
   *     leaves the metric undefined, or if leaving any one group out changes nothing
   * @throws IllegalArgumentException if there is no run, the level is not in (0, 1), or a value is
   *     outside its range
   */
  public static Estimate estimate(
      String name, Range range, Statistic statistic, List<ScoredSamples> runs, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a confidence level is in (0, 1), got " + level);
    }
    Evidence evidence = new Evidence(runs);
    Evidence.Scores scores = evidence.scores(statistic);
    if (scores.undefined()) {
      return evidence.undefined(name, scores.reason);
    }
    if (range == Range.UNIT && Arrays.stream(scores.values).anyMatch(v -> v < 0 || v > 1)) {
      throw new IllegalArgumentException(
          name + " lies in [0, 1], got " + Arrays.toString(scores.values));
    }
    double theta = scores.mean();
    Estimate estimate = evidence.value(name, theta);
    if (evidence.groups() < 2) {
      return estimate.withoutInterval(
          NOT_ESTIMABLE + "one test group shows no spread between groups");
    }
    String lone = evidence.loneClass();
    if (!lone.isEmpty()) {
      return estimate.withoutInterval(NOT_ESTIMABLE + lone);
    }
    Evidence.Scores leftOut = leaveOneOut(evidence, statistic, scores.values);
    if (leftOut.undefined()) {
      return estimate.withoutInterval(NOT_ESTIMABLE + leftOut.reason);
    }
    String scope = evidence.runs.size() == 1 ? "; these models" : "; the procedure";
    if (range == Range.UNIT && (theta == 0 || theta == 1)) {
      double bound = Math.pow((1 - level) / 2, 1.0 / evidence.groups());
      return estimate.withInterval(
          new Interval(
              theta == 0 ? 0 : bound,
              theta == 0 ? 1 - bound : 1,
              level,
              "exact bound for "
                  + evidence.groups()
                  + " groups without "
                  + (theta == 0 ? "a success" : "an error")
                  + scope));
    }
    if (Arrays.stream(leftOut.values).allMatch(v -> Math.abs(v - theta) < ROUNDING)) {
      return estimate.withoutInterval(
          NOT_ESTIMABLE
              + "leaving any one group out changes nothing, as a constant prediction does");
    }
    return estimate.withInterval(interval(evidence, range, scores, leftOut, level, scope));
  }

  private static Interval interval(
      Evidence evidence,
      Range range,
      Evidence.Scores scores,
      Evidence.Scores leftOut,
      double level,
      String scope) {
    int groups = evidence.groups();
    int runs = scores.values.length;
    double theta = scores.mean();
    double[] v = deviations(range, leftOut.values, theta);
    for (int g = 0; g < groups; g++) {
      v[g] *= v[g];
    }
    double overGroups = (groups - 1.0) / groups * Arrays.stream(v).sum();
    double[] n = evidence.groupSizes.values().stream().mapToDouble(size -> size).toArray();
    double groupDf = Math.max(1, Math.min(groups, Math.min(effective(n), 3 * effective(v))) - 1);
    double overSeeds = runs == 1 ? 0 : variance(deviations(range, scores.values, theta)) / runs;
    double total = overGroups + overSeeds;
    double df =
        total
            * total
            / (overGroups * overGroups / groupDf
                + (runs == 1 ? 0 : overSeeds * overSeeds / (runs - 1)));
    double half =
        new TDistribution(df).inverseCumulativeProbability(1 - (1 - level) / 2) * Math.sqrt(total);
    boolean unit = range == Range.UNIT;
    double center = unit ? logit(theta) : theta;
    return new Interval(
        unit ? logistic(center - half) : center - half,
        unit ? logistic(center + half) : center + half,
        level,
        String.format(
            Locale.ROOT,
            "group jackknife, %s scale, t with %.1f degrees of freedom%s",
            unit ? "logit" : "raw",
            df,
            scope));
  }

  /** θ₍g₎ of each group by name, or why one of them is undefined. */
  private static Evidence.Scores leaveOneOut(
      Evidence evidence, Statistic statistic, double[] whole) {
    List<Set<String>> groupsOfRun =
        evidence.runs.stream().map(run -> run.groupSizes().keySet()).toList();
    double[] means = new double[evidence.groups()];
    int g = 0;
    for (String group : evidence.groupSizes.keySet()) {
      double sum = 0;
      for (int k = 0; k < whole.length; k++) {
        Score score =
            groupsOfRun.get(k).contains(group)
                ? statistic.of(evidence.runs.get(k).without(group))
                : Score.of(whole[k]);
        if (score instanceof Score.Undefined undefined) {
          return new Evidence.Scores(
              means,
              "without group "
                  + group
                  + " the metric is undefined: "
                  + undefined.reason()
                  + evidence.inRun(k));
        }
        sum += ((Score.Value) score).value();
      }
      means[g++] = sum / whole.length;
    }
    return new Evidence.Scores(means, "");
  }

  /** λ(x) − λ(θ) for every x, or its first-order form for all where one is infinite. */
  private static double[] deviations(Range range, double[] values, double theta) {
    if (range == Range.REAL) {
      return Arrays.stream(values).map(x -> x - theta).toArray();
    }
    boolean infinite = Arrays.stream(values).anyMatch(x -> x == 0 || x == 1);
    double slope = 1 / (theta * (1 - theta));
    return Arrays.stream(values)
        .map(x -> infinite ? (x - theta) * slope : logit(x) - logit(theta))
        .toArray();
  }

  /** (Σx)² / Σx²: the number of equal terms that would vary as much. */
  private static double effective(double[] x) {
    double sum = 0;
    double squares = 0;
    for (double value : x) {
      sum += value;
      squares += value * value;
    }
    return sum * sum / squares;
  }

  private static double variance(double[] x) {
    double mean = Arrays.stream(x).sum() / x.length;
    return Arrays.stream(x).map(value -> (value - mean) * (value - mean)).sum() / (x.length - 1);
  }

  private static double logit(double p) {
    return Math.log(p) - Math.log1p(-p);
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
