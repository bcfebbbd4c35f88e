package org.histofm.eval.statistics;

import java.util.Objects;
import java.util.OptionalDouble;
import org.histofm.evaluation.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * How far one arm is above another in a metric, both judged on the same samples: an {@link
 * Estimate} of the difference, and the p-value of there being none. Immutable.
 */
public final class Difference {
  private final Estimate estimate;
  private final @Nullable Double p;
  private final @Nullable Double holm;

  Difference(Estimate estimate, @Nullable Double p) {
    this(estimate, p, null);
  }

  private Difference(Estimate estimate, @Nullable Double p, @Nullable Double holm) {
    this.estimate = Objects.requireNonNull(estimate);
    this.p = p;
    this.holm = holm;
  }

  Difference withHolm(double value) {
    return new Difference(estimate, p, value);
  }

  Difference withEstimate(Estimate other) {
    return new Difference(other, p, holm);
  }

  /** The difference with its interval and what it stands on; its name is that of the metric. */
  public Estimate estimate() {
    return estimate;
  }

  /**
   * Two-sided p-value, in [0, 1], of the hypothesis that the arms do not differ, by the t that the
   * interval is made with; absent where there is no interval.
   */
  public OptionalDouble p() {
    return p == null ? OptionalDouble.empty() : OptionalDouble.of(p);
  }

  /**
   * {@link #p} corrected for the number of comparisons in its family; absent where there is no p,
   * or before {@link HolmCorrection#of}.
   */
  public OptionalDouble holm() {
    return holm == null ? OptionalDouble.empty() : OptionalDouble.of(holm);
  }

  @Override
  public String toString() {
    return estimate + (p == null ? "" : ", p " + p) + (holm == null ? "" : ", p (Holm) " + holm);
  }
}
