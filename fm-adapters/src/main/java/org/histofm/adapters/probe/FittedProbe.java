package org.histofm.adapters.probe;

import java.nio.file.Path;
import java.util.List;
import org.histofm.Progress;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.Prediction;
import org.histofm.adapter.PredictionSink;
import org.histofm.adapter.SampleReader;
import org.histofm.adapters.internal.BackboneIdentity;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.provenance.Facts;

/** A fitted linear probe. Safe for concurrent use. */
final class FittedProbe implements FittedAdapter {
  /** Samples whose embeddings are held at once. */
  private static final int CHUNK = 4096;

  private final LinearClassifier classifier;
  private final BackboneIdentity backbone;
  private final Facts facts;
  private final List<String> warnings;
  private volatile boolean closed;

  FittedProbe(
      LinearClassifier classifier, BackboneIdentity backbone, Facts facts, List<String> warnings) {
    this.classifier = classifier;
    this.backbone = backbone;
    this.facts = facts;
    this.warnings = List.copyOf(warnings);
  }

  LinearClassifier classifier() {
    return classifier;
  }

  BackboneIdentity backbone() {
    return backbone;
  }

  @Override
  public void predict(
      List<Sample> samples, SampleReader reader, PredictionSink sink, Progress progress) {
    requireOpen();
    float[] scratch = new float[classifier.dim()];
    for (int start = 0; start < samples.size(); start += CHUNK) {
      int first = start;
      List<Sample> chunk = samples.subList(first, Math.min(first + CHUNK, samples.size()));
      EmbeddingMatrix embeddings =
          ProbeData.embeddings(
              chunk,
              reader,
              (stage, done, total) -> progress.update(stage, first + done, samples.size()));
      backbone.check(embeddings.dim());
      for (int i = 0; i < chunk.size(); i++) {
        sink.accept(
            Prediction.ofClassScores(
                chunk.get(i).id(), classifier.probabilities(embeddings, i, scratch)));
      }
    }
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
    ProbeFile.write(this, folder);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this linear probe is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
