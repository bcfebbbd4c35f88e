package org.histofm.benchmarks.peers;

import org.histofm.Seed;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Tuning;
import org.histofm.backbone.Weights;
import org.histofm.benchmarks.TrainingStep;
import org.histofm.plugin.Options;

/** Trains on one batch, again and again. */
final class TrainWork implements Work {
  private final TrainingStep step;

  TrainWork(Tuning tuning, String id, Precision precision, int images, int threads) {
    step =
        TrainingStep.open(
            BackboneRequest.of(id, Weights.random(Seed.of(0)))
                .withPrecision(precision)
                .withOptions(Options.none().with("threads", Integer.toString(threads))),
            tuning,
            images);
  }

  /** The tunings that are measured, by their name in {@link WorkerMain}'s arguments. */
  static Tuning tuning(String name) {
    return switch (name) {
      case "lora" -> Tuning.lora(16);
      case "full" -> new Tuning.Full(Optimiser.adam());
      default -> throw new IllegalArgumentException("there is no work " + name);
    };
  }

  @Override
  public String described() {
    return EmbedWork.describe(step.backbone());
  }

  @Override
  public double millis() {
    long start = System.nanoTime();
    step.take();
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() {
    step.close();
  }
}
