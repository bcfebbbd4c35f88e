package org.histofm.eval.report;

import java.util.ArrayList;
import java.util.List;
import org.histofm.eval.experiment.Aggregate;
import org.histofm.eval.experiment.ArmDifference;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.eval.experiment.RunKey;
import org.histofm.evaluation.Estimate;

/**
 * Differences between arms by one metric on one test set: a row for each pair and fraction, with
 * the interval about zero and the numbers beside it.
 */
final class ForestChart {
  private static final double WIDTH = 980;
  private static final double LEFT = 168;
  private static final double RIGHT = 562;
  private static final double VALUE = 580;
  private static final double ENDS = 647;
  private static final double P = 816;
  private static final double HOLM = 873;
  private static final double GROUPS = 929;
  private static final double SEEDS = 972;
  private static final double HEAD = 24;
  private static final double PAIR = 26;
  private static final double ROW = 20;
  private static final double LEAST_REACH = 0.01;
  private static final String COLOUR = "#1b3a57";

  /** Below this a corrected p fills its marker. */
  private static final double SMALL_P = 0.05;

  private final ExperimentResults results;
  private final String title;
  private final List<ArmDifference> differences;

  /**
   * @param differences of one test set and metric, pair by pair
   */
  ForestChart(ExperimentResults results, String title, List<ArmDifference> differences) {
    this.results = results;
    this.title = title;
    this.differences = differences;
  }

  static String pair(ArmDifference difference) {
    return difference.arm() + " − " + difference.against();
  }

  /** A marker as in the charts: filled where the corrected p is small. */
  static void marker(Markup out, double x, double y, boolean small) {
    out.empty(
        "circle",
        "cx",
        Markup.px(x),
        "cy",
        Markup.px(y),
        "r",
        "4.5",
        "fill",
        small ? COLOUR : "#ffffff",
        "stroke",
        COLOUR,
        "stroke-width",
        "1.8");
  }

  void draw(Markup out) {
    long pairs = differences.stream().map(ForestChart::pair).distinct().count();
    double bottom = HEAD + pairs * PAIR + differences.size() * ROW + 6;
    Scale x = scale();
    out.open(
        "svg",
        "viewBox",
        "0 0 " + (int) WIDTH + " " + (int) (bottom + 40),
        "role",
        "img",
        "aria-label",
        title,
        "class",
        "chart");
    out.leaf("title", title);
    out.leaf("desc", description());
    heading(out);
    axis(out, x, bottom);
    double y = HEAD;
    String pair = "";
    for (ArmDifference difference : differences) {
      if (!pair.equals(pair(difference))) {
        pair = pair(difference);
        rule(out, y);
        text(out, pair, 10, y + PAIR - 8, "name", "start");
        y += PAIR;
      }
      row(out, x, y + ROW / 2, difference);
      y += ROW;
    }
    out.close();
  }

  /** As far to the left as to the right, so that zero is in the middle. */
  private Scale scale() {
    double reach = LEAST_REACH;
    for (ArmDifference difference : differences) {
      List<Double> ends = new ArrayList<>();
      ScalingChart.addEnds(difference.difference().estimate(), ends);
      reach = Math.max(reach, ends.stream().mapToDouble(Math::abs).max().orElse(0));
    }
    return Scale.covering(List.of(-reach, reach), LEFT, RIGHT);
  }

  private String description() {
    StringBuilder text = new StringBuilder();
    for (ArmDifference difference : differences) {
      text.append(sentence(difference)).append(". ");
    }
    return text.toString();
  }

  private static String sentence(ArmDifference difference) {
    return pair(difference)
        + " at fraction "
        + RunKey.text(difference.fraction())
        + ": "
        + Wording.sentence(difference.difference());
  }

  private static void heading(Markup out) {
    text(out, "difference", VALUE, 15, "faint", "start");
    text(out, "95 % interval", ENDS, 15, "faint", "start");
    text(out, "p", P, 15, "faint", "end");
    text(out, "p (Holm)", HOLM, 15, "faint", "end");
    text(out, "groups", GROUPS, 15, "faint", "end");
    text(out, "seeds", SEEDS, 15, "faint", "end");
  }

  private static void axis(Markup out, Scale x, double bottom) {
    for (double tick : x.ticks()) {
      boolean zero = Math.abs(tick) < x.step() / 2;
      line(out, x.px(tick), HEAD, bottom, zero ? "axis" : "grid");
      text(out, Wording.minus(x.label(tick)), x.px(tick), bottom + 16, "tick", "middle");
    }
    text(out, "←  the second is higher", x.px(0) - 10, bottom + 33, "faint", "end");
    text(out, "the first is higher  →", x.px(0) + 10, bottom + 33, "faint", "start");
  }

  private void row(Markup out, Scale x, double y, ArmDifference difference) {
    Estimate estimate = difference.difference().estimate();
    out.open("g");
    out.leaf("title", sentence(difference));
    text(out, place(difference), LEFT - 14, y + 4, "faint", "end");
    estimate.interval().ifPresent(i -> out.whiskers(x.px(i.low()), x.px(i.high()), y, COLOUR));
    if (estimate.value().isPresent()) {
      boolean small =
          difference.difference().holm().isPresent()
              && difference.difference().holm().getAsDouble() < SMALL_P;
      marker(out, x.px(estimate.value().getAsDouble()), y, small);
      text(
          out,
          Wording.signed(estimate.value().getAsDouble()),
          VALUE,
          y + 4,
          "tick strong",
          "start");
      text(out, Wording.signedInterval(estimate), ENDS, y + 4, "tick", "start");
    } else {
      text(out, "not defined", VALUE, y + 4, "tick", "start");
    }
    difference.difference().p().ifPresent(p -> text(out, Wording.p(p), P, y + 4, "tick", "end"));
    difference
        .difference()
        .holm()
        .ifPresent(p -> text(out, Wording.p(p), HOLM, y + 4, "tick", "end"));
    text(out, Integer.toString(estimate.groups()), GROUPS, y + 4, "tick", "end");
    text(out, Integer.toString(estimate.seeds()), SEEDS, y + 4, "tick", "end");
    out.close();
  }

  private String place(ArmDifference difference) {
    return "f "
        + RunKey.text(difference.fraction())
        + results
            .aggregate(difference.arm(), difference.fraction())
            .map(Aggregate::meanLabels)
            .map(labels -> ", " + Math.round(labels) + " labels")
            .orElse("");
  }

  private static void rule(Markup out, double y) {
    out.empty(
        "line",
        "x1",
        "10",
        "x2",
        Markup.px(SEEDS),
        "y1",
        Markup.px(y),
        "y2",
        Markup.px(y),
        "class",
        "rule");
  }

  private static void line(Markup out, double x, double from, double to, String style) {
    out.empty(
        "line",
        "x1",
        Markup.px(x),
        "x2",
        Markup.px(x),
        "y1",
        Markup.px(from),
        "y2",
        Markup.px(to),
        "class",
        style);
  }

  private static void text(
      Markup out, String text, double x, double y, String style, String anchor) {
    out.leaf(
        "text", text, "x", Markup.px(x), "y", Markup.px(y), "class", style, "text-anchor", anchor);
  }
}
