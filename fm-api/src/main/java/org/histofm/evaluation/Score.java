package org.histofm.evaluation;

/** The value of a metric on one set of samples, or why it has none. */
public sealed interface Score {
  /**
   * A value.
   *
   * @param value finite
   */
  record Value(double value) implements Score {
    /**
     * @throws IllegalArgumentException if the value is not finite: say why it is undefined instead
     */
    public Value {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a score is finite, got " + value);
      }
    }
  }

  /**
   * No value.
   *
   * @param reason why, such as {@code "no sample of class atypical"}
   */
  record Undefined(String reason) implements Score {}

  /** The value {@code value}. */
  static Score of(double value) {
    return new Value(value);
  }

  /** Undefined, for this reason. */
  static Score undefined(String reason) {
    return new Undefined(reason);
  }
}
