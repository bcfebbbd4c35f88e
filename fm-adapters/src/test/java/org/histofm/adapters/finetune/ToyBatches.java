package org.histofm.adapters.finetune;

import java.util.ArrayList;
import java.util.List;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.testkit.ToySampleReader;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/** The toy's reader, which notes in which orders training asked for samples. */
final class ToyBatches implements SampleReader {
  private final ToySampleReader toy;
  private final List<List<String>> orders = new ArrayList<>();

  ToyBatches(Backbone backbone) {
    this.toy = new ToySampleReader(backbone);
  }

  /** Ids of the samples of every call that asked for augmented batches. */
  List<List<String>> trainingOrders() {
    return orders;
  }

  @Override
  public PixelStream batches(
      List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
    if (!augmentation.equals(Augmentation.none())) {
      orders.add(order.stream().map(Sample::id).toList());
    }
    return toy.batches(order, batchSize, augmentation, seed);
  }

  @Override
  public RgbImage image(Sample sample) {
    return toy.image(sample);
  }

  @Override
  public PixelBatch pixels(List<Sample> samples) {
    return toy.pixels(samples);
  }

  @Override
  public EmbeddingMatrix embeddings(List<Sample> samples, Progress progress) {
    return toy.embeddings(samples, progress);
  }

  @Override
  public List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress) {
    return toy.probe(samples, progress);
  }
}
