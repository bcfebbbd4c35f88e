package org.histofm.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.histofm.eval.experiment.Aggregate;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.eval.experiment.RunKey;
import org.histofm.eval.experiment.TestSet;
import org.histofm.evaluation.Estimate;

/** One metric in domain beside every other domain, a row for each arm and fraction. */
final class ShiftChart {
  private static final double WIDTH = 980;
  private static final double LEFT = 230;
  private static final double RIGHT = 960;
  private static final double TOP = 4;
  private static final double LANE = 14;
  private static final double GAP = 10;
  private static final String[] COLOURS = {"#1b3a57", "#d55e00", "#009e73", "#aa4499", "#7a6a00"};

  private final ExperimentResults results;
  private final String metric;

  ShiftChart(ExperimentResults results, String metric) {
    this.results = results;
    this.metric = metric;
  }

  /** Colour of a test set, also in the legend. */
  static String colour(int index) {
    return COLOURS[index % COLOURS.length];
  }

  void draw(Markup out) {
    List<TestSet> tests = results.testSets();
    List<Double> values = new ArrayList<>();
    for (Aggregate aggregate : results.aggregates()) {
      for (TestSet test : tests) {
        estimate(aggregate, test).ifPresent(e -> ScalingChart.addEnds(e, values));
      }
    }
    Wording.chance(metric, results.task().classes().size()).ifPresent(values::add);
    Scale x = Scale.covering(values, LEFT, RIGHT);
    double row = tests.size() * LANE + GAP;
    double bottom = TOP + results.aggregates().size() * row;
    String title = Wording.metric(metric) + " in domain beside out of domain";
    out.open(
        "svg",
        "viewBox",
        "0 0 " + (int) WIDTH + " " + (int) (bottom + 42),
        "role",
        "img",
        "aria-label",
        title,
        "class",
        "chart");
    out.leaf("title", title);
    out.leaf("desc", description(tests));
    grid(out, x, bottom);
    double y = TOP;
    for (Aggregate aggregate : results.aggregates()) {
      out.leaf(
          "text",
          aggregate.arm(),
          "x",
          Markup.px(LEFT - 14),
          "y",
          Markup.px(y + row / 2 - 2),
          "class",
          "name",
          "text-anchor",
          "end");
      out.leaf(
          "text",
          "f "
              + RunKey.text(aggregate.fraction())
              + ", "
              + Math.round(aggregate.meanLabels())
              + " labels",
          "x",
          Markup.px(LEFT - 14),
          "y",
          Markup.px(y + row / 2 + 12),
          "class",
          "faint",
          "text-anchor",
          "end");
      for (int t = 0; t < tests.size(); t++) {
        double at = y + GAP / 2 + LANE * (t + 0.5);
        Optional<Estimate> estimate = estimate(aggregate, tests.get(t));
        if (estimate.isPresent()) {
          mark(out, x, at, t, tests.get(t), aggregate, estimate.get());
        }
      }
      y += row;
      out.empty(
          "line",
          "x1",
          "10",
          "x2",
          Markup.px(RIGHT),
          "y1",
          Markup.px(y),
          "y2",
          Markup.px(y),
          "class",
          "rule");
    }
    out.close();
  }

  private Optional<Estimate> estimate(Aggregate aggregate, TestSet test) {
    return results.estimate(aggregate.arm(), aggregate.fraction(), test, metric);
  }

  private String description(List<TestSet> tests) {
    StringBuilder text = new StringBuilder();
    for (Aggregate aggregate : results.aggregates()) {
      for (TestSet test : tests) {
        estimate(aggregate, test)
            .ifPresent(
                e ->
                    text.append(aggregate.arm())
                        .append(" at fraction ")
                        .append(RunKey.text(aggregate.fraction()))
                        .append(", ")
                        .append(test.describe())
                        .append(": ")
                        .append(Wording.sentence(e))
                        .append(". "));
      }
    }
    return text.toString();
  }

  private void grid(Markup out, Scale x, double bottom) {
    for (double tick : x.ticks()) {
      String at = Markup.px(x.px(tick));
      out.empty(
          "line",
          "x1",
          at,
          "x2",
          at,
          "y1",
          Markup.px(TOP),
          "y2",
          Markup.px(bottom),
          "class",
          "grid");
      out.leaf(
          "text",
          x.label(tick),
          "x",
          at,
          "y",
          Markup.px(bottom + 16),
          "class",
          "tick",
          "text-anchor",
          "middle");
    }
    Wording.chance(metric, results.task().classes().size())
        .ifPresent(
            chance -> {
              String at = Markup.px(x.px(chance));
              out.empty(
                  "line",
                  "x1",
                  at,
                  "x2",
                  at,
                  "y1",
                  Markup.px(TOP),
                  "y2",
                  Markup.px(bottom),
                  "class",
                  "chance");
            });
    out.leaf(
        "text",
        Wording.metric(metric) + " (dashed: chance, where known)",
        "x",
        Markup.px((LEFT + RIGHT) / 2),
        "y",
        Markup.px(bottom + 34),
        "class",
        "faint",
        "text-anchor",
        "middle");
  }

  private static void mark(
      Markup out,
      Scale x,
      double y,
      int index,
      TestSet test,
      Aggregate aggregate,
      Estimate estimate) {
    String colour = colour(index);
    out.open("g");
    out.leaf(
        "title",
        aggregate.arm()
            + ", fraction "
            + RunKey.text(aggregate.fraction())
            + ", "
            + test.describe()
            + ": "
            + Wording.sentence(estimate));
    estimate.interval().ifPresent(i -> out.whiskers(x.px(i.low()), x.px(i.high()), y, colour));
    if (estimate.value().isEmpty()) {
      out.leaf(
          "text",
          "× not defined: " + estimate.reason(),
          "x",
          Markup.px(LEFT + 6),
          "y",
          Markup.px(y + 4),
          "class",
          "faint");
    } else {
      double at = x.px(estimate.value().getAsDouble());
      if (test.kind() == TestSet.Kind.IN_DOMAIN) {
        out.empty("circle", "cx", Markup.px(at), "cy", Markup.px(y), "r", "5", "fill", colour);
      } else {
        out.empty(
            "path",
            "d",
            ArmStyle.diamond(at, y, 6),
            "fill",
            "#ffffff",
            "stroke",
            colour,
            "stroke-width",
            "2");
      }
    }
    out.close();
  }
}
