package org.histofm.benchmarks.peers;

import java.util.Random;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Weights;
import org.histofm.plugin.Options;
import org.histofm.plugin.Providers;
import org.histofm.tile.PixelBatch;

/** Embeds a batch: 8-bit pixels in memory to float32 embeddings in memory. */
final class EmbedWork implements Work {
  private final Backbone backbone;
  private final PixelBatch batch;

  EmbedWork(String id, Precision precision, int images, int threads) {
    backbone = open(id, Weights.random(Seed.of(0)), precision, threads);
    batch = noise(backbone, images);
  }

  static Backbone open(String id, Weights weights, Precision precision, int threads) {
    return Providers.of(BackboneProvider.class)
        .get(id)
        .open(
            BackboneRequest.of(id, weights)
                .withPrecision(precision)
                .withOptions(Options.none().with("threads", Integer.toString(threads))));
  }

  static PixelBatch noise(Backbone backbone, int images) {
    int size = backbone.card().preprocessing().crop();
    byte[] pixels = new byte[images * size * size * 3];
    new Random(0).nextBytes(pixels);
    return PixelBatch.ofBytes(images, size, size, pixels);
  }

  /** The facts of a backbone that decide its speed. */
  static String describe(Backbone backbone) {
    return backbone.facts().asMap().getOrDefault("precision", "")
        + ", "
        + backbone.facts().asMap().getOrDefault("variant", "");
  }

  @Override
  public String described() {
    return describe(backbone);
  }

  @Override
  public double millis() {
    long start = System.nanoTime();
    backbone.embed(batch);
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() {
    backbone.close();
  }
}
