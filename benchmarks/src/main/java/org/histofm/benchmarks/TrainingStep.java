package org.histofm.benchmarks;

import java.util.Random;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.plugin.Providers;
import org.histofm.tile.PixelBatch;

/**
 * One optimiser step on a batch of noise, as a training loop takes it: forward, a linear head of
 * two classes with softmax cross-entropy, backward, a step of backbone and head. Confined to one
 * thread; whoever opened it closes it.
 */
public final class TrainingStep implements AutoCloseable {
  private static final double LEARNING_RATE = 1e-4;

  private final Backbone backbone;
  private final TrainingSession session;
  private final PixelBatch batch;
  private final SoftmaxHead head;

  private TrainingStep(TrainableBackbone backbone, TrainingSession session, int images) {
    this.backbone = backbone;
    this.session = session;
    int size = backbone.card().preprocessing().crop();
    byte[] pixels = new byte[images * size * size * 3];
    new Random(0).nextBytes(pixels);
    batch = PixelBatch.ofBytes(images, size, size, pixels);
    head = new SoftmaxHead(2, backbone.card().embeddingDim(), Seed.of(0));
  }

  /**
   * Opens the backbone and a session.
   *
   * @param images of the batch; their labels alternate
   * @throws InputException if the backbone does not train this way
   */
  public static TrainingStep open(BackboneRequest request, Tuning tuning, int images) {
    Backbone backbone = Providers.of(BackboneProvider.class).get(request.id()).open(request);
    try {
      if (!(backbone instanceof TrainableBackbone trainable) || !trainable.supports(tuning)) {
        throw new InputException(
            "Backbone " + request.id() + " does not train by " + tuning.describe() + ".",
            "Choose another backbone or another tuning.");
      }
      return new TrainingStep(trainable, trainable.session(tuning, Seed.of(0)), images);
    } catch (RuntimeException | Error e) {
      backbone.close();
      throw e;
    }
  }

  /** How the backbone computes. */
  public Backbone backbone() {
    return backbone;
  }

  /** Takes one step and returns the loss before it. */
  public double take() {
    double loss;
    try (TrainingPass pass = session.forward(batch)) {
      EmbeddingMatrix embedding = pass.embedding();
      pass.backward(head.gradient(embedding));
      loss = head.loss();
    }
    session.step(StepSpec.of(LEARNING_RATE));
    head.step(LEARNING_RATE);
    return loss;
  }

  @Override
  public void close() {
    session.close();
    backbone.close();
  }
}
