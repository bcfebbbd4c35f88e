package org.histofm.adapters.probe;

import org.jspecify.annotations.Nullable;

/**
 * The Hessian of {@link LogisticObjective} at a point, averaged over the outputs, as a
 * preconditioner.
 *
 * <p>With h the curvature of each sample there ({@link LogisticObjective#curvatures}), x̄ the mean
 * of the embeddings weighted by it, S the sum of the sample weights, and the intercept counted from
 * x̄ (b + W·x̄ in place of b), it falls into two parts, the same for every output:
 *
 * <pre>1/S · Σᵢ hᵢ (xᵢ − x̄)(xᵢ − x̄)ᵀ + 1/(C·S) · I   for W,      1/S · Σᵢ hᵢ   for b</pre>
 *
 * <p>With two classes, or at zero weights, this is the Hessian itself. Embeddings are strongly
 * correlated and their columns differ in scale, so plain L-BFGS needs hundreds of passes over the
 * data; with this it needs tens, and neither scale nor mean of a column matters. The objective is
 * not touched, only the way to its minimum: docs/decisions/0003-linear-probe.md has the figures.
 *
 * <p>With more than {@value #SAMPLES_PER_DIM}·D samples, evenly spaced ones stand for all. With
 * fewer samples than D the inverse goes through their N × N products (Woodbury).
 *
 * <p>Confined to one thread.
 *
 * @see "Nocedal and Wright 2006, Numerical Optimization, 2nd edition, section 7.1, on H₀"
 */
final class AverageHessian implements Preconditioner, AutoCloseable {
  private static final int SAMPLES_PER_DIM = 4;

  /**
   * Added to the diagonal of the products, relative to it: they may be singular, and with a large C
   * the identity alone would drown in their rounding.
   */
  private static final double JITTER = 1e-10;

  private final int dim;
  private final int outputs;
  private final double inverseRegularization;
  private final double totalWeight;
  private final CentredSamples samples;
  private final CholeskyFactor factor;
  private final @Nullable SampleSpace sampleSpace;
  private final double[] values;

  /**
   * @param curvatures of every sample, positive
   * @param outputs 1 for two classes, else the number of classes
   * @param c inverse regularisation
   */
  AverageHessian(DesignMatrix data, double[] curvatures, int outputs, double c, Workers workers) {
    this.dim = data.dim();
    this.outputs = outputs;
    this.inverseRegularization = c;
    this.totalWeight = data.totalWeight();
    this.values = new double[dim * outputs];
    int used = (int) Math.min(data.rows(), (long) SAMPLES_PER_DIM * dim);
    this.samples = new CentredSamples(data, curvatures, used);
    if (used >= dim) {
      sampleSpace = null;
      factor = factor(FeatureProducts.of(samples, workers), dim);
    } else {
      sampleSpace = new SampleSpace(samples, outputs);
      factor = factor(sampleSpace.products(), used);
    }
  }

  /** Of I + C · products, which is C·S times the part for W. */
  private CholeskyFactor factor(double[] products, int side) {
    for (int j = 0; j < side; j++) {
      for (int i = j; i < side; i++) {
        products[j * side + i] *= inverseRegularization;
      }
      products[j * side + j] = 1 + products[j * side + j] * (1 + JITTER);
    }
    return CholeskyFactor.of(products, side);
  }

  /** Writes the product of the inverse with {@code r} to {@code result}. */
  @Override
  public void apply(double[] r, double[] result) {
    int weights = outputs * dim;
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < dim; j++) {
        values[k * dim + j] = r[k * dim + j] - samples.mean(j) * r[weights + k];
      }
    }
    if (sampleSpace == null) {
      factor.solve(values, outputs);
    } else {
      sampleSpace.solve(factor, inverseRegularization, values);
    }
    double scale = inverseRegularization * totalWeight;
    for (int k = 0; k < outputs; k++) {
      double moved = 0;
      for (int j = 0; j < dim; j++) {
        double w = scale * values[k * dim + j];
        result[k * dim + j] = w;
        moved += samples.mean(j) * w;
      }
      result[weights + k] = r[weights + k] * totalWeight / samples.totalCurvature() - moved;
    }
  }

  @Override
  public void close() {
    if (sampleSpace != null) {
      sampleSpace.close();
    }
  }

  /** The samples as columns Y, [D, N]: I + c·YYᵀ is inverted through I + c·YᵀY. */
  private static final class SampleSpace implements AutoCloseable {
    private final NativeMatrix columns; // [D, N]
    private final NativeMatrix right; // [D, outputs]
    private final NativeMatrix inner; // [N, outputs]
    private final double[] innerValues;

    SampleSpace(CentredSamples samples, int outputs) {
      int dim = samples.dim();
      int n = samples.count();
      columns = NativeMatrix.zeros(dim, n);
      right = NativeMatrix.zeros(dim, outputs);
      inner = NativeMatrix.zeros(n, outputs);
      innerValues = new double[n * outputs];
      double[] row = new double[dim];
      float[] scratch = new float[dim];
      for (int i = 0; i < n; i++) {
        samples.copyRow(i, scratch, row);
        columns.put(i * dim, row, 0, dim);
      }
    }

    /** YᵀY, [N, N]. */
    double[] products() {
      int n = columns.columns();
      double[] values = new double[n * n];
      try (NativeMatrix products = NativeMatrix.zeros(n, n)) {
        products.product(1, columns, true, columns, false, 0);
        products.get(0, values, 0, values.length);
      }
      return values;
    }

    /** Replaces B by B − c·Y·(I + c·YᵀY)⁻¹·Yᵀ·B. */
    void solve(CholeskyFactor factor, double c, double[] b) {
      right.put(0, b, 0, b.length);
      inner.product(1, columns, true, right, false, 0);
      inner.get(0, innerValues, 0, innerValues.length);
      factor.solve(innerValues, inner.columns());
      inner.put(0, innerValues, 0, innerValues.length);
      right.product(-c, columns, false, inner, false, 1);
      right.get(0, b, 0, b.length);
    }

    @Override
    public void close() {
      columns.close();
      right.close();
      inner.close();
    }
  }
}
