package org.histofm.adapters.finetune;

import java.util.ArrayList;
import java.util.List;
import org.histofm.adapter.SampleReader;
import org.histofm.adapters.internal.ValidationScore;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Sample;

/**
 * Scores a backbone with its head on validation samples, by the path that predictions take.
 * Immutable.
 */
final class Validation {
  private final List<Sample> samples;
  private final int[] labels;
  private final SampleReader reader;

  /**
   * @param samples at least one
   * @param labels class index of each; not copied
   */
  Validation(List<Sample> samples, int[] labels, SampleReader reader) {
    this.samples = samples;
    this.labels = labels;
    this.reader = reader;
  }

  /** Number of samples. */
  int size() {
    return labels.length;
  }

  ValidationScore score(Backbone backbone, LinearHead head) {
    List<double[]> probabilities = new ArrayList<>();
    TileEmbedder.embed(
        samples,
        reader,
        backbone,
        (sample, embeddings, row) -> probabilities.add(head.probabilities(embeddings, row)));
    return ValidationScore.of(labels, head.classes(), probabilities::get);
  }
}
