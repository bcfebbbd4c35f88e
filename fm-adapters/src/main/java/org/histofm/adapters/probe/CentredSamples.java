package org.histofm.adapters.probe;

/**
 * Evenly spaced samples of the training data that stand for all of it, each as √h · (x − x̄) with h
 * its curvature and x̄ the mean weighted by the curvatures. Immutable, safe for concurrent use.
 */
final class CentredSamples {
  private final DesignMatrix data;
  private final double[] curvatures;
  private final int count;
  private final double[] mean;
  private final double totalCurvature;

  /**
   * @param curvatures of every sample of the data, positive
   * @param count how many to use, at most all
   */
  CentredSamples(DesignMatrix data, double[] curvatures, int count) {
    this.data = data;
    this.curvatures = curvatures.clone();
    this.count = count;
    this.mean = new double[data.dim()];
    double[] row = new double[data.dim()];
    float[] scratch = new float[data.dim()];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      data.copyRow(index(i), scratch, row);
      Vectors.add(curvature(i), row, mean);
      sum += curvature(i);
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= sum;
    }
    this.totalCurvature = sum;
  }

  private int index(int i) {
    return (int) ((long) i * data.rows() / count);
  }

  private double curvature(int i) {
    return curvatures[index(i)] * data.rows() / count;
  }

  /** Width of a sample. */
  int dim() {
    return data.dim();
  }

  /** How many are used. */
  int count() {
    return count;
  }

  /** x̄ in column {@code j}. */
  double mean(int j) {
    return mean[j];
  }

  /** Sum of the curvatures, scaled up to all samples. */
  double totalCurvature() {
    return totalCurvature;
  }

  /**
   * Writes sample {@code i} of {@link #count}.
   *
   * @param scratch room for D floats
   * @param target room for D doubles
   */
  void copyRow(int i, float[] scratch, double[] target) {
    data.copyRow(index(i), scratch, target);
    double root = Math.sqrt(curvature(i));
    for (int j = 0; j < target.length; j++) {
      target[j] = (target[j] - mean[j]) * root;
    }
  }
}
