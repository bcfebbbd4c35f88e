package org.histofm.adapters.finetune;

import org.histofm.backbone.EmbeddingMatrix;

/**
 * Cross-entropy of one batch behind a linear head, Σ wᵢ·(−log pᵢ) / Σ wᵢ, where pᵢ is the
 * probability of the true class of sample i and wᵢ the weight of that class; and its gradients.
 * Sums are double, gradients then rounded to float32.
 *
 * @see "torch.nn.functional.cross_entropy with weight and reduction mean"
 */
final class SoftmaxLoss {
  private final double value;
  private final EmbeddingMatrix embeddingGradient;
  private final float[] weightGradient; // [classes, dim]
  private final float[] biasGradient; // [classes]

  /**
   * @param labels class index of each row
   * @param classWeights weight of each class, positive
   */
  SoftmaxLoss(LinearHead head, EmbeddingMatrix embeddings, int[] labels, double[] classWeights) {
    int dim = head.dim();
    int classes = head.classes();
    double total = 0;
    for (int label : labels) {
      total += classWeights[label];
    }
    double loss = 0;
    double[] ofWeight = new double[classes * dim];
    double[] ofBias = new double[classes];
    float[] ofEmbedding = new float[labels.length * dim];
    for (int i = 0; i < labels.length; i++) {
      double share = classWeights[labels[i]] / total;
      double[] logP = head.logLikelihoods(embeddings, i);
      loss -= share * logP[labels[i]];
      double[] ofRow = new double[dim];
      for (int k = 0; k < classes; k++) {
        double ofLogit = share * (Math.exp(logP[k]) - (k == labels[i] ? 1 : 0));
        ofBias[k] += ofLogit;
        for (int d = 0; d < dim; d++) {
          ofWeight[k * dim + d] += ofLogit * embeddings.get(i, d);
          ofRow[d] += ofLogit * head.weight()[k * dim + d];
        }
      }
      for (int d = 0; d < dim; d++) {
        ofEmbedding[i * dim + d] = (float) ofRow[d];
      }
    }
    this.value = loss;
    this.embeddingGradient = EmbeddingMatrix.wrap(labels.length, dim, ofEmbedding);
    this.weightGradient = rounded(ofWeight);
    this.biasGradient = rounded(ofBias);
  }

  private static float[] rounded(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  double value() {
    return value;
  }

  EmbeddingMatrix embeddingGradient() {
    return embeddingGradient;
  }

  /** Not copied. */
  float[] weightGradient() {
    return weightGradient;
  }

  /** Not copied. */
  float[] biasGradient() {
    return biasGradient;
  }

  /** Euclidean norm of the gradients of the head's parameters. */
  double headGradientNorm() {
    double squares = 0;
    for (float g : weightGradient) {
      squares += (double) g * g;
    }
    for (float g : biasGradient) {
      squares += (double) g * g;
    }
    return Math.sqrt(squares);
  }
}
