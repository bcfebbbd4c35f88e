package org.histofm.eval.statistics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.eval.metric.Metrics;
import org.histofm.eval.split.Fold;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Interval;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Statistic;
import org.junit.jupiter.api.Test;

/**
 * How often the intervals cover the truth, on {@link SimulatedSlides}: the tables of
 * docs/statistics.md. Takes many minutes, so no build runs it by itself; by name it does:
 *
 * <pre>
 * mvn -Dquick -pl fm-eval -am test -Dtest=CoverageSimulation -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * It writes fm-eval/target/coverage.md and, for differences between two arms (alone by {@code
 * CoverageSimulation#differences*}), coverage-differences.md. {@code -Dhistofm.studies=} and {@code
 * -Dhistofm.bootstraps=} set how many simulated studies stand behind each row.
 */
class CoverageSimulation {
  private static final Seed SEED = Seed.of(20261125);
  private static final int RESAMPLES = 400;
  private static final int STUDIES = Integer.getInteger("histofm.studies", 2000);
  private static final int BOOTSTRAPS = Integer.getInteger("histofm.bootstraps", 250);
  private static final double[] AUROCS = {0.70, 0.85, 0.96};
  private static final int[] SEEDS = {1, 3, 5};
  private static final double CORRELATION = 0.15;
  private static final String HEAD =
      "| test slides | AUROC | seeds | AUROC: ours | bootstrap | width | width b. | none |"
          + " bAcc: ours | bootstrap | width | width b. | none |\n"
          + "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

  private static final double[][] ARMS = {{0.85, 0.85}, {0.85, 0.75}, {0.96, 0.93}};
  private static final String DIFFERENCES_HEAD =
      "| test slides | AUROC of the arms | seeds | AUROC: covered | width | unpaired | none |"
          + " bAcc: covered | width | unpaired | none |\n"
          + "|---|---|---|---|---|---|---|---|---|---|---|\n";

  @Test
  void intervals_onSimulatedSlides_coverAsTabulated() throws IOException {
    StringBuilder tables = new StringBuilder();
    tables.append(HEAD);
    for (String slides : List.of("5", "10", "20", "27 (MIDOG21)", "40 (all)", "own 20 % of 27")) {
      for (double auroc : AUROCS) {
        for (int seeds : SEEDS) {
          tables.append(row(slides, CORRELATION, auroc, seeds));
        }
      }
    }
    for (double correlation : new double[] {0, 0.4}) {
      tables.append("\nWithin-slide correlation ").append(correlation).append(":\n\n").append(HEAD);
      for (String slides : List.of("10", "27 (MIDOG21)")) {
        for (int seeds : SEEDS) {
          tables.append(row(slides, correlation, 0.85, seeds));
        }
      }
    }
    write("coverage.md", tables);
  }

  @Test
  void differences_onSimulatedSlides_coverAsTabulated() throws IOException {
    StringBuilder table = new StringBuilder(DIFFERENCES_HEAD);
    for (String slides : List.of("5", "10", "20", "27 (MIDOG21)", "40 (all)", "own 20 % of 27")) {
      for (double[] aurocs : ARMS) {
        for (int seeds : SEEDS) {
          table.append(differenceRow(slides, aurocs[0], aurocs[1], seeds));
        }
      }
    }
    write("coverage-differences.md", table);
  }

  private static void write(String name, CharSequence tables) throws IOException {
    Path file = Path.of("target", name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, tables, StandardCharsets.UTF_8);
  }

  private static String differenceRow(String slides, double one, double other, int seeds) {
    SimulatedSlides world = new SimulatedSlides(one, CORRELATION);
    Seed rowSeed = SEED.derive(slides + "/" + one + "-" + other + "/" + seeds);
    DifferenceTally auroc = new DifferenceTally();
    DifferenceTally accuracy = new DifferenceTally();
    for (int i = 0; i < STUDIES; i++) {
      Seed seed = rowSeed.derive("study " + i);
      SimulatedSlides.Pair pair =
          world.pair(other, slides(slides, seed), tested(slides, seeds, seed), seed);
      boolean unpaired = i < BOOTSTRAPS;
      auroc.add(pair, Metrics::auroc, pair.first().auroc() - pair.second().auroc(), unpaired);
      accuracy.add(
          pair,
          Metrics::balancedAccuracy,
          pair.first().balancedAccuracy() - pair.second().balancedAccuracy(),
          unpaired);
    }
    return String.format(
        Locale.ROOT, "| %s | %.2f, %.2f | %d |%s%s\n", slides, one, other, seeds, auroc, accuracy);
  }

  private static String row(String slides, double correlation, double auroc, int seeds) {
    SimulatedSlides world = new SimulatedSlides(auroc, correlation);
    Seed rowSeed = SEED.derive(slides + "/" + correlation + "/" + auroc + "/" + seeds);
    Tally aurocTally = new Tally();
    Tally accuracyTally = new Tally();
    for (int i = 0; i < STUDIES; i++) {
      Seed seed = rowSeed.derive("study " + i);
      SimulatedSlides.Study study = study(world, slides, seeds, seed);
      boolean bootstrap = i < BOOTSTRAPS;
      aurocTally.add(study, Metrics::auroc, study.auroc(), bootstrap, seed);
      accuracyTally.add(
          study, Metrics::balancedAccuracy, study.balancedAccuracy(), bootstrap, seed);
    }
    return String.format(
        Locale.ROOT, "| %s | %.2f | %d |%s%s\n", slides, auroc, seeds, aurocTally, accuracyTally);
  }

  private static SimulatedSlides.Study study(
      SimulatedSlides world, String slides, int seeds, Seed seed) {
    return world.study(slides(slides, seed), tested(slides, seeds, seed), seed);
  }

  private static int[][] slides(String slides, Seed seed) {
    if (slides.startsWith("own") || slides.startsWith("27")) {
      return SimulatedSlides.MIDOG21;
    }
    return SimulatedSlides.someSlides(
        Integer.parseInt(slides.split(" ")[0]), seed.derive("slides tested"));
  }

  private static List<Set<Integer>> tested(String slides, int seeds, Seed seed) {
    if (!slides.startsWith("own")) {
      return SimulatedSlides.sameTest(slides(slides, seed).length, seeds);
    }
    List<Set<Integer>> tested = new ArrayList<>();
    for (int k = 0; k < seeds; k++) {
      tested.add(ownTest(SimulatedSlides.MIDOG21, seed.derive("fold " + k)));
    }
    return tested;
  }

  /** The slides that {@link Fold#byGroup} holds out. */
  private static Set<Integer> ownTest(int[][] slides, Seed seed) {
    List<Sample> samples = new ArrayList<>();
    for (int g = 0; g < slides.length; g++) {
      for (int i = 0; i < slides[g][0]; i++) {
        String label = i < slides[g][1] ? "atypical" : "normal";
        samples.add(
            Sample.of(
                g + "/" + i,
                Integer.toString(g),
                new Source.ImageFile(Path.of("none")),
                new Target.ClassLabel(label)));
      }
    }
    Task task = new Task.Classification(List.of("normal", "atypical"));
    Fold fold = Fold.byGroup(Cohort.of("simulated", task, samples), "default", seed);
    Set<Integer> groups = new TreeSet<>();
    fold.test().groups().forEach(g -> groups.add(Integer.parseInt(g)));
    return groups;
  }

  /** Coverage and width of differences in one metric, beside the width without pairing. */
  private static final class DifferenceTally {
    private final Column paired = new Column();
    private final Column unpaired = new Column();

    void add(SimulatedSlides.Pair pair, Statistic metric, double truth, boolean both) {
      paired.add(
          PairedComparisonTest.only(metric, pair.first().runs(), pair.second().runs()).estimate(),
          truth);
      if (both) {
        Optional<Interval> one = rawScale(metric, pair.first());
        Optional<Interval> other = rawScale(metric, pair.second());
        if (one.isPresent() && other.isPresent()) {
          unpaired.addWidth(Math.hypot(width(one.get()), width(other.get())));
        }
      }
    }

    private static Optional<Interval> rawScale(Statistic metric, SimulatedSlides.Study study) {
      return GroupJackknife.estimate("metric", Range.REAL, metric, study.runs(), 0.95).interval();
    }

    private static double width(Interval interval) {
      return interval.high() - interval.low();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          " %s | %.2f | %.2f | %.1f |",
          paired.coverage(),
          paired.medianWidth(),
          unpaired.medianWidth(),
          100 * paired.withoutShare());
    }
  }

  /** Coverage and width of both intervals for one metric. */
  private static final class Tally {
    private final Column ours = new Column();
    private final Column bootstrap = new Column();

    void add(SimulatedSlides.Study study, Statistic metric, double truth, boolean both, Seed seed) {
      ours.add(GroupJackknife.estimate("metric", Range.UNIT, metric, study.runs(), 0.95), truth);
      if (both) {
        bootstrap.add(
            PercentileBootstrap.estimate(
                "metric", metric, study.runs(), RESAMPLES, seed.derive("bootstrap")),
            truth);
      }
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          " %s | %s | %.2f | %.2f | %.1f |",
          ours.coverage(),
          bootstrap.coverage(),
          ours.medianWidth(),
          bootstrap.medianWidth(),
          100 * ours.withoutShare());
    }
  }

  private static final class Column {
    private final List<Double> widths = new ArrayList<>();
    private int covered;
    private int without;

    void add(Estimate estimate, double truth) {
      estimate
          .interval()
          .ifPresentOrElse(
              interval -> {
                widths.add(interval.high() - interval.low());
                covered += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
              },
              () -> without++);
    }

    void addWidth(double width) {
      widths.add(width);
    }

    String coverage() {
      return String.format(Locale.ROOT, "%.1f", 100.0 * covered / widths.size());
    }

    double medianWidth() {
      double[] sorted = widths.stream().mapToDouble(w -> w).sorted().toArray();
      return sorted.length == 0
          ? Double.NaN
          : Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
    }

    double withoutShare() {
      return (double) without / (without + widths.size());
    }
  }
}
