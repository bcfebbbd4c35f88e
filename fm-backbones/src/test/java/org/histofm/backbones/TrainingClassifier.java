package org.histofm.backbones;

import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.StepSpec;

/**
 * A linear classifier with softmax cross-entropy that learns beside a session, in plain loops.
 *
 * <p>K classes, D embedding width.
 */
final class TrainingClassifier {
  private final int dim;
  private final Parameter weight; // [K, D]
  private final Parameter bias; // [K]
  private int steps;

  TrainingClassifier(float[] weight, float[] bias) {
    this.dim = weight.length / bias.length;
    this.weight = new Parameter(weight);
    this.bias = new Parameter(bias);
  }

  /** Loss of a batch and its gradient with respect to the embeddings; keeps its own gradients. */
  record Result(double loss, EmbeddingMatrix gradient) {}

  Result learn(EmbeddingMatrix embedding, int[] labels) {
    int classes = bias.value.length;
    int rows = embedding.rows();
    weight.gradient = new double[classes * dim];
    bias.gradient = new double[classes];
    float[] back = new float[rows * dim];
    double loss = 0;
    for (int row = 0; row < rows; row++) {
      double[] logits = bias.value.clone();
      for (int k = 0; k < classes; k++) {
        for (int d = 0; d < dim; d++) {
          logits[k] += weight.value[k * dim + d] * embedding.get(row, d);
        }
      }
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit);
      }
      loss += (Math.log(sum) - logits[labels[row]]) / rows;
      double[] rowBack = new double[dim];
      for (int k = 0; k < classes; k++) {
        double g = (Math.exp(logits[k]) / sum - (k == labels[row] ? 1 : 0)) / rows;
        bias.gradient[k] += g;
        for (int d = 0; d < dim; d++) {
          weight.gradient[k * dim + d] += g * embedding.get(row, d);
          rowBack[d] += g * weight.value[k * dim + d];
        }
      }
      for (int d = 0; d < dim; d++) {
        back[row * dim + d] = (float) rowBack[d];
      }
    }
    return new Result(loss, EmbeddingMatrix.wrap(rows, dim, back));
  }

  /** The weight's value, or its gradient of the last batch; [K, D]. */
  float[] weight(boolean gradient) {
    return weight.floats(gradient);
  }

  /** The bias's value, or its gradient of the last batch; [K]. */
  float[] bias(boolean gradient) {
    return bias.floats(gradient);
  }

  void step(Optimiser optimiser, StepSpec spec) {
    steps++;
    weight.step(optimiser, spec.learningRate("head"), spec.weightDecay(), steps);
    bias.step(optimiser, spec.learningRate("head"), 0, steps);
  }

  private static final class Parameter {
    final double[] value;
    double[] gradient;
    private final double[] first;
    private final double[] second;

    Parameter(float[] start) {
      value = new double[start.length];
      for (int i = 0; i < start.length; i++) {
        value[i] = start[i];
      }
      gradient = new double[start.length];
      first = new double[start.length];
      second = new double[start.length];
    }

    float[] floats(boolean ofGradient) {
      double[] from = ofGradient ? gradient : value;
      float[] floats = new float[from.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) from[i];
      }
      return floats;
    }

    void step(Optimiser optimiser, double rate, double decay, int step) {
      double beta1 = optimiser.beta1();
      double beta2 = optimiser.beta2();
      for (int i = 0; i < value.length; i++) {
        double g = gradient[i];
        if (optimiser.rule() == Optimiser.Rule.ADAMW) {
          value[i] -= rate * decay * value[i];
        } else {
          g += decay * value[i];
        }
        if (optimiser.rule() == Optimiser.Rule.SGD) {
          value[i] -= rate * g;
          continue;
        }
        first[i] = beta1 * first[i] + (1 - beta1) * g;
        second[i] = beta2 * second[i] + (1 - beta2) * g * g;
        double root = Math.sqrt(second[i] / (1 - Math.pow(beta2, step)));
        value[i] -= rate * first[i] / (1 - Math.pow(beta1, step)) / (root + optimiser.epsilon());
      }
    }
  }
}
