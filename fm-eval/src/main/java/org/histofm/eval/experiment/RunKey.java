package org.histofm.eval.experiment;

/**
 * Which run of an experiment.
 *
 * @param arm label of the arm
 * @param fraction fraction of the labels, in (0, 1]
 * @param seed the user's seed
 */
public record RunKey(String arm, double fraction, long seed) {
  /** A fraction as people write it: {@code 1} rather than {@code 1.0}. */
  public static String text(double fraction) {
    String text = Double.toString(fraction);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** For people: {@code "linear-probe, fraction 0.1, seed 42"}. */
  public String describe() {
    return arm + ", fraction " + text(fraction) + ", seed " + seed;
  }
}
