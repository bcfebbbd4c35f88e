package org.histofm.adapters.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.Prediction;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Preprocessing;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.provenance.Facts;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/** A cohort whose embeddings are given: what an adapter on cached embeddings sees. */
final class Fixed implements SampleReader {
  private final Map<String, float[]> rows = new LinkedHashMap<>();
  private final int dim;

  private Fixed(int dim) {
    this.dim = dim;
  }

  /** Samples {@code s0, s1 …} of the classes {@code c0, c1 …} in turn. */
  static Fixed of(EmbeddingMatrix embeddings) {
    Fixed fixed = new Fixed(embeddings.dim());
    for (int i = 0; i < embeddings.rows(); i++) {
      float[] row = new float[embeddings.dim()];
      embeddings.copyRow(i, row, 0);
      fixed.rows.put("s" + i, row);
    }
    return fixed;
  }

  /** A copy in which one value is another. */
  Fixed with(String id, int d, float value) {
    Fixed copy = new Fixed(dim);
    rows.forEach((name, row) -> copy.rows.put(name, row.clone()));
    Objects.requireNonNull(copy.rows.get(id))[d] = value;
    return copy;
  }

  static Cohort cohort(int from, int to, int classes) {
    List<Sample> samples = new ArrayList<>();
    for (int i = from; i < to; i++) {
      samples.add(
          Sample.of(
              "s" + i,
              "g" + i,
              new Source.ImageFile(Path.of("unused")),
              new Target.ClassLabel("c" + i % classes)));
    }
    return Cohort.of("fixed", new Task.Classification(Data.classes(classes)), samples);
  }

  FitRequest request(Cohort train, Path folder) {
    return FitRequest.of(backbone("fixed", dim, "aa11", "one"), this, train, folder);
  }

  List<Prediction> predict(FittedAdapter fitted, Cohort cohort) {
    List<Prediction> predictions = new ArrayList<>();
    fitted.predict(cohort.samples(), this, predictions::add, Progress.NONE);
    return predictions;
  }

  static Backbone backbone(String id, int dim, String hash, String variant) {
    BackboneCard card =
        BackboneCard.of(
            id, dim, Preprocessing.of(32, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)));
    return new Backbone() {
      @Override
      public BackboneCard card() {
        return card;
      }

      @Override
      public String weightsHash() {
        return hash;
      }

      @Override
      public boolean untrained() {
        return true;
      }

      @Override
      public Facts facts() {
        return Facts.none().with("variant", variant);
      }

      @Override
      public EmbeddingMatrix embed(PixelBatch batch) {
        throw new AssertionError("a probe reads embeddings");
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public EmbeddingMatrix embeddings(List<Sample> samples, Progress progress) {
    float[] values = new float[samples.size() * dim];
    for (int i = 0; i < samples.size(); i++) {
      float[] row = Objects.requireNonNull(rows.get(samples.get(i).id()));
      System.arraycopy(row, 0, values, i * dim, dim);
      progress.update("embed", i + 1L, samples.size());
    }
    return EmbeddingMatrix.wrap(samples.size(), dim, values);
  }

  @Override
  public RgbImage image(Sample sample) {
    throw new AssertionError("a probe reads embeddings");
  }

  @Override
  public PixelBatch pixels(List<Sample> samples) {
    throw new AssertionError("a probe reads embeddings");
  }

  @Override
  public PixelStream batches(
      List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
    throw new AssertionError("a probe reads embeddings");
  }

  @Override
  public List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress) {
    return List.of();
  }
}
