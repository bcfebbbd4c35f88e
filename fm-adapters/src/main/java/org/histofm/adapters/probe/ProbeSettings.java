package org.histofm.adapters.probe;

import java.util.List;
import java.util.OptionalDouble;
import org.histofm.InputException;
import org.histofm.plugin.Options;

/**
 * Settings of a linear probe.
 *
 * @param c inverse regularisation, or empty to choose it on validation
 * @param maxIterations of the solver
 * @param tolerance largest gradient component at the end, against the one at zero weights; a
 *     hundredth of it bounds what the next step promises, against the objective
 * @param balanced whether every class weighs the same in the loss
 * @param standardize whether columns are brought to mean 0 and deviation 1 first
 * @param threads how many to compute with; changes no number
 */
record ProbeSettings(
    OptionalDouble c,
    int maxIterations,
    double tolerance,
    boolean balanced,
    boolean standardize,
    int threads) {
  private static final double LEAST_C = 1e-12;
  private static final double MOST_C = 1e12;

  static final List<String> NAMES =
      List.of("C", "class-weight", "max-iter", "standardize", "threads", "tol");

  static ProbeSettings of(Options options) {
    options.allow("adapter linear-probe", NAMES.toArray(String[]::new));
    return new ProbeSettings(
        c(options.text("C", "auto").strip()),
        options.integer("max-iter", 10_000, 1, 1_000_000),
        options.number("tol", 1e-10, 1e-14, 1),
        balanced(options.text("class-weight", "none").strip()),
        options.flag("standardize", false),
        options.integer("threads", Runtime.getRuntime().availableProcessors(), 1, 1024));
  }

  private static OptionalDouble c(String text) {
    if (text.equals("auto")) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(text);
      if (value >= LEAST_C && value <= MOST_C) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException e) {
      // refused below, with every other value out of range
    }
    throw new InputException(
        "setting C=" + text + " is neither auto nor a number from 1e-12 to 1e12.",
        "Its default is auto: C is chosen on validation.");
  }

  private static boolean balanced(String text) {
    return switch (text) {
      case "none" -> false;
      case "balanced" -> true;
      default ->
          throw new InputException(
              "setting class-weight=" + text + " is neither none nor balanced.",
              "Its default is none.");
    };
  }
}
