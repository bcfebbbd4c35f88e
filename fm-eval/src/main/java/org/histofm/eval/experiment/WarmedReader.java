package org.histofm.eval.experiment;

import com.google.common.collect.Lists;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/**
 * What adapters read through. The first request for embeddings embeds the whole experiment in the
 * cohort's order, so that batches are composed alike in an unbroken and in a resumed experiment and
 * not even the last bit of a prediction differs; an adapter that reads pixels alone costs no
 * embedding. Samples to predict come without their label and are looked up here.
 */
final class WarmedReader implements SampleReader {
  private final SampleReader reader;
  private final List<Sample> all;
  private final Map<String, Sample> byId = new HashMap<>();
  private boolean warm;

  WarmedReader(SampleReader reader, List<Sample> all) {
    this.reader = reader;
    this.all = all;
    all.forEach(s -> byId.put(s.id(), s));
  }

  private Sample original(Sample sample) {
    return byId.getOrDefault(sample.id(), sample);
  }

  private List<Sample> originals(List<Sample> samples) {
    return samples.stream().map(this::original).toList();
  }

  @Override
  public RgbImage image(Sample sample) {
    return reader.image(original(sample));
  }

  @Override
  public PixelBatch pixels(List<Sample> samples) {
    return reader.pixels(originals(samples));
  }

  @Override
  public PixelStream batches(
      List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
    // A view, since samples may be made only when they are asked for.
    return reader.batches(Lists.transform(order, this::original), batchSize, augmentation, seed);
  }

  @Override
  public EmbeddingMatrix embeddings(List<Sample> samples, Progress progress) {
    warmUp(progress);
    return reader.embeddings(originals(samples), progress);
  }

  private synchronized void warmUp(Progress progress) {
    if (!warm) {
      reader.embeddings(all, progress);
      warm = true;
    }
  }

  @Override
  public List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress) {
    return reader.probe(originals(samples), progress);
  }
}
