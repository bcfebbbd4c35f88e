package org.histofm.adapters.probe;

import java.util.Arrays;
import org.histofm.backbone.EmbeddingMatrix;

/**
 * The training data: N embeddings of D values, a class index and a weight each.
 *
 * <p>Embeddings stay float32 where they are; a row is widened to double (and standardised, if asked
 * for) whenever it is read. That halves memory and the traffic to it, and costs no accuracy: the
 * values are float32 anyway, and all arithmetic on them is double.
 *
 * <p>Immutable, safe for concurrent use.
 */
final class DesignMatrix {
  private final EmbeddingMatrix embeddings;
  private final int[] labels;
  private final double[] weights;
  private final double[] shift;
  private final double[] scale;
  private final double totalWeight;

  private DesignMatrix(
      EmbeddingMatrix embeddings, int[] labels, double[] weights, double[] shift, double[] scale) {
    this.embeddings = embeddings;
    this.labels = labels;
    this.weights = weights;
    this.shift = shift;
    this.scale = scale;
    double sum = 0;
    for (double w : weights) {
      sum += w;
    }
    this.totalWeight = sum;
  }

  /**
   * Embeddings as they are.
   *
   * @param labels class index of each of N embeddings
   * @param weights weight of each in the loss, positive
   */
  static DesignMatrix of(EmbeddingMatrix embeddings, int[] labels, double[] weights) {
    double[] ones = new double[embeddings.dim()];
    Arrays.fill(ones, 1);
    return new DesignMatrix(
        embeddings, labels.clone(), weights.clone(), new double[embeddings.dim()], ones);
  }

  /**
   * A copy in which every column has mean 0 and standard deviation 1 (divisor N, as scikit-learn's
   * {@code StandardScaler}); a constant column becomes 0.
   */
  DesignMatrix standardized() {
    double[] mean = new double[dim()];
    double[] deviation = new double[dim()];
    double[] row = new double[dim()];
    float[] scratch = new float[dim()];
    for (int i = 0; i < rows(); i++) {
      copyRow(i, scratch, row);
      Vectors.add(1.0 / rows(), row, mean);
    }
    for (int i = 0; i < rows(); i++) {
      copyRow(i, scratch, row);
      for (int j = 0; j < row.length; j++) {
        double d = row[j] - mean[j];
        deviation[j] += d * d;
      }
    }
    double[] inverse = new double[dim()];
    for (int j = 0; j < inverse.length; j++) {
      double sd = Math.sqrt(deviation[j] / rows());
      // A constant column may miss 0 by the rounding of its mean; the bound is scikit-learn's.
      inverse[j] = sd > rows() * Math.ulp(1.0) * Math.abs(mean[j]) ? 1 / sd : 1;
    }
    return new DesignMatrix(embeddings, labels, weights, mean, inverse);
  }

  /** N. */
  int rows() {
    return embeddings.rows();
  }

  /** D. */
  int dim() {
    return embeddings.dim();
  }

  /** Class index of sample {@code row}. */
  int label(int row) {
    return labels[row];
  }

  /** Weight of sample {@code row}. */
  double weight(int row) {
    return weights[row];
  }

  /** Sum of all weights. */
  double totalWeight() {
    return totalWeight;
  }

  /** What was subtracted from column {@code j}. */
  double shift(int j) {
    return shift[j];
  }

  /** By what column {@code j} was then multiplied. */
  double scale(int j) {
    return scale[j];
  }

  /**
   * Writes a row as the solver sees it.
   *
   * @param scratch room for D floats
   * @param target room for D doubles
   */
  void copyRow(int row, float[] scratch, double[] target) {
    embeddings.copyRow(row, scratch, 0);
    for (int j = 0; j < target.length; j++) {
      target[j] = (scratch[j] - shift[j]) * scale[j];
    }
  }
}
