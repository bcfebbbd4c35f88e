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
import org.jspecify.annotations.Nullable;

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
 * <p><b>Differences.</b> Two arms that are judged on the same samples are compared by the same
 * formula: θ_k is the metric of the one arm less that of the other in run k, a group is left out of
 * both arms at once, and λ is the identity, for a difference may have either sign. What makes a
 * slide hard for both arms, or a training draw poor for both, so cancels before any spread is
 * taken. The hypothesis of no difference is tested by the same t: p = 2·P(T_ν &gt; |θ|/√V), so p is
 * below 0.05 exactly where the 95 % interval leaves out 0. Of metrics in [0, 1] an end beyond ±1,
 * where no difference can lie, is drawn back to it.
 *
 * <p>Where leaving out any one group changes nothing there is no spread to go by, and the interval
 * of a difference is not estimable either: that two arms both had all of few groups right does not
 * show that they always will. One case is different in kind. If both arms gave every sample of
 * every run the very same scores, bit for bit, they are one function on all that was seen (an
 * adapter that left the backbone as it was, one setting under two names), and no metric on any part
 * of the data can tell them apart. Then 0 is no estimate but an identity; the formula's own answer,
 * [0, 0] with p = 1, is given, and the note {@code identical predictions} stands beside it lest it
 * be read as equality shown by test.
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

  private static final String IDENTICAL = "identical predictions";

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
    return judge(name, range, statistic, new Evidence(runs), level).estimate;
  }

  /**
   * The difference between two arms in a metric, with its interval and p.
   *
   * @param evidence of two arms
   * @throws IllegalArgumentException as {@link #estimate}
   */
  static Difference difference(
      String name, Range range, Statistic statistic, Evidence evidence, double level) {
    Judged judged = judge(name, range, statistic, evidence, level);
    return new Difference(judged.estimate, judged.p);
  }

  /** An estimate, and on the raw scale the p of its being 0, where it has an interval. */
  private record Judged(Estimate estimate, @Nullable Double p) {}

  private static Judged judge(
      String name, Range range, Statistic metric, Evidence evidence, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a confidence level is in (0, 1), got " + level);
    }
    Statistic statistic = checked(name, range, metric);
    Evidence.Scores scores = evidence.scores(statistic);
    if (scores.undefined()) {
      return new Judged(evidence.undefined(name, scores.reason), null);
    }
    double theta = scores.mean();
    Estimate estimate = evidence.value(name, theta);
    if (evidence.groups() < 2) {
      return notEstimable(estimate, "one test group shows no spread between groups");
    }
    String lone = evidence.loneClass();
    if (!lone.isEmpty()) {
      return notEstimable(estimate, lone);
    }
    Evidence.Scores leftOut = leaveOneOut(evidence, statistic, scores.values);
    if (leftOut.undefined()) {
      return notEstimable(estimate, leftOut.reason);
    }
    String scope = evidence.runs.size() == 1 ? "; these models" : "; the procedure";
    if (evidence.identical()) {
      Interval zero = new Interval(0, 0, level, IDENTICAL + scope);
      return new Judged(estimate.withInterval(zero).withNote(IDENTICAL), 1.0);
    }
    Range scale = evidence.paired() ? Range.REAL : range;
    if (scale == Range.UNIT && (theta == 0 || theta == 1)) {
      return new Judged(
          estimate.withInterval(exactBound(theta, evidence.groups(), level, scope)), null);
    }
    if (Arrays.stream(leftOut.values).allMatch(v -> Math.abs(v - theta) < ROUNDING)) {
      return notEstimable(
          estimate,
          "leaving any one group out changes nothing"
              + (evidence.paired() ? "" : ", as a constant prediction does"));
    }
    Spread spread =
        spread(
            evidence,
            deviations(scale, scores.values, theta),
            deviations(scale, leftOut.values, theta));
    double half = spread.halfWidth(level);
    String method =
        String.format(
            Locale.ROOT,
            "%sgroup jackknife, %s scale, t with %.1f degrees of freedom%s",
            evidence.paired() ? "paired " : "",
            scale == Range.UNIT ? "logit" : "raw",
            spread.df,
            scope);
    if (scale == Range.UNIT) {
      double center = logit(theta);
      return new Judged(
          estimate.withInterval(
              new Interval(logistic(center - half), logistic(center + half), level, method)),
          null);
    }
    // Metrics in [0, 1] differ by 1 at most, whatever a t with few degrees of freedom says.
    double most = range == Range.UNIT ? 1 : Double.MAX_VALUE;
    return new Judged(
        estimate.withInterval(
            new Interval(
                Math.max(-most, theta - half), Math.min(most, theta + half), level, method)),
        spread.twoSidedP(theta));
  }

  private static Judged notEstimable(Estimate estimate, String reason) {
    return new Judged(estimate.withoutInterval("not estimable: " + reason), null);
  }

  private static Interval exactBound(double theta, int groups, double level, String scope) {
    double bound = Math.pow((1 - level) / 2, 1.0 / groups);
    return new Interval(
        theta == 0 ? 0 : bound,
        theta == 0 ? 1 - bound : 1,
        level,
        "exact bound for "
            + groups
            + " groups without "
            + (theta == 0 ? "a success" : "an error")
            + scope);
  }

  private static Statistic checked(String name, Range range, Statistic metric) {
    if (range == Range.REAL) {
      return metric;
    }
    return samples -> {
      Score score = metric.of(samples);
      if (score instanceof Score.Value value && (value.value() < 0 || value.value() > 1)) {
        throw new IllegalArgumentException(name + " lies in [0, 1], got " + value.value());
      }
      return score;
    };
  }

  /** V, and the degrees of freedom with which it is known. */
  private record Spread(double variance, double df) {
    double halfWidth(double level) {
      return new TDistribution(df).inverseCumulativeProbability(1 - (1 - level) / 2)
          * Math.sqrt(variance);
    }

    double twoSidedP(double theta) {
      return 2
          * new TDistribution(df).cumulativeProbability(-Math.abs(theta) / Math.sqrt(variance));
    }
  }

  private static Spread spread(Evidence evidence, double[] ofRuns, double[] ofGroups) {
    int groups = evidence.groups();
    int runs = ofRuns.length;
    double[] v = Arrays.stream(ofGroups).map(deviation -> deviation * deviation).toArray();
    double overGroups = (groups - 1.0) / groups * Arrays.stream(v).sum();
    double[] n = evidence.groupSizes.values().stream().mapToDouble(size -> size).toArray();
    double groupDf = Math.max(1, Math.min(groups, Math.min(effective(n), 3 * effective(v))) - 1);
    double overSeeds = runs == 1 ? 0 : variance(ofRuns) / runs;
    double total = overGroups + overSeeds;
    return new Spread(
        total,
        total
            * total
            / (overGroups * overGroups / groupDf
                + (runs == 1 ? 0 : overSeeds * overSeeds / (runs - 1))));
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
                ? evidence.scoreWithout(group, statistic, k)
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
