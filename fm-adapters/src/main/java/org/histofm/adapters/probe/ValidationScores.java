package org.histofm.adapters.probe;

import org.histofm.adapters.internal.ValidationScore;
import org.histofm.backbone.EmbeddingMatrix;

/** Scores classifiers on validation data, to choose among them. Immutable. */
final class ValidationScores {
  private final EmbeddingMatrix embeddings;
  private final int[] labels;
  private final int classes;

  ValidationScores(EmbeddingMatrix embeddings, int[] labels, int classes) {
    this.embeddings = embeddings;
    this.labels = labels.clone();
    this.classes = classes;
  }

  /** Number of samples. */
  int size() {
    return labels.length;
  }

  ValidationScore of(LinearClassifier classifier) {
    float[] scratch = new float[embeddings.dim()];
    return ValidationScore.of(
        labels, classes, i -> classifier.probabilities(embeddings, i, scratch));
  }
}
