package org.histofm.adapters.probe;

import java.util.Arrays;

/**
 * Penalised logistic loss, divided by the sum S of the sample weights s as scikit-learn 1.9 does:
 *
 * <pre>f(W, b) = 1/S · Σᵢ sᵢ · CE(yᵢ, W·xᵢ + b) + 1/(2·C·S) · ‖W‖²</pre>
 *
 * The intercept b is not penalised. With K &gt; 2 classes there are K outputs and CE is the softmax
 * cross-entropy; with two classes there is one output, the log-odds of the second class. The
 * minimum is that of scikit-learn's {@code LogisticRegression(C=C, solver="lbfgs")}.
 *
 * <p>Variables: W, [outputs, D] row-major, then b, [outputs].
 *
 * <p>One pass over the data serves value and gradient: a block of rows that fits the cache is
 * widened to double, multiplied by Wᵀ, turned into residuals, and multiplied back. Blocks are
 * grouped into a fixed number of stripes, whose sums are added in order: the number of threads
 * moves no bit.
 */
final class LogisticObjective implements Objective, AutoCloseable {
  /** Doubles in a block: 2 MB, so that it is still in cache when it is multiplied back. */
  private static final int BLOCK = 1 << 18;

  private static final int STRIPES = 16;

  /** Curvature taken for a sample that is classified beyond doubt. */
  private static final double FLATTEST = 1e-10;

  private final DesignMatrix data;
  private final Workers workers;
  private final int outputs;
  private final int dim;
  private final int blockRows;
  private final int blocks;
  private final NativeMatrix coefficients; // [D, outputs]
  private final Stripe[] stripes;
  private final Scratch[] scratch;
  private final double[] curvatures;
  private double penalty;

  /** Sums over one stripe of blocks. */
  private final class Stripe implements AutoCloseable {
    final NativeMatrix gradient = NativeMatrix.zeros(dim, outputs);
    final double[] intercepts = new double[outputs];
    double loss;

    @Override
    public void close() {
      gradient.close();
    }
  }

  /** What one worker needs for one block. */
  private final class Scratch implements AutoCloseable {
    final NativeMatrix rows = NativeMatrix.zeros(dim, blockRows); // a sample a column
    final NativeMatrix scores = NativeMatrix.zeros(blockRows, outputs);
    final double[] values = new double[blockRows * outputs];
    final float[] embedding = new float[dim];
    final double[] row = new double[dim];

    @Override
    public void close() {
      rows.close();
      scores.close();
    }
  }

  /**
   * With C = 1 until {@link #setInverseRegularization}.
   *
   * @param outputs 1 for two classes, else the number of classes
   */
  LogisticObjective(DesignMatrix data, int outputs, Workers workers) {
    this.data = data;
    this.workers = workers;
    this.outputs = outputs;
    this.dim = data.dim();
    this.blockRows = Math.max(16, Math.min(data.rows(), BLOCK / dim));
    this.blocks = (data.rows() + blockRows - 1) / blockRows;
    this.curvatures = new double[data.rows()];
    this.coefficients = NativeMatrix.zeros(dim, outputs);
    this.stripes = new Stripe[Math.min(STRIPES, blocks)];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = new Stripe();
    }
    this.scratch = new Scratch[Math.min(workers.count(), stripes.length)];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new Scratch();
    }
    setInverseRegularization(1);
  }

  /** Changes C. */
  void setInverseRegularization(double c) {
    penalty = 1 / (c * data.totalWeight());
  }

  /**
   * Curvature of the loss of every sample at the point evaluated last, times the sample's weight:
   * the mean over the outputs of p·(1 − p), with K &gt; 2 classes times K/(K − 1), so that it is
   * exact for all of them where the classes are equally likely (there each direction that sums to
   * zero over the classes has curvature 1/K). Never less than a small positive number.
   */
  double[] curvatures() {
    return curvatures.clone();
  }

  @Override
  public int size() {
    return outputs * (dim + 1);
  }

  @Override
  public double evaluate(double[] x, double[] gradient) {
    int weights = outputs * dim;
    coefficients.put(0, x, 0, weights);
    workers.run(stripes.length, (stripe, worker) -> sum(stripe, scratch[worker], x));

    double loss = 0;
    Arrays.fill(gradient, 0);
    double[] part = new double[weights];
    for (Stripe stripe : stripes) {
      loss += stripe.loss;
      stripe.gradient.get(0, part, 0, weights);
      for (int i = 0; i < weights; i++) {
        gradient[i] += part[i];
      }
      for (int k = 0; k < outputs; k++) {
        gradient[weights + k] += stripe.intercepts[k];
      }
    }
    double squares = 0;
    for (int i = 0; i < weights; i++) {
      squares += x[i] * x[i];
      gradient[i] += penalty * x[i];
    }
    return loss + 0.5 * penalty * squares;
  }

  private void sum(int number, Scratch local, double[] x) {
    Stripe stripe = stripes[number];
    int firstBlock = (int) ((long) blocks * number / stripes.length);
    int endBlock = (int) ((long) blocks * (number + 1) / stripes.length);
    stripe.loss = 0;
    Arrays.fill(stripe.intercepts, 0);
    for (int block = firstBlock; block < endBlock; block++) {
      int first = block * blockRows;
      int count = Math.min(blockRows, data.rows() - first);
      for (int i = 0; i < count; i++) {
        data.copyRow(first + i, local.embedding, local.row);
        local.rows.put(i * dim, local.row, 0, dim);
      }
      local.scores.product(1, local.rows, true, coefficients, false, 0);
      local.scores.get(0, local.values, 0, local.values.length);
      if (outputs == 1) {
        binaryResiduals(stripe, local.values, first, count, x);
      } else {
        softmaxResiduals(stripe, local.values, first, count, x);
      }
      // Rows left over from the last block count nothing: their residual is 0.
      for (int k = 0; k < outputs; k++) {
        Arrays.fill(local.values, k * blockRows + count, (k + 1) * blockRows, 0);
      }
      local.scores.put(0, local.values, 0, local.values.length);
      stripe.gradient.product(
          1, local.rows, false, local.scores, false, block == firstBlock ? 0 : 1);
    }
  }

  /** Adds the loss; turns scores into their derivatives. */
  private void softmaxResiduals(Stripe stripe, double[] z, int first, int count, double[] x) {
    int intercepts = outputs * dim;
    double[] e = new double[outputs];
    for (int i = 0; i < count; i++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < outputs; k++) {
        e[k] = z[k * blockRows + i] + x[intercepts + k];
        max = Math.max(max, e[k]);
      }
      int label = data.label(first + i);
      double ownScore = e[label];
      double others = 0;
      for (int k = 0; k < outputs; k++) {
        e[k] = Math.exp(e[k] - max);
        others += k == label ? 0 : e[k];
      }
      double sum = others + e[label];
      double weight = data.weight(first + i) / data.totalWeight();
      double squares = 0;
      for (int k = 0; k < outputs; k++) {
        squares += e[k] * e[k];
      }
      curvatures[first + i] =
          data.weight(first + i) * Math.max(FLATTEST, (1 - squares / (sum * sum)) / (outputs - 1));
      // log1p keeps the digits of a loss near 0, where the sum is all but 1.
      stripe.loss +=
          weight * (ownScore == max ? Math.log1p(others) : Math.log(sum) + max - ownScore);
      for (int k = 0; k < outputs; k++) {
        // p − 1 of the true class as −Σ of the others: exact where p is all but 1.
        double residual = weight * (k == label ? -others : e[k]) / sum;
        z[k * blockRows + i] = residual;
        stripe.intercepts[k] += residual;
      }
    }
  }

  private void binaryResiduals(Stripe stripe, double[] z, int first, int count, double[] x) {
    double intercept = x[dim];
    for (int i = 0; i < count; i++) {
      // The margin: positive where the sample is on its side.
      double side = data.label(first + i) == 1 ? 1 : -1;
      double margin = side * (z[i] + intercept);
      double small = Math.exp(-Math.abs(margin));
      double weight = data.weight(first + i) / data.totalWeight();
      stripe.loss += weight * (Math.log1p(small) + Math.max(0, -margin));
      curvatures[first + i] =
          data.weight(first + i) * Math.max(FLATTEST, small / ((1 + small) * (1 + small)));
      double residual = -side * weight * (margin > 0 ? small : 1) / (1 + small);
      z[i] = residual;
      stripe.intercepts[0] += residual;
    }
  }

  @Override
  public void close() {
    coefficients.close();
    for (Stripe stripe : stripes) {
      stripe.close();
    }
    for (Scratch s : scratch) {
      s.close();
    }
  }
}
