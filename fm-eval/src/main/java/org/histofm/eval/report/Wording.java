package org.histofm.eval.report;

import java.util.Locale;
import java.util.OptionalDouble;
import org.histofm.eval.statistics.Difference;
import org.histofm.evaluation.Estimate;

/** How numbers and metric names are written for people. */
final class Wording {
  private Wording() {}

  static String metric(String name) {
    return switch (name) {
      case "auroc" -> "AUROC";
      case "f1" -> "F1";
      default -> {
        String spaced = name.replace('_', ' ');
        yield spaced.isEmpty()
            ? spaced
            : spaced.substring(0, 1).toUpperCase(Locale.ROOT) + spaced.substring(1);
      }
    };
  }

  /** What guessing reaches, for metrics of which that is known. */
  static OptionalDouble chance(String metric, int classes) {
    return switch (metric) {
      case "balanced_accuracy" -> OptionalDouble.of(1.0 / classes);
      case "auroc" -> OptionalDouble.of(0.5);
      default -> OptionalDouble.empty();
    };
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  static String value(Estimate estimate) {
    return estimate.value().isPresent() ? number(estimate.value().getAsDouble()) : "not defined";
  }

  static String interval(Estimate estimate) {
    return estimate
        .interval()
        .map(i -> number(i.low()) + " to " + number(i.high()))
        .orElse("no interval");
  }

  /** With its sign, also where only that is left of a small number, so that zero alone has none. */
  static String signed(double value) {
    return value == 0 ? number(0) : minus(String.format(Locale.ROOT, "%+.3f", value));
  }

  static String minus(String number) {
    return number.replace('-', '−');
  }

  static String signedInterval(Estimate estimate) {
    return estimate
        .interval()
        .map(i -> signed(i.low()) + " to " + signed(i.high()))
        .orElse("no interval");
  }

  static String p(double p) {
    return p < 0.001 ? "<0.001" : number(p);
  }

  static String sentence(Difference difference) {
    Estimate estimate = difference.estimate();
    return (estimate.value().isPresent() ? signed(estimate.value().getAsDouble()) : "not defined")
        + " ("
        + estimate
            .interval()
            .map(i -> percent(i.level()) + " interval " + signedInterval(estimate))
            .orElse(estimate.reason())
        + (difference.p().isPresent() ? "; p " + p(difference.p().getAsDouble()) : "")
        + (difference.holm().isPresent()
            ? ", after Holm " + p(difference.holm().getAsDouble())
            : "")
        + "; "
        + estimate.samples()
        + " samples, "
        + estimate.groups()
        + " groups)";
  }

  static String sentence(Estimate estimate) {
    return value(estimate)
        + " ("
        + estimate
            .interval()
            .map(i -> percent(i.level()) + " interval " + interval(estimate))
            .orElse(estimate.reason())
        + "; "
        + estimate.samples()
        + " samples, "
        + estimate.groups()
        + " groups)";
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  static String plural(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
