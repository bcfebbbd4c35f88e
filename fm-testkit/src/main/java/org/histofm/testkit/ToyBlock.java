package org.histofm.testkit;

/** One residual block h + tanh(W h + b) of the toy network. Its arrays are shared, not copied. */
final class ToyBlock {
  private static final int DIM = ToyTrainableBackbone.DIM;

  private final float[] weight; // [DIM, DIM] row-major: outputs, inputs
  private final float[] bias; // [DIM]

  ToyBlock(float[] weight, float[] bias) {
    this.weight = weight;
    this.bias = bias;
  }

  float[] weight() {
    return weight;
  }

  float[] bias() {
    return bias;
  }

  double[] forward(double[] h) {
    double[] out = affine(h);
    for (int o = 0; o < DIM; o++) {
      out[o] = h[o] + Math.tanh(out[o]);
    }
    return out;
  }

  /** W h + b. */
  double[] affine(double[] h) {
    double[] out = widened(bias);
    addProduct(out, weight, h, 1);
    return out;
  }

  static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Adds scale · M x to {@code out}; M is [out.length, x.length]. */
  static void addProduct(double[] out, float[] matrix, double[] x, double scale) {
    for (int o = 0; o < out.length; o++) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += matrix[o * x.length + i] * x[i];
      }
      out[o] += scale * sum;
    }
  }

  /** Adds scale · Mᵀ y to {@code out}; M is [y.length, out.length]. */
  static void addTransposed(double[] out, float[] matrix, double[] y, double scale) {
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < out.length; i++) {
        out[i] += scale * y[o] * matrix[o * out.length + i];
      }
    }
  }

  /** Adds scale · y xᵀ to {@code matrix}, [y.length, x.length]. */
  static void addOuter(double[] matrix, double[] y, double[] x, double scale) {
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        matrix[o * x.length + i] += scale * y[o] * x[i];
      }
    }
  }
}
