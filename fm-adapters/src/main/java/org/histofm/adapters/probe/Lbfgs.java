package org.histofm.adapters.probe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Limited-memory BFGS with a preconditioner and a strong-Wolfe line search.
 *
 * <p>The direction comes from the two-loop recursion over the last {@value #MEMORY} pairs of steps
 * and gradient changes [1, algorithm 7.4], started from γ·P with P the preconditioner and γ = sᵀy /
 * yᵀPy, which for P = I is the usual scaling [1, eq. 7.20]. A pair enters only if sᵀy is positive,
 * which the line search ensures but for rounding. Where the line search finds no lower point, the
 * memory is dropped once and the search repeated along −P·gradient; where that fails too, rounding
 * is the limit and the iteration ends as not converged.
 *
 * <p>Everything is in double precision and in a fixed order: equal input gives equal bits.
 *
 * <p>[1] Nocedal and Wright 2006, Numerical Optimization, 2nd edition, chapters 3 and 7.
 */
final class Lbfgs {
  /** Pairs kept, as in scikit-learn (scipy's {@code maxcor}). */
  private static final int MEMORY = 10;

  private final Objective objective;
  private final Preconditioner preconditioner;
  private final Deque<Pair> memory = new ArrayDeque<>();

  /** A step and the change of the gradient along it. */
  private static final class Pair {
    final double[] step;
    final double[] change;
    final double inverseCurvature;

    Pair(double[] step, double[] change, double inverseCurvature) {
      this.step = step;
      this.change = change;
      this.inverseCurvature = inverseCurvature;
    }
  }

  /** Where the iteration ended. */
  static final class Result {
    final double[] x;
    final double value;
    final double gradientNorm;
    final int iterations;
    final boolean converged;

    private Result(LineSearch.Point point, int iterations, boolean converged) {
      this.x = point.x;
      this.value = point.value;
      this.gradientNorm = Vectors.maxNorm(point.gradient);
      this.iterations = iterations;
      this.converged = converged;
    }
  }

  private Lbfgs(Objective objective, Preconditioner preconditioner) {
    this.objective = objective;
    this.preconditioner = preconditioner;
  }

  /**
   * Minimises until the largest absolute gradient component is at most {@code gradientTolerance}
   * and the next step promises to lower the value by no more than {@code decreaseTolerance} of it.
   * The first alone would stop too early where the objective is flat, the second where it is steep.
   *
   * @param start where to begin; not changed
   * @param maxIterations at least 0
   */
  static Result minimize(
      Objective objective,
      Preconditioner preconditioner,
      double[] start,
      double gradientTolerance,
      double decreaseTolerance,
      int maxIterations) {
    return new Lbfgs(objective, preconditioner)
        .run(start, gradientTolerance, decreaseTolerance, maxIterations);
  }

  private Result run(
      double[] start, double gradientTolerance, double decreaseTolerance, int maxIterations) {
    LineSearch search = new LineSearch(objective);
    LineSearch.Point point = search.at(start.clone());
    int iteration = 0;
    while (true) {
      double[] direction = direction(point.gradient);
      if (Vectors.maxNorm(point.gradient) <= gradientTolerance
          && -0.5 * Vectors.dot(point.gradient, direction)
              <= decreaseTolerance * Math.abs(point.value)) {
        return new Result(point, iteration, true);
      }
      if (iteration == maxIterations) {
        return new Result(point, iteration, false);
      }
      LineSearch.Point next = search.from(point, direction);
      if (next == null && !memory.isEmpty()) {
        memory.clear();
        next = search.from(point, direction(point.gradient));
      }
      if (next == null) {
        return new Result(point, iteration, false);
      }
      remember(point, next);
      point = next;
      iteration++;
    }
  }

  private void remember(LineSearch.Point from, LineSearch.Point to) {
    double[] step = to.x.clone();
    Vectors.add(-1, from.x, step);
    double[] change = to.gradient.clone();
    Vectors.add(-1, from.gradient, change);
    double curvature = Vectors.dot(step, change);
    if (curvature > 0) {
      if (memory.size() == MEMORY) {
        memory.removeFirst();
      }
      memory.addLast(new Pair(step, change, 1 / curvature));
    }
  }

  /** −H·gradient, algorithm 7.4. */
  private double[] direction(double[] gradient) {
    double[] q = gradient.clone();
    double[] alpha = new double[memory.size()];
    int i = alpha.length;
    for (Iterator<Pair> newestFirst = memory.descendingIterator(); newestFirst.hasNext(); ) {
      Pair pair = newestFirst.next();
      alpha[--i] = pair.inverseCurvature * Vectors.dot(pair.step, q);
      Vectors.add(-alpha[i], pair.change, q);
    }
    double[] r = new double[q.length];
    double scale = 1;
    if (!memory.isEmpty()) {
      Pair newest = memory.getLast();
      preconditioner.apply(newest.change, r);
      scale = 1 / (newest.inverseCurvature * Vectors.dot(newest.change, r));
    }
    preconditioner.apply(q, r);
    for (int j = 0; j < r.length; j++) {
      r[j] *= scale;
    }
    for (Pair pair : memory) {
      double beta = pair.inverseCurvature * Vectors.dot(pair.change, r);
      Vectors.add(alpha[i++] - beta, pair.step, r);
    }
    for (int j = 0; j < r.length; j++) {
      r[j] = -r[j];
    }
    return r;
  }
}
