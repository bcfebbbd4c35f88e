package org.histofm.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Weights;
import org.histofm.plugin.Providers;
import org.histofm.tile.PixelBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Embedding throughput in images per second, with random weights, from 8-bit pixels of the card's
 * size in memory to float32 embeddings in memory. Decoding and resizing are not timed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
public class EmbeddingBenchmark {
  /** Images of a batch. */
  public static final int BATCH = 16;

  /** Id of the backbone. */
  @Param({"vit-small-patch16-224", "vit-base-patch16-224"})
  public String backbone;

  /** Number format. */
  @Param({"AUTO", "FP32"})
  public Precision precision;

  /** Where it runs: {@code cpu}, or {@code gpu} once a CUDA engine can be opened. */
  @Param("cpu")
  public String device;

  private Backbone open;
  private PixelBatch batch;

  /** Opens the backbone and draws a batch of noise. */
  @Setup
  public void open() {
    Device.requireCpu(device);
    open =
        Providers.of(BackboneProvider.class)
            .get(backbone)
            .open(
                BackboneRequest.of(backbone, Weights.random(Seed.of(0))).withPrecision(precision));
    int size = open.card().preprocessing().crop();
    byte[] pixels = new byte[BATCH * size * size * 3];
    new Random(0).nextBytes(pixels);
    batch = PixelBatch.ofBytes(BATCH, size, size, pixels);
  }

  /** Embeds one batch. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public EmbeddingMatrix embed() {
    return open.embed(batch);
  }

  /** Frees the backbone. */
  @TearDown
  public void close() {
    open.close();
  }
}
