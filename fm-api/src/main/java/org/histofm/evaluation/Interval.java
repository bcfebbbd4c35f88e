package org.histofm.evaluation;

/**
 * A confidence interval.
 *
 * @param low lower end
 * @param high upper end, not below {@code low}
 * @param level confidence level, such as 0.95
 * @param method how it was made, in a few words
 */
public record Interval(double low, double high, double level, String method) {
  /**
   * @throws IllegalArgumentException unless low ≤ high, both finite, and 0 &lt; level &lt; 1
   */
  public Interval {
    if (!(low <= high && Double.isFinite(low) && Double.isFinite(high) && level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "an interval has finite, ordered ends and a level in (0, 1), got "
              + low
              + " to "
              + high
              + " at "
              + level);
    }
  }
}
