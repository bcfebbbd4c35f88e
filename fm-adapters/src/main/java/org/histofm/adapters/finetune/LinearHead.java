package org.histofm.adapters.finetune;

import org.histofm.backbone.EmbeddingMatrix;

/**
 * The head: logits W e + b of an embedding e, and their softmax. Parameters are float32, all sums
 * double in a fixed order, so a row gives the same bits in any batch.
 *
 * <p>Immutable but for {@link HeadOptimiser}, which steps the arrays of a head that it owns.
 */
final class LinearHead {
  private final int classes;
  private final int dim;
  private final float[] weight; // [classes, dim]
  private final float[] bias; // [classes]

  LinearHead(int classes, int dim, float[] weight, float[] bias) {
    if (weight.length != classes * dim || bias.length != classes) {
      throw new IllegalArgumentException(
          weight.length
              + " weights and "
              + bias.length
              + " biases are not those of "
              + classes
              + " classes and "
              + dim
              + " dims");
    }
    this.classes = classes;
    this.dim = dim;
    this.weight = weight;
    this.bias = bias;
  }

  /**
   * A head of zeros. A random one would push the embeddings about, before it has learnt anything,
   * in directions that mean nothing; from zero the first steps are those of a linear probe.
   *
   * @see "Dosovitskiy et al. 2021, An image is worth 16x16 words, section 3.2: fine-tuning starts
   *     from a zero-initialized layer; Kumar et al. 2022, Fine-tuning can distort pretrained
   *     features"
   */
  static LinearHead zeros(int classes, int dim) {
    return new LinearHead(classes, dim, new float[classes * dim], new float[classes]);
  }

  /** A head of its own with the parameters as they are now. */
  LinearHead copy() {
    return new LinearHead(classes, dim, weight.clone(), bias.clone());
  }

  int classes() {
    return classes;
  }

  int dim() {
    return dim;
  }

  /** Not copied. */
  float[] weight() {
    return weight;
  }

  /** Not copied. */
  float[] bias() {
    return bias;
  }

  double[] logits(EmbeddingMatrix embeddings, int row) {
    double[] z = new double[classes];
    for (int k = 0; k < classes; k++) {
      double sum = bias[k];
      for (int d = 0; d < dim; d++) {
        sum += (double) weight[k * dim + d] * embeddings.get(row, d);
      }
      z[k] = sum;
    }
    return z;
  }

  /** Probability of each class, in [0, 1]. */
  double[] probabilities(EmbeddingMatrix embeddings, int row) {
    double[] p = logLikelihoods(embeddings, row);
    for (int k = 0; k < classes; k++) {
      p[k] = Math.exp(p[k]);
    }
    return p;
  }

  /** Logarithm of the probability of each class. */
  double[] logLikelihoods(EmbeddingMatrix embeddings, int row) {
    double[] z = logits(embeddings, row);
    double max = Double.NEGATIVE_INFINITY;
    for (double v : z) {
      max = Math.max(max, v);
    }
    double sum = 0;
    for (double v : z) {
      sum += Math.exp(v - max);
    }
    for (int k = 0; k < classes; k++) {
      // Rounding may not lift a probability over 1.
      z[k] = Math.min(0, z[k] - max - Math.log(sum));
    }
    return z;
  }
}
