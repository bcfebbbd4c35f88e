package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AverageHessianTest {
  /** The Hessian of the objective itself, by differences of its gradient. */
  @ParameterizedTest(name = "{0} samples, {1} dims, {2} classes")
  @CsvSource({"25, 7, 2", "28, 7, 4", "6, 20, 2", "9, 30, 3", "700, 300, 2"})
  void apply_undoesTheHessian(int rows, int dim, int classes) {
    DesignMatrix data =
        DesignMatrix.of(
            Data.embeddings(1, rows, dim, classes),
            Data.labels(rows, classes),
            Data.weights(2, rows));
    int outputs = LinearClassifier.outputs(classes);
    try (Workers workers = new Workers(2);
        LogisticObjective f = new LogisticObjective(data, outputs, workers)) {
      f.setInverseRegularization(0.7);
      // With softmax only directions that sum to zero over the classes move the loss.
      double[] direction = direction(outputs, dim);
      double[] at = new double[direction.length];
      if (classes == 2) {
        // Then it is exact everywhere, not only at zero.
        at = new SplittableRandom(9).doubles(at.length, -0.05, 0.05).toArray();
      }
      f.evaluate(at, new double[at.length]);
      double[] curvatures = f.curvatures();
      double h = 1e-6;
      double[] up = new double[at.length];
      double[] down = new double[at.length];
      double[] x = at.clone();
      Vectors.add(h, direction, x);
      f.evaluate(x, up);
      x = at.clone();
      Vectors.add(-h, direction, x);
      f.evaluate(x, down);
      double[] product = new double[at.length];
      for (int i = 0; i < x.length; i++) {
        product[i] = (up[i] - down[i]) / (2 * h);
      }
      double[] back = new double[at.length];
      try (AverageHessian hessian = new AverageHessian(data, curvatures, outputs, 0.7, workers)) {
        hessian.apply(product, back);
      }
      for (int i = 0; i < back.length; i++) {
        // Differences err by about 1e-9, which the means of the columns (to 30) enlarge.
        assertThat(back[i]).as("component %d", i).isCloseTo(direction[i], within(1e-3));
      }
    }
  }

  private static double[] direction(int outputs, int dim) {
    double[] direction =
        new SplittableRandom(8).doubles((long) outputs * (dim + 1), -1, 1).toArray();
    if (outputs > 1) {
      for (int j = 0; j <= dim; j++) {
        int stride = j < dim ? dim : 1;
        int first = j < dim ? j : outputs * dim;
        double mean = 0;
        for (int k = 0; k < outputs; k++) {
          mean += direction[first + k * stride] / outputs;
        }
        for (int k = 0; k < outputs; k++) {
          direction[first + k * stride] -= mean;
        }
      }
    }
    return direction;
  }
}
