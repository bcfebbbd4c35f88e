package org.histofm.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.histofm.Seed;
import org.histofm.backbone.EmbeddingMatrix;

/**
 * A linear layer with softmax cross-entropy on labels that alternate, averaged over the batch, and
 * Adam: what stands behind the backbone in a training step that is timed. Confined to one thread.
 */
final class SoftmaxHead {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final int classes;
  private final int dim;
  // weights [classes, dim], then biases [classes]
  private final double[] parameters;
  private final double[] gradients;
  private final double[] first;
  private final double[] second;
  private int steps;
  private double loss;

  SoftmaxHead(int classes, int dim, Seed seed) {
    this.classes = classes;
    this.dim = dim;
    parameters = new double[classes * (dim + 1)];
    gradients = new double[parameters.length];
    first = new double[parameters.length];
    second = new double[parameters.length];
    SplittableRandom random = seed.derive("head").random();
    for (int i = 0; i < classes * dim; i++) {
      parameters[i] = (2 * random.nextDouble() - 1) / Math.sqrt(dim);
    }
  }

  /** Computes loss and gradients; returns that of the embedding, [count, dim]. */
  EmbeddingMatrix gradient(EmbeddingMatrix embedding) {
    int count = embedding.rows();
    float[] result = new float[count * dim];
    Arrays.fill(gradients, 0);
    loss = 0;
    double[] error = new double[classes];
    for (int row = 0; row < count; row++) {
      double sum = 0;
      double highest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        error[c] = logit(embedding, row, c);
        highest = Math.max(highest, error[c]);
      }
      for (int c = 0; c < classes; c++) {
        error[c] = Math.exp(error[c] - highest);
        sum += error[c];
      }
      int label = row % classes;
      loss -= Math.log(error[label] / sum) / count;
      for (int c = 0; c < classes; c++) {
        double e = (error[c] / sum - (c == label ? 1 : 0)) / count;
        gradients[classes * dim + c] += e;
        for (int d = 0; d < dim; d++) {
          gradients[c * dim + d] += e * embedding.get(row, d);
          result[row * dim + d] += (float) (e * parameters[c * dim + d]);
        }
      }
    }
    return EmbeddingMatrix.wrap(count, dim, result);
  }

  private double logit(EmbeddingMatrix embedding, int row, int c) {
    double logit = parameters[classes * dim + c];
    for (int d = 0; d < dim; d++) {
      logit += parameters[c * dim + d] * embedding.get(row, d);
    }
    return logit;
  }

  /** The loss that {@link #gradient} met last. */
  double loss() {
    return loss;
  }

  /** Moves the parameters by Adam. */
  void step(double learningRate) {
    steps++;
    for (int i = 0; i < parameters.length; i++) {
      first[i] = BETA1 * first[i] + (1 - BETA1) * gradients[i];
      second[i] = BETA2 * second[i] + (1 - BETA2) * gradients[i] * gradients[i];
      double mean = first[i] / (1 - Math.pow(BETA1, steps));
      double spread = Math.sqrt(second[i] / (1 - Math.pow(BETA2, steps)));
      parameters[i] -= learningRate * mean / (spread + EPSILON);
    }
  }
}
