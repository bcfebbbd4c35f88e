package org.histofm.adapters.probe;

import org.jspecify.annotations.Nullable;

/**
 * Line search for the strong Wolfe conditions: bracket, then zoom by safeguarded cubic
 * interpolation [1, algorithms 3.5 and 3.6].
 *
 * <p>Close to the minimum the decrease of the value drowns in rounding (it shrinks with the square
 * of the gradient), long before the gradient does. There a point is also accepted if its value is
 * equal within rounding and its slope meets the approximate Wolfe conditions [2, eq. 4.1], which
 * need no difference of values.
 *
 * <p>[1] Nocedal and Wright 2006, Numerical Optimization, 2nd edition. [2] Hager and Zhang 2005,
 * SIAM Journal on Optimization 16(1).
 */
final class LineSearch {
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;

  /** Relative noise of a value that is a sum over many samples. */
  private static final double ROUNDING = 1e-12;

  private static final int MAX_EVALUATIONS = 40;

  private final Objective objective;
  private int evaluations;

  /** A point with its value and gradient. */
  static final class Point {
    final double[] x;
    final double value;
    final double[] gradient;

    private Point(double[] x, double value, double[] gradient) {
      this.x = x;
      this.value = value;
      this.gradient = gradient;
    }
  }

  /** A point along the line: step length and slope there. */
  private static final class Trial {
    final double step;
    final double slope;
    final Point point;

    Trial(double step, double slope, Point point) {
      this.step = step;
      this.slope = slope;
      this.point = point;
    }

    double value() {
      return point.value;
    }
  }

  LineSearch(Objective objective) {
    this.objective = objective;
  }

  /** Evaluates at {@code x}, which the point keeps. */
  Point at(double[] x) {
    double[] gradient = new double[x.length];
    evaluations++;
    return new Point(x, objective.evaluate(x, gradient), gradient);
  }

  /** A point along {@code direction} that meets the conditions, or null if none was found. */
  @Nullable Point from(Point origin, double[] direction) {
    Trial start = new Trial(0, Vectors.dot(origin.gradient, direction), origin);
    if (!(start.slope < 0)) {
      return null;
    }
    int limit = evaluations + MAX_EVALUATIONS;
    Trial previous = start;
    double step = 1;
    while (evaluations < limit) {
      Trial trial = along(start, direction, step);
      if (accepts(start, trial)) {
        return trial.point;
      }
      if (tooHigh(start, trial) || (trial.value() >= previous.value() && previous.step > 0)) {
        return zoom(start, direction, previous, trial, limit);
      }
      if (trial.slope >= 0) {
        return zoom(start, direction, trial, previous, limit);
      }
      previous = trial;
      step *= 2;
    }
    return null;
  }

  /** Narrows the interval between {@code low}, the better end, and {@code high}. */
  private @Nullable Point zoom(Trial start, double[] direction, Trial low, Trial high, int limit) {
    while (evaluations < limit) {
      double step = between(low, high);
      if (step == low.step || step == high.step) {
        return null;
      }
      Trial trial = along(start, direction, step);
      if (accepts(start, trial)) {
        return trial.point;
      }
      if (tooHigh(start, trial) || trial.value() >= low.value()) {
        high = trial;
      } else {
        if (trial.slope * (high.step - low.step) >= 0) {
          high = low;
        }
        low = trial;
      }
    }
    return null;
  }

  private Trial along(Trial start, double[] direction, double step) {
    double[] x = start.point.x.clone();
    Vectors.add(step, direction, x);
    Point point = at(x);
    return new Trial(step, Vectors.dot(point.gradient, direction), point);
  }

  private static boolean tooHigh(Trial start, Trial trial) {
    return !(trial.value() <= start.value() + DECREASE * trial.step * start.slope);
  }

  private static boolean accepts(Trial start, Trial trial) {
    if (!tooHigh(start, trial) && Math.abs(trial.slope) <= -CURVATURE * start.slope) {
      return true;
    }
    return trial.value() <= start.value() + ROUNDING * Math.abs(start.value())
        && trial.slope >= CURVATURE * start.slope
        && trial.slope <= (2 * DECREASE - 1) * start.slope;
  }

  /** Minimum of the cubic through both ends [1, eq. 3.59], kept off the ends by a tenth. */
  private static double between(Trial low, Trial high) {
    double width = high.step - low.step;
    double d1 = low.slope + high.slope - 3 * (low.value() - high.value()) / (low.step - high.step);
    double d2 = Math.signum(width) * Math.sqrt(d1 * d1 - low.slope * high.slope);
    double cubic = high.step - width * ((high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2));
    double nearLow = low.step + 0.1 * width;
    double nearHigh = high.step - 0.1 * width;
    boolean inside = cubic >= Math.min(nearLow, nearHigh) && cubic <= Math.max(nearLow, nearHigh);
    return inside ? cubic : low.step + 0.5 * width;
  }
}
