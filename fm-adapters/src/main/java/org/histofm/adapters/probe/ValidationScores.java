package org.histofm.adapters.probe;

import org.histofm.backbone.EmbeddingMatrix;

/** Scores classifiers on validation data, to choose among them. Immutable. */
final class ValidationScores {
  private final EmbeddingMatrix embeddings;
  private final int[] labels;
  private final int classes;

  /**
   * How good a classifier is; the better one is the greater one.
   *
   * @param balancedAccuracy mean recall over the classes present
   * @param logLoss mean −log of the probability of the true class
   */
  record Score(double balancedAccuracy, double logLoss) implements Comparable<Score> {
    @Override
    public int compareTo(Score other) {
      int byAccuracy = Double.compare(balancedAccuracy, other.balancedAccuracy);
      return byAccuracy != 0 ? byAccuracy : Double.compare(other.logLoss, logLoss);
    }
  }

  ValidationScores(EmbeddingMatrix embeddings, int[] labels, int classes) {
    this.embeddings = embeddings;
    this.labels = labels.clone();
    this.classes = classes;
  }

  /** Number of samples. */
  int size() {
    return labels.length;
  }

  Score of(LinearClassifier classifier) {
    int[] right = new int[classes];
    double logLoss = 0;
    float[] scratch = new float[embeddings.dim()];
    for (int i = 0; i < labels.length; i++) {
      double[] p = classifier.probabilities(embeddings, i, scratch);
      // A probability may underflow to 0, whose logarithm would end all comparison.
      logLoss -= Math.log(Math.max(p[labels[i]], Double.MIN_NORMAL));
      int best = 0;
      for (int k = 1; k < classes; k++) {
        best = p[k] > p[best] ? k : best;
      }
      right[labels[i]] += best == labels[i] ? 1 : 0;
    }
    int[] counts = ProbeData.counts(labels, classes);
    double recalls = 0;
    int present = 0;
    for (int k = 0; k < classes; k++) {
      if (counts[k] > 0) {
        recalls += (double) right[k] / counts[k];
        present++;
      }
    }
    return new Score(recalls / present, logLoss / labels.length);
  }
}
