package org.histofm.adapters.finetune;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.histofm.Seed;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.PixelStream;
import org.histofm.adapters.internal.ValidationScore;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.dataset.Sample;
import org.histofm.dataset.SampleStream;
import org.histofm.tile.PixelBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop over epochs and steps. Each epoch ends in a checkpoint from which another process goes
 * on with the same bits: whatever is random in an epoch is drawn from the seed and the number of
 * the epoch, pass or step.
 *
 * <p>Used once, by one thread.
 */
final class TrainingLoop {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

  private final FitRequest request;
  private final FineTuningSettings settings;
  private final TrainableBackbone backbone;
  private final List<String> classes;
  private final double[] classWeights;
  private final @Nullable Validation validation;
  private final CheckpointFolder folder;
  private final int stepsPerEpoch;

  /**
   * @param classes of the task, whose indices are labels
   * @param classWeights weight of each class in the loss
   * @param validation what epochs are chosen by, or null to keep the last one
   */
  TrainingLoop(
      FitRequest request,
      FineTuningSettings settings,
      TrainableBackbone backbone,
      List<String> classes,
      double[] classWeights,
      @Nullable Validation validation,
      CheckpointFolder folder) {
    this.request = request;
    this.settings = settings;
    this.backbone = backbone;
    this.classes = classes;
    this.classWeights = classWeights;
    this.validation = validation;
    this.folder = folder;
    this.stepsPerEpoch = (request.epochSamples() + settings.batch() - 1) / settings.batch();
  }

  /** Trains to the end, from where an earlier process was stopped. */
  Checkpoint run() {
    Optional<Checkpoint> stored = folder.read();
    if (stored.isPresent() && stored.get().done()) {
      LOG.info("resumed: this fit is done, its weights are kept");
      return stored.get();
    }
    try (TrainingSession session =
        backbone.session(settings.tuning(), request.seed().derive("backbone"))) {
      Checkpoint checkpoint = stored.orElseGet(() -> start(session));
      int done = checkpoint.epochs().size();
      if (done > 0) {
        session.restore(folder.state(done));
        LOG.info("resumed: going on after epoch {} of {}", done, settings.epochs());
      }
      while (checkpoint.training() != null) {
        checkpoint = epoch(session, checkpoint, checkpoint.training());
      }
      return checkpoint;
    }
  }

  private Checkpoint start(TrainingSession session) {
    LinearHead head = LinearHead.zeros(classWeights.length, backbone.card().embeddingDim());
    HeadOptimiser training = new HeadOptimiser(settings.tuning().optimiser(), head);
    return new Checkpoint(List.of(), 0, session.trainedValues(), null, training);
  }

  private Checkpoint epoch(TrainingSession session, Checkpoint before, HeadOptimiser training) {
    double loss = steps(session, before.epochs().size(), training);
    ValidationScore score = validation == null ? null : score(validation, session, training.head());
    List<Checkpoint.Epoch> epochs = before.epochsAnd(new Checkpoint.Epoch(loss, score));
    boolean last = epochs.size() == settings.epochs();

    Checkpoint.Best best = before.best();
    ValidationScore bestScore = before.bestScore();
    if (score == null ? last : bestScore == null || score.compareTo(bestScore) > 0) {
      session.save(folder.parameters(epochs.size()));
      best =
          new Checkpoint.Best(
              epochs.size(),
              training.head().copy(),
              CheckpointFolder.hash(folder.parameters(epochs.size())));
    }
    boolean enough =
        settings.patience() > 0
            && best != null
            && epochs.size() - best.epoch() >= settings.patience();
    if (!last && !enough) {
      session.saveState(folder.state(epochs.size()));
    }
    Checkpoint after =
        new Checkpoint(
            epochs,
            session.steps(),
            before.trainedValues(),
            best,
            last || enough ? null : training);
    folder.write(after);
    LOG.debug("epoch {}: training loss {}, {}", epochs.size(), loss, score);
    return after;
  }

  private static ValidationScore score(
      Validation validation, TrainingSession session, LinearHead head) {
    try (Backbone snapshot = session.snapshot()) {
      return validation.score(snapshot, head);
    }
  }

  /** What is learnt from in an epoch, which counts from 0. */
  private EpochSamples samples(int epoch) {
    int size = request.epochSamples();
    if (request.trainingStream().isPresent()) {
      SampleStream stream = request.trainingStream().get();
      long first = (long) epoch * size;
      return new EpochSamples(size, classes, place -> stream.sample(first + place));
    }
    List<Sample> train = request.train().samples();
    int[] order = new SampleOrder(request.seed().derive("order"), train.size(), size).epoch(epoch);
    return new EpochSamples(size, classes, place -> train.get(order[place]));
  }

  /** All steps of an epoch, which counts from 0; returns the mean loss. */
  private double steps(TrainingSession session, int epoch, HeadOptimiser training) {
    EpochSamples samples = samples(epoch);
    int size = request.epochSamples();
    Seed augmentation = request.seed().derive("augmentation of epoch " + epoch);
    double sum = 0;
    try (PixelStream stream =
        request
            .reader()
            .batches(samples, settings.batch(), settings.augmentation(), augmentation)) {
      for (int from = 0; from < size; from += settings.batch()) {
        refuseInterrupt();
        int to = Math.min(from + settings.batch(), size);
        PixelBatch batch = stream.next().orElse(null);
        if (batch == null || batch.count() != to - from) {
          throw new IllegalStateException(
              "the sample reader gave "
                  + (batch == null ? 0 : batch.count())
                  + " tiles where "
                  + (to - from)
                  + " were due");
        }
        double loss = step(session, training, batch, samples.take(from, to));
        sum += loss * (to - from);
        request
            .progress()
            .update(
                "fit " + settings.id(), session.steps(), (long) settings.epochs() * stepsPerEpoch);
      }
    }
    return sum / size;
  }

  private static void refuseInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("training was interrupted; finished epochs are kept");
    }
  }

  private double step(
      TrainingSession session,
      HeadOptimiser training,
      PixelBatch batch,
      EpochSamples.Batch samples) {
    long step = session.steps() + 1;
    SoftmaxLoss loss;
    try (TrainingPass pass = session.forward(batch)) {
      loss = new SoftmaxLoss(training.head(), pass.embedding(), samples.labelArray(), classWeights);
      requireFinite("loss", loss.value(), step, samples.ids());
      pass.backward(loss.embeddingGradient());
    }
    double scale = 1;
    if (settings.clip() > 0) {
      double norm = Math.hypot(session.gradientNorm(), loss.headGradientNorm());
      requireFinite("gradient norm", norm, step, samples.ids());
      // As torch.nn.utils.clip_grad_norm_ has it.
      scale = Math.min(1, settings.clip() / (norm + 1e-6));
    }
    double factor = settings.schedule().factor(step - 1, (long) settings.epochs() * stepsPerEpoch);
    session.step(spec(session.groups(), factor, scale));
    training.step(loss, settings.headRate() * factor, settings.weightDecay(), scale, step);
    return loss.value();
  }

  private StepSpec spec(List<String> groups, double factor, double scale) {
    double rate = settings.rate() * factor;
    StepSpec spec =
        StepSpec.of(rate).withWeightDecay(settings.weightDecay()).withGradientScale(scale);
    for (int i = 0; i < groups.size() && settings.layerDecay() != 1; i++) {
      spec = spec.withRate(groups.get(i), rate * settings.groupFactor(i, groups.size()));
    }
    return spec;
  }

  private static void requireFinite(String what, double value, long step, List<String> sampleIds) {
    if (!Double.isFinite(value)) {
      throw new TrainingDivergedException(what, value, step, sampleIds);
    }
  }
}
