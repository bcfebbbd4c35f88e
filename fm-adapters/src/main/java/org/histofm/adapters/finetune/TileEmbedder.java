package org.histofm.adapters.finetune;

import java.util.List;
import java.util.Optional;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;

/** Embeds samples as they are, a batch at a time. */
final class TileEmbedder {
  /** Samples that are embedded at once. */
  private static final int BATCH = 32;

  private TileEmbedder() {}

  /** Receives the embedding of one sample, which is a row of a matrix. */
  @FunctionalInterface
  interface RowSink {
    /**
     * Takes the next one.
     *
     * @param sample index of the sample; they come in order
     */
    void accept(int sample, EmbeddingMatrix embeddings, int row);
  }

  static void embed(List<Sample> samples, SampleReader reader, Backbone backbone, RowSink sink) {
    if (samples.isEmpty()) {
      return;
    }
    int done = 0;
    try (PixelStream stream = reader.batches(samples, BATCH, Augmentation.none(), Seed.of(0))) {
      for (Optional<PixelBatch> batch = stream.next(); batch.isPresent(); batch = stream.next()) {
        EmbeddingMatrix embeddings = backbone.embed(batch.get());
        for (int row = 0; row < embeddings.rows(); row++) {
          sink.accept(done++, embeddings, row);
        }
      }
    }
    if (done != samples.size()) {
      throw new IllegalStateException(
          "the sample reader gave " + done + " tiles for " + samples.size() + " samples");
    }
  }
}
