package org.histofm.benchmarks;

import java.util.concurrent.TimeUnit;
import org.histofm.Seed;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Tuning;
import org.histofm.backbone.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of one LoRA step on 16 images: forward, a linear head, backward, Adam. Rank 16 on qkv, proj,
 * fc1 and fc2 of every block, dropout 0.1, random weights, 8-bit pixels of the card's size in
 * memory. Decoding, resizing and augmentation are not timed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
public class LoraStepBenchmark {
  private static final int BATCH = 16;

  /** Id of the backbone. */
  @Param("vit-small-patch16-224")
  public String backbone;

  /** Number format. */
  @Param({"AUTO", "FP32"})
  public Precision precision;

  /** Where it runs: {@code cpu}, or {@code gpu} once a CUDA engine can be opened. */
  @Param("cpu")
  public String device;

  private TrainingStep step;

  /** Opens the backbone and begins to train it. */
  @Setup
  public void open() {
    Device.requireCpu(device);
    BackboneRequest request =
        BackboneRequest.of(backbone, Weights.random(Seed.of(0))).withPrecision(precision);
    step = TrainingStep.open(request, Tuning.lora(16), BATCH);
  }

  /** Takes one step. */
  @Benchmark
  public double step() {
    return step.take();
  }

  /** Frees the session and the backbone. */
  @TearDown
  public void close() {
    step.close();
  }
}
