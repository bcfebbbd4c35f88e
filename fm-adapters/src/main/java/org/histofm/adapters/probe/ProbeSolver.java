package org.histofm.adapters.probe;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.histofm.provenance.Facts;

/**
 * Solves the probe for one C after another on the same data, each from the solution before it.
 * Confined to one thread.
 */
final class ProbeSolver {
  /** Iterations after which the preconditioner is made anew where the solver has come to. */
  private static final int ROUND = 30;

  private final DesignMatrix data;
  private final List<String> classes;
  private final ProbeSettings settings;
  private final LogisticObjective objective;
  private final Workers workers;
  private final double zeroGradient;
  private double[] start;

  /**
   * One fit.
   *
   * @param c inverse regularisation
   * @param classifier in the coordinates of the embeddings
   * @param converged whether the tolerance was reached
   * @param iterations of L-BFGS
   * @param objective value at the end, divided by the sum of sample weights and by C
   * @param gradientNorm largest absolute component of its gradient
   * @param zeroGradient the same at zero weights
   */
  record Solution(
      double c,
      LinearClassifier classifier,
      boolean converged,
      int iterations,
      double objective,
      double gradientNorm,
      double zeroGradient) {
    Facts facts() {
      return Facts.none()
          .with("converged", Boolean.toString(converged))
          .with("iterations", Integer.toString(iterations))
          .with("objective per sample", Double.toString(objective))
          .with("gradient max-norm", Double.toString(gradientNorm))
          .with("gradient max-norm at zero weights", Double.toString(zeroGradient));
    }

    Optional<String> warning() {
      return converged
          ? Optional.empty()
          : Optional.of(
              "the linear probe did not converge: at C="
                  + c
                  + " the gradient is "
                  + gradientNorm
                  + " after "
                  + iterations
                  + " iterations ("
                  + zeroGradient
                  + " at zero weights); raise max-iter, or lower C");
    }
  }

  private ProbeSolver(
      DesignMatrix data,
      List<String> classes,
      ProbeSettings settings,
      LogisticObjective objective,
      Workers workers) {
    this.data = data;
    this.classes = classes;
    this.settings = settings;
    this.objective = objective;
    this.workers = workers;
    this.start = new double[objective.size()];
    double[] gradient = new double[objective.size()];
    objective.evaluate(start, gradient);
    this.zeroGradient = Vectors.maxNorm(gradient);
  }

  /** Opens a solver, lets {@code use} work with it, and frees its threads and native memory. */
  static <T> T with(
      DesignMatrix data,
      List<String> classes,
      ProbeSettings settings,
      Function<ProbeSolver, T> use) {
    int outputs = LinearClassifier.outputs(classes.size());
    try (Workers workers = new Workers(settings.threads());
        LogisticObjective objective = new LogisticObjective(data, outputs, workers)) {
      return use.apply(new ProbeSolver(data, classes, settings, objective, workers));
    }
  }

  /** Fits with this C. */
  Solution solve(double c) {
    objective.setInverseRegularization(c);
    Lbfgs.Result result = round(c, start, Math.min(ROUND, settings.maxIterations()));
    int iterations = result.iterations;
    // A round without a step has met rounding.
    while (!result.converged && result.iterations > 0 && iterations < settings.maxIterations()) {
      result = round(c, result.x, Math.min(ROUND, settings.maxIterations() - iterations));
      iterations += result.iterations;
    }
    start = result.x;
    return new Solution(
        c,
        classifier(result.x),
        result.converged,
        iterations,
        result.value,
        result.gradientNorm,
        zeroGradient);
  }

  private Lbfgs.Result round(double c, double[] from, int maxIterations) {
    objective.evaluate(from, new double[from.length]);
    try (AverageHessian hessian =
        new AverageHessian(
            data, objective.curvatures(), LinearClassifier.outputs(classes.size()), c, workers)) {
      return Lbfgs.minimize(
          objective,
          hessian,
          from,
          settings.tolerance() * zeroGradient,
          settings.tolerance() / 100,
          maxIterations);
    }
  }

  /** Undoes the standardisation. */
  private LinearClassifier classifier(double[] x) {
    int dim = data.dim();
    int outputs = LinearClassifier.outputs(classes.size());
    double[] coefficients = new double[outputs * dim];
    double[] intercepts = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      intercepts[k] = x[outputs * dim + k];
      for (int j = 0; j < dim; j++) {
        coefficients[k * dim + j] = x[k * dim + j] * data.scale(j);
        intercepts[k] -= coefficients[k * dim + j] * data.shift(j);
      }
    }
    return new LinearClassifier(classes, dim, coefficients, intercepts);
  }
}
