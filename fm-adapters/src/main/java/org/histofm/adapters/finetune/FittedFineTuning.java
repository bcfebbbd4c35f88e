package org.histofm.adapters.finetune;

import java.nio.file.Path;
import java.util.List;
import org.histofm.Progress;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.Prediction;
import org.histofm.adapter.PredictionSink;
import org.histofm.adapter.SampleReader;
import org.histofm.adapters.internal.BackboneIdentity;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Sample;
import org.histofm.provenance.Facts;

/**
 * A fine-tuned backbone with its head. Owns the backbone. Safe for concurrent use. Saving copies
 * the file of parameters, which has to be still there.
 */
final class FittedFineTuning implements FittedAdapter {
  private final FineTuningSettings settings;
  private final BackboneIdentity base;
  private final List<String> classes;
  private final LinearHead head;
  private final Backbone adapted;
  private final Path parameters;
  private final Facts facts;
  private final List<String> warnings;
  private volatile boolean closed;

  /**
   * @param base the backbone before it was fine-tuned
   * @param adapted the backbone after; becomes this one's own
   * @param parameters the file that it was opened from
   */
  FittedFineTuning(
      FineTuningSettings settings,
      BackboneIdentity base,
      List<String> classes,
      LinearHead head,
      Backbone adapted,
      Path parameters,
      Facts facts,
      List<String> warnings) {
    this.settings = settings;
    this.base = base;
    this.classes = List.copyOf(classes);
    this.head = head;
    this.adapted = adapted;
    this.parameters = parameters;
    this.facts = facts;
    this.warnings = List.copyOf(warnings);
  }

  FineTuningSettings settings() {
    return settings;
  }

  BackboneIdentity base() {
    return base;
  }

  List<String> classes() {
    return classes;
  }

  LinearHead head() {
    return head;
  }

  Path parameters() {
    return parameters;
  }

  @Override
  public void predict(
      List<Sample> samples, SampleReader reader, PredictionSink sink, Progress progress) {
    requireOpen();
    TileEmbedder.embed(
        samples,
        reader,
        adapted,
        (sample, embeddings, row) -> {
          sink.accept(
              Prediction.ofClassScores(
                  samples.get(sample).id(), head.probabilities(embeddings, row)));
          progress.update("predict with " + settings.id(), sample + 1L, samples.size());
        });
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void save(Path folder) {
    requireOpen();
    FineTuningFile.write(this, folder);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this fine-tuned backbone is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    adapted.close();
  }
}
