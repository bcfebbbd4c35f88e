package org.histofm.eval.statistics;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

/**
 * What a number stands on: the runs, their samples and groups, told apart by name over all runs. Of
 * two arms that are compared on the same samples, what is measured is their difference, run by run.
 */
final class Evidence {
  final List<ScoredSamples> runs;

  /** The arm that is subtracted, run by run; empty if there is only one. */
  private final List<ScoredSamples> subtracted;

  /** Samples of each group, summed over the runs. */
  final SortedMap<String, Integer> groupSizes = new TreeMap<>();

  private final int samples;

  /**
   * One arm.
   *
   * @throws IllegalArgumentException if there is no run
   */
  Evidence(List<ScoredSamples> runs) {
    this(runs, List.of());
  }

  private Evidence(List<ScoredSamples> runs, List<ScoredSamples> subtracted) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("an estimate needs at least one run");
    }
    this.runs = runs.stream().map(Evidence::inFixedOrder).toList();
    this.subtracted = subtracted.stream().map(Evidence::inFixedOrder).toList();
    Set<String> ids = new HashSet<>();
    for (ScoredSamples run : runs) {
      run.groupSizes().forEach((group, n) -> groupSizes.merge(group, n, Integer::sum));
      for (int i = 0; i < run.size(); i++) {
        ids.add(run.id(i));
      }
    }
    samples = ids.size();
  }

  /**
   * One arm less another.
   *
   * @throws IllegalArgumentException if there is no run, or a run of the other arm has other
   *     samples, groups, classes or labels
   */
  static Evidence paired(List<ScoredSamples> runs, List<ScoredSamples> subtracted) {
    if (runs.size() != subtracted.size()) {
      throw new IllegalArgumentException(
          "arms are compared run by run, got " + runs.size() + " and " + subtracted.size());
    }
    for (int k = 0; k < runs.size(); k++) {
      if (!runs.get(k).classes().equals(subtracted.get(k).classes())
          || !rows(runs.get(k)).equals(rows(subtracted.get(k)))) {
        throw new IllegalArgumentException(
            "arms are compared on the same samples, groups and labels, which run "
                + (k + 1)
                + " of "
                + runs.size()
                + " does not have");
      }
    }
    return new Evidence(runs, subtracted);
  }

  private record Row(String id, String group, int label) {}

  private static List<Row> rows(ScoredSamples run) {
    return IntStream.range(0, run.size())
        .mapToObj(i -> new Row(run.id(i), run.group(i), run.label(i)))
        .sorted(
            Comparator.comparing(Row::id).thenComparing(Row::group).thenComparingInt(Row::label))
        .toList();
  }

  /**
   * By the score of the last class, then id: so no sum depends on the order in which predictions
   * came, and a rank metric finds every leave-one-out set nearly sorted, which at 100,000 samples
   * and 500 groups is most of its time.
   */
  private static ScoredSamples inFixedOrder(ScoredSamples run) {
    int last = run.classes().size() - 1;
    return run.subset(
        IntStream.range(0, run.size())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> run.score(i, last)).thenComparing(run::id))
            .mapToInt(i -> i)
            .toArray());
  }

  int groups() {
    return groupSizes.size();
  }

  /** Whether two arms are compared. */
  boolean paired() {
    return !subtracted.isEmpty();
  }

  /** Whether two arms gave every sample of every run the very same scores. */
  boolean identical() {
    for (int k = 0; k < subtracted.size(); k++) {
      ScoredSamples one = runs.get(k);
      ScoredSamples other = subtracted.get(k);
      for (int i = 0; i < one.size(); i++) {
        if (!one.id(i).equals(other.id(i))) {
          return false;
        }
        for (int c = 0; c < one.classes().size(); c++) {
          if (one.score(i, c) != other.score(i, c)) {
            return false;
          }
        }
      }
    }
    return paired();
  }

  Estimate value(String name, double value) {
    return marked(Estimate.of(name, value, samples, groups(), runs.size()));
  }

  Estimate undefined(String name, String reason) {
    return marked(Estimate.undefined(name, reason, samples, groups(), runs.size()));
  }

  private Estimate marked(Estimate estimate) {
    return groups() < GroupJackknife.FEW_GROUPS ? estimate.withNote("few groups") : estimate;
  }

  /** What is measured in every run; the first run in which it is undefined decides. */
  Scores scores(Statistic statistic) {
    double[] values = new double[runs.size()];
    for (int k = 0; k < values.length; k++) {
      Score score = score(statistic, k, UnaryOperator.identity());
      if (score instanceof Score.Undefined undefined) {
        return new Scores(values, undefined.reason() + inRun(k));
      }
      values[k] = ((Score.Value) score).value();
    }
    return new Scores(values, "");
  }

  /** What is measured in run {@code k} without the samples of a group. */
  Score scoreWithout(String group, Statistic statistic, int k) {
    return score(statistic, k, run -> run.without(group));
  }

  private Score score(Statistic statistic, int k, UnaryOperator<ScoredSamples> part) {
    Score one = statistic.of(part.apply(runs.get(k)));
    if (!paired()) {
      return one;
    }
    Score other = statistic.of(part.apply(subtracted.get(k)));
    if (one instanceof Score.Value minuend && other instanceof Score.Value subtrahend) {
      return Score.of(minuend.value() - subtrahend.value());
    }
    if (one.equals(other)) {
      return one;
    }
    return one instanceof Score.Undefined undefined
        ? Score.undefined(undefined.reason() + " (first arm)")
        : Score.undefined(((Score.Undefined) other).reason() + " (second arm)");
  }

  /** Which run, where there are several. */
  String inRun(int k) {
    return runs.size() == 1 ? "" : " (run " + (k + 1) + " of " + runs.size() + ")";
  }

  /** A class that lives in one group of a run, in words; or empty. */
  String loneClass() {
    for (int k = 0; k < runs.size(); k++) {
      ScoredSamples run = runs.get(k);
      for (int c = 0; c < run.classes().size(); c++) {
        Set<String> groups = new TreeSet<>();
        for (int i = 0; i < run.size() && groups.size() < 2; i++) {
          if (run.label(i) == c) {
            groups.add(run.group(i));
          }
        }
        if (groups.size() == 1) {
          return "class "
              + run.classes().get(c)
              + " lives in one group, "
              + groups.iterator().next()
              + inRun(k);
        }
      }
    }
    return "";
  }

  /** Scores of all runs, or why there are none. */
  static final class Scores {
    final double[] values;
    final String reason;

    Scores(double[] values, String reason) {
      this.values = values;
      this.reason = reason;
    }

    boolean undefined() {
      return !reason.isEmpty();
    }

    double mean() {
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      return sum / values.length;
    }
  }
}
