package org.histofm.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.histofm.eval.experiment.Aggregate;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.eval.experiment.RunKey;
import org.histofm.eval.experiment.RunResult;
import org.histofm.eval.experiment.TestSet;
import org.histofm.evaluation.Estimate;

/** One metric on one test set against the number of labels, on a logarithmic axis. */
final class ScalingChart {
  private static final double WIDTH = 488;
  private static final double HEIGHT = 300;
  private static final double LEFT = 46;
  private static final double RIGHT = 440;
  private static final double TOP = 14;
  private static final double BOTTOM = 244;
  private static final double TICK_ROOM = 46;

  /** Up to so many arms there is room between them for the dots of single seeds. */
  private static final int FEW_ARMS = 3;

  private final ExperimentResults results;
  private final String metric;

  ScalingChart(ExperimentResults results, String metric) {
    this.results = results;
    this.metric = metric;
  }

  /** One vertical scale for all test sets, so that panels can be compared. */
  Scale scale() {
    List<Double> values = new ArrayList<>();
    for (TestSet test : results.testSets()) {
      for (Aggregate aggregate : results.aggregates()) {
        estimate(aggregate, test).ifPresent(e -> addEnds(e, values));
      }
      for (RunResult run : results.runs()) {
        results.estimate(run.key(), test, metric).ifPresent(e -> e.value().ifPresent(values::add));
      }
    }
    OptionalDouble chance = Wording.chance(metric, results.task().classes().size());
    chance.ifPresent(values::add);
    return Scale.covering(values, BOTTOM, TOP);
  }

  static void addEnds(Estimate estimate, List<Double> values) {
    estimate.value().ifPresent(values::add);
    estimate
        .interval()
        .ifPresent(
            i -> {
              values.add(i.low());
              values.add(i.high());
            });
  }

  private Optional<Estimate> estimate(Aggregate aggregate, TestSet test) {
    return results.estimate(aggregate.arm(), aggregate.fraction(), test, metric);
  }

  private double labels(double fraction) {
    return results.aggregates().stream()
        .filter(a -> a.fraction() == fraction)
        .mapToDouble(Aggregate::meanLabels)
        .findFirst()
        .orElse(1);
  }

  private double x(double fraction) {
    double first = Math.log(labels(results.fractions().get(0)));
    double last = Math.log(labels(results.fractions().get(results.fractions().size() - 1)));
    double from = LEFT + 30;
    double to = RIGHT - 30;
    return last - first < 1e-9
        ? (from + to) / 2
        : from + (Math.log(labels(fraction)) - first) / (last - first) * (to - from);
  }

  void draw(Markup out, TestSet test, Scale y) {
    String name = Wording.metric(metric) + ", " + test.describe();
    out.open(
        "svg",
        "viewBox",
        "0 0 " + (int) WIDTH + " " + (int) HEIGHT,
        "role",
        "img",
        "aria-label",
        name + " against the number of labels",
        "class",
        "chart");
    out.leaf("title", name + " against the number of labels");
    out.leaf("desc", description(test));
    axes(out, y);
    for (int arm = 0; arm < results.arms().size(); arm++) {
      series(out, test, y, arm);
    }
    out.close();
  }

  private String description(TestSet test) {
    StringBuilder text = new StringBuilder();
    for (Aggregate aggregate : results.aggregates()) {
      text.append(aggregate.arm())
          .append(" at fraction ")
          .append(RunKey.text(aggregate.fraction()))
          .append(": ")
          .append(estimate(aggregate, test).map(Wording::sentence).orElse("no estimate"))
          .append(". ");
    }
    return text.toString();
  }

  private void axes(Markup out, Scale y) {
    for (double tick : y.ticks()) {
      String at = Markup.px(y.px(tick));
      out.empty(
          "line",
          "x1",
          Markup.px(LEFT),
          "x2",
          Markup.px(RIGHT),
          "y1",
          at,
          "y2",
          at,
          "class",
          "grid");
      out.leaf(
          "text",
          y.label(tick),
          "x",
          Markup.px(LEFT - 7),
          "y",
          Markup.px(y.px(tick) + 4),
          "class",
          "tick",
          "text-anchor",
          "end");
    }
    OptionalDouble chance = Wording.chance(metric, results.task().classes().size());
    if (chance.isPresent()) {
      String at = Markup.px(y.px(chance.getAsDouble()));
      out.empty(
          "line",
          "x1",
          Markup.px(LEFT),
          "x2",
          Markup.px(RIGHT),
          "y1",
          at,
          "y2",
          at,
          "class",
          "chance");
      out.leaf(
          "text",
          "chance",
          "x",
          Markup.px(RIGHT + 3),
          "y",
          Markup.px(y.px(chance.getAsDouble()) + 4),
          "class",
          "faint");
    }
    double previous = Double.NEGATIVE_INFINITY;
    for (double fraction : results.fractions()) {
      double at = x(fraction);
      out.empty(
          "line",
          "x1",
          Markup.px(at),
          "x2",
          Markup.px(at),
          "y1",
          Markup.px(BOTTOM),
          "y2",
          Markup.px(BOTTOM + 5),
          "class",
          "axis");
      if (at - previous >= TICK_ROOM) {
        previous = at;
        label(out, at, BOTTOM + 19, Long.toString(Math.round(labels(fraction))), "tick");
        label(out, at, BOTTOM + 33, "f " + RunKey.text(fraction), "faint");
      }
    }
    out.empty(
        "line",
        "x1",
        Markup.px(LEFT),
        "x2",
        Markup.px(RIGHT),
        "y1",
        Markup.px(BOTTOM),
        "y2",
        Markup.px(BOTTOM),
        "class",
        "axis");
    label(
        out,
        (LEFT + RIGHT) / 2,
        BOTTOM + 51,
        "labels used, train and validation (log scale; f = fraction)",
        "faint");
  }

  private static void label(Markup out, double x, double y, String text, String style) {
    out.leaf(
        "text",
        text,
        "x",
        Markup.px(x),
        "y",
        Markup.px(y),
        "class",
        style,
        "text-anchor",
        "middle");
  }

  private void series(Markup out, TestSet test, Scale y, int index) {
    String arm = results.arms().get(index);
    ArmStyle style = ArmStyle.of(index);
    int arms = results.arms().size();
    double dodge = (arms <= FEW_ARMS ? 12 : 9) * (index - (arms - 1) / 2.0);
    StringBuilder path = new StringBuilder();
    out.open("g");
    for (double fraction : results.fractions()) {
      double x = x(fraction) + dodge;
      Optional<Estimate> estimate = results.estimate(arm, fraction, test, metric);
      if (estimate.isPresent() && estimate.get().value().isPresent()) {
        path.append(path.length() == 0 ? "M" : "L")
            .append(Markup.px(x))
            .append(' ')
            .append(Markup.px(y.px(estimate.get().value().getAsDouble())));
      }
    }
    if (path.indexOf("L") >= 0) {
      out.empty(
          "path",
          "d",
          path.toString(),
          "fill",
          "none",
          "stroke",
          style.colour(),
          "stroke-width",
          "1.8",
          "stroke-dasharray",
          style.dash());
    }
    for (double fraction : results.fractions()) {
      double x = x(fraction) + dodge;
      point(out, y, arm, style, fraction, x, test);
    }
    out.close();
  }

  private void point(
      Markup out, Scale y, String arm, ArmStyle style, double fraction, double x, TestSet test) {
    if (results.seeds().size() > 1) {
      for (long seed : results.seeds()) {
        results
            .estimate(new RunKey(arm, fraction, seed), test, metric)
            .ifPresent(
                e ->
                    e.value()
                        .ifPresent(
                            v ->
                                out.empty(
                                    "circle",
                                    "cx",
                                    Markup.px(x + 6),
                                    "cy",
                                    Markup.px(y.px(v)),
                                    "r",
                                    "2",
                                    "fill",
                                    style.colour(),
                                    "opacity",
                                    "0.6")));
      }
    }
    Estimate estimate = results.estimate(arm, fraction, test, metric).orElse(null);
    if (estimate == null) {
      return;
    }
    out.open("g");
    out.leaf(
        "title", arm + ", fraction " + RunKey.text(fraction) + ": " + Wording.sentence(estimate));
    estimate
        .interval()
        .ifPresent(i -> whisker(out, style.colour(), x, y.px(i.low()), y.px(i.high())));
    if (estimate.value().isPresent()) {
      style.marker(out, x, y.px(estimate.value().getAsDouble()), 4.5);
    } else {
      label(out, x, BOTTOM - 5, "×", "undefined");
    }
    out.close();
  }

  private static void whisker(Markup out, String colour, double x, double low, double high) {
    out.empty(
        "path",
        "d",
        "M"
            + Markup.px(x)
            + " "
            + Markup.px(low)
            + "V"
            + Markup.px(high)
            + "M"
            + Markup.px(x - 4)
            + " "
            + Markup.px(low)
            + "h8M"
            + Markup.px(x - 4)
            + " "
            + Markup.px(high)
            + "h8",
        "fill",
        "none",
        "stroke",
        colour,
        "stroke-width",
        "1.4");
  }
}
