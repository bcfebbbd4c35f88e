package org.histofm.eval.statistics;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;

/**
 * What a number stands on: the runs, their samples and groups, told apart by name over all runs.
 */
final class Evidence {
  final List<ScoredSamples> runs;

  /** Samples of each group, summed over the runs. */
  final SortedMap<String, Integer> groupSizes = new TreeMap<>();

  private final int samples;

  /**
   * @throws IllegalArgumentException if there is no run
   */
  Evidence(List<ScoredSamples> runs) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("an estimate needs at least one run");
    }
    this.runs = runs.stream().map(Evidence::inFixedOrder).toList();
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

  Estimate value(String name, double value) {
    return marked(Estimate.of(name, value, samples, groups(), runs.size()));
  }

  Estimate undefined(String name, String reason) {
    return marked(Estimate.undefined(name, reason, samples, groups(), runs.size()));
  }

  private Estimate marked(Estimate estimate) {
    return groups() < GroupJackknife.FEW_GROUPS ? estimate.withNote("few groups") : estimate;
  }

  /** The metric in every run; the first run in which it is undefined decides. */
  Scores scores(Statistic statistic) {
    double[] values = new double[runs.size()];
    for (int k = 0; k < values.length; k++) {
      Score score = statistic.of(runs.get(k));
      if (score instanceof Score.Undefined undefined) {
        return new Scores(values, undefined.reason() + inRun(k));
      }
      values[k] = ((Score.Value) score).value();
    }
    return new Scores(values, "");
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
