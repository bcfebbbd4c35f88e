package org.histofm.adapters.probe;

import java.util.List;
import org.histofm.backbone.EmbeddingMatrix;

/**
 * Class probabilities from an embedding by one linear map. Plain Java in double precision and in a
 * fixed order, so a row gives the same bits alone, in any batch and after a reload.
 *
 * <p>Immutable, safe for concurrent use.
 */
final class LinearClassifier {
  private final List<String> classes;
  private final int dim;
  private final int outputs;
  private final double[] coefficients; // [dim, outputs]
  private final double[] intercepts; // [outputs]

  /**
   * @param classes K names in the task's order
   * @param dim width of an embedding
   * @param coefficients [outputs, dim] row-major, where outputs is 1 for two classes, else K
   * @param intercepts [outputs]
   */
  LinearClassifier(List<String> classes, int dim, double[] coefficients, double[] intercepts) {
    this.classes = List.copyOf(classes);
    this.dim = dim;
    this.outputs = outputs(classes.size());
    if (coefficients.length != outputs * dim || intercepts.length != outputs) {
      throw new IllegalArgumentException(
          coefficients.length
              + " coefficients and "
              + intercepts.length
              + " intercepts are not those of "
              + classes.size()
              + " classes and "
              + dim
              + " dims");
    }
    this.coefficients = new double[outputs * dim];
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < dim; j++) {
        this.coefficients[j * outputs + k] = coefficients[k * dim + j];
      }
    }
    this.intercepts = intercepts.clone();
  }

  /** Linear outputs for a number of classes: two classes share one, the log-odds of the second. */
  static int outputs(int classes) {
    return classes == 2 ? 1 : classes;
  }

  List<String> classes() {
    return classes;
  }

  int dim() {
    return dim;
  }

  int outputs() {
    return outputs;
  }

  double coefficient(int output, int j) {
    return coefficients[j * outputs + output];
  }

  double intercept(int output) {
    return intercepts[output];
  }

  /**
   * Probability of each class, in [0, 1].
   *
   * @param scratch room for an embedding
   */
  double[] probabilities(EmbeddingMatrix embeddings, int row, float[] scratch) {
    embeddings.copyRow(row, scratch, 0);
    double[] z = intercepts.clone();
    for (int j = 0; j < dim; j++) {
      for (int k = 0; k < outputs; k++) {
        z[k] += scratch[j] * coefficients[j * outputs + k];
      }
    }
    return outputs == 1 ? sigmoid(z[0]) : softmax(z);
  }

  private static double[] sigmoid(double z) {
    double small = Math.exp(-Math.abs(z));
    double less = small / (1 + small);
    double more = 1 / (1 + small);
    return z >= 0 ? new double[] {less, more} : new double[] {more, less};
  }

  private static double[] softmax(double[] z) {
    double max = Double.NEGATIVE_INFINITY;
    for (double v : z) {
      max = Math.max(max, v);
    }
    double sum = 0;
    for (int k = 0; k < z.length; k++) {
      z[k] = Math.exp(z[k] - max);
      sum += z[k];
    }
    for (int k = 0; k < z.length; k++) {
      z[k] /= sum;
    }
    return z;
  }
}
