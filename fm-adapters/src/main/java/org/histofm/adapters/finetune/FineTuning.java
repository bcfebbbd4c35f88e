package org.histofm.adapters.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.adapter.Adapter;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapters.internal.BackboneIdentity;
import org.histofm.adapters.internal.ClassLabels;
import org.histofm.adapters.internal.ComparedFacts;
import org.histofm.adapters.internal.ValidationScore;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tuning: the backbone is trained together with a linear softmax head, which starts from zero.
 * Three adapters differ in what of the backbone is trained: {@code lora}, {@code last-blocks} and
 * {@code full}.
 *
 * <p>An epoch is as many samples as the request says, so that fits on fractions of one training set
 * take equally many steps. After each epoch the backbone and head are scored on the validation
 * samples, as they will predict, and the best epoch is kept: the greatest balanced accuracy, then
 * the lowest log-loss, then the earliest. Without validation samples the last epoch is kept. The
 * weights kept are read back from disk, and must score exactly as they did.
 *
 * <p>Where the request names a stream, an epoch is the next piece of it, and nothing is learnt from
 * twice but what the stream repeats. Its samples come with their labels, so {@code class-weight}
 * stays {@code none}; its groups may not stand in the validation data.
 *
 * <p>Each epoch leaves a checkpoint in the request's run directory. A fit of equal settings, data,
 * backbone and seed in the same directory goes on from there and gives the same numbers, bit for
 * bit; one that was done is taken over. That the images are still the same is up to the caller.
 *
 * <p>Settings, of all three unless said:
 *
 * <ul>
 *   <li>{@code lr}: learning rate of the backbone; default 1e-4 for {@code lora} (arXiv
 *       2508.04441), else 5e-5.
 *   <li>{@code head-lr}: learning rate of the head; default 1e-3.
 *   <li>{@code layer-decay}: of {@code last-blocks} and {@code full}: factor of the learning rate
 *       from one parameter group to the one before it; default 0.75 (Bao et al. 2022, BEiT).
 *   <li>{@code optimiser}: {@code adam} (default of {@code lora}), {@code adamw} (of the others) or
 *       {@code sgd}, with PyTorch's defaults and arithmetic; of backbone and head.
 *   <li>{@code weight-decay}: of matrices; default 0 for {@code lora}, else 0.05.
 *   <li>{@code schedule}: {@code cosine} (default; to zero) or {@code constant}; and {@code
 *       warmup}: share of all steps in which the rates rise first; default 0.1.
 *   <li>{@code epochs}: default 10. {@code patience}: epochs without a better one after which to
 *       stop; default 0, for never; needs validation samples.
 *   <li>{@code batch}: samples in a step; default 16.
 *   <li>{@code augmentation}: {@code standard} (default: mirror images, quarter turns, colour
 *       jitter 0.1) or {@code none}; {@code jitter}: strength of colour jitter in its stead.
 *   <li>{@code clip}: largest norm of the gradient of backbone and head; default 1; 0 for any.
 *   <li>{@code class-weight}: {@code none} (default), or {@code balanced}: N/(K·N_class).
 *   <li>{@code rank} (default 16), {@code alpha} (default rank), {@code dropout} (default 0.1) and
 *       {@code targets} (default {@code qkv+proj+fc1+fc2}): of {@code lora}.
 *   <li>{@code blocks}: of {@code last-blocks}; default 2.
 * </ul>
 *
 * <p>Immutable, safe for concurrent use.
 */
public final class FineTuning implements Adapter {
  private final FineTuningSettings settings;

  private FineTuning(FineTuningSettings settings) {
    this.settings = settings;
  }

  /** Ids of the adapters. */
  public static List<String> ids() {
    return List.of(
        FineTuningSettings.LORA, FineTuningSettings.LAST_BLOCKS, FineTuningSettings.FULL);
  }

  /** Names of the settings of an adapter, sorted. */
  public static Set<String> settings(String id) {
    return new TreeSet<>(FineTuningSettings.names(id));
  }

  /**
   * An adapter with these settings.
   *
   * @param id one of {@link #ids}
   * @throws InputException if a setting is unknown or has an impossible value
   */
  public static FineTuning of(String id, Options options) {
    return new FineTuning(FineTuningSettings.of(id, options));
  }

  /**
   * Opens what {@link FittedAdapter#save} of such an adapter wrote.
   *
   * @param id one of {@link #ids}
   * @param folder the folder given to {@code save}
   * @param backbone the backbone it was fitted on; borrowed, and used only here
   * @throws InputException if the folder is damaged or belongs to another adapter or backbone
   */
  public static FittedAdapter load(String id, Path folder, Backbone backbone) {
    return FineTuningFile.read(id, folder, backbone);
  }

  @Override
  public boolean supports(Task task) {
    return task instanceof Task.Classification;
  }

  /**
   * {@inheritDoc} Epochs are chosen if there is validation data; only patience cannot do without.
   */
  @Override
  public boolean needsValidation() {
    return settings.patience() > 0;
  }

  @Override
  public void check(Backbone backbone) {
    trainable(backbone, settings);
  }

  static TrainableBackbone trainable(Backbone backbone, FineTuningSettings settings) {
    String name = "backbone " + backbone.card().id();
    if (!(backbone instanceof TrainableBackbone trainable)) {
      throw new InputException(
          name + " cannot be trained, which adapter " + settings.id() + " asks for.",
          "Use a backbone that can, or linear-probe.");
    }
    if (!trainable.supports(settings.tuning())) {
      throw new InputException(
          name
              + " cannot be trained as adapter "
              + settings.id()
              + " asks: "
              + settings.tuning().describe()
              + ".",
          "Choose other settings, or another adapter.");
    }
    return trainable;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException if a class has no training sample, a sample no label, the backbone
   *     cannot be trained like this, patience is asked for without validation data, or a stream
   *     shares a group with the validation data
   * @throws TrainingDivergedException if a loss or gradient is not finite
   * @throws EnvironmentException if the run directory cannot be written, or weights do not score as
   *     they did when they are read back
   * @throws IllegalArgumentException if the task is no classification
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  @Override
  public FittedAdapter fit(FitRequest request) {
    if (!(request.task() instanceof Task.Classification task)) {
      throw new IllegalArgumentException(settings.id() + " cannot do " + request.task());
    }
    TrainableBackbone backbone = trainable(request.backbone(), settings);
    List<String> classes = task.classes();
    double[] classWeights = classWeights(request, classes);
    List<String> warnings = new ArrayList<>();
    Validation validation = validation(request, classes, warnings);
    BackboneIdentity identity = BackboneIdentity.of(backbone);
    CheckpointFolder folder =
        new CheckpointFolder(
            request.runDirectory(),
            recipe(request, classes, identity),
            settings.tuning().optimiser());
    Checkpoint done =
        new TrainingLoop(request, settings, backbone, classes, classWeights, validation, folder)
            .run();
    Checkpoint.Best best = Objects.requireNonNull(done.best());
    Path parameters = folder.parameters(best.epoch());
    Backbone adapted = backbone.adapted(settings.tuning(), parameters);
    try {
      if (validation != null) {
        requireEqual(done.bestScore(), validation.score(adapted, best.head()), best, parameters);
      }
      if (validation != null && best.epoch() == settings.epochs() && best.epoch() > 1) {
        warnings.add(
            "the best epoch is the last of " + settings.epochs() + ": more epochs might do better");
      }
      return new FittedFineTuning(
          settings,
          identity,
          classes,
          best.head(),
          adapted,
          parameters,
          facts(request, done, best),
          warnings);
    } catch (RuntimeException e) {
      adapted.close();
      throw e;
    }
  }

  private @Nullable Validation validation(
      FitRequest request, List<String> classes, List<String> warnings) {
    List<Sample> samples = request.validation().samples();
    if (samples.isEmpty()) {
      if (needsValidation()) {
        throw new InputException(
            "adapter " + settings.id() + " has no validation sample to judge its patience by.",
            "Give it validation data, or leave out the setting patience.");
      }
      return null;
    }
    int[] labels = ClassLabels.of(samples, classes, "validation");
    List<String> unseen = ClassLabels.absent(ClassLabels.counts(labels, classes.size()), classes);
    if (!unseen.isEmpty()) {
      warnings.add("the epoch was chosen on validation data without any sample of " + unseen);
    }
    return new Validation(samples, labels, request.reader());
  }

  /** Weight of each class in the loss; refuses what cannot be learnt from. */
  private double[] classWeights(FitRequest request, List<String> classes) {
    double[] weights = new double[classes.size()];
    Arrays.fill(weights, 1);
    if (request.trainingStream().isPresent()) {
      check(request, request.trainingStream().get());
      return weights;
    }
    int[] labels = ClassLabels.training(request.train(), classes);
    int[] counts = ClassLabels.counts(labels, classes.size());
    for (int k = 0; k < weights.length && settings.balanced(); k++) {
      weights[k] = labels.length / ((double) weights.length * counts[k]);
    }
    return weights;
  }

  private void check(FitRequest request, SampleStream stream) {
    if (request.epochSamples() < 1) {
      throw new InputException(
          "stream " + stream.name() + " has no end, and the request names no length of an epoch.",
          "Name one: FitRequest.withEpochSamples.");
    }
    if (settings.balanced()) {
      throw new InputException(
          "class-weight=balanced counts the training samples of each class, and stream "
              + stream.name()
              + " has no end.",
          "Let the stream draw its classes equally often, and leave the setting out.");
    }
    Set<String> shared = new TreeSet<>(request.validation().groups());
    shared.retainAll(stream.groups());
    if (!shared.isEmpty()) {
      throw new InputException(
          "stream "
              + stream.name()
              + " and the validation data share "
              + shared.size()
              + " groups: "
              + shared.stream().limit(5).collect(Collectors.joining(", "))
              + (shared.size() > 5 ? " ..." : "")
              + ".",
          "Leave the slides of these groups out of one of them.");
    }
  }

  /** Hash of all that the fit depends on, but for what is in the images. */
  private String recipe(FitRequest request, List<String> classes, BackboneIdentity backbone) {
    Sha256 hash = new Sha256().add(settings.id());
    settings.facts().asMap().forEach((name, value) -> hash.add(name).add(value));
    hash.add(settings.augmentation().describe());
    hash.add(backbone.card()).add(backbone.weightsHash());
    for (Map.Entry<String, String> fact : backbone.facts().entrySet()) {
      hash.add(fact.getKey()).add(fact.getValue());
    }
    hash.add(classes.toString());
    for (Cohort part : List.of(request.train(), request.validation())) {
      hash.add(Integer.toString(part.size())).add(part.hash());
    }
    request.trainingStream().ifPresent(stream -> hash.add("stream").add(stream.hash()));
    hash.add(Long.toString(request.seed().value()));
    return hash.add(Integer.toString(request.epochSamples())).hex();
  }

  private static void requireEqual(
      @Nullable ValidationScore written, ValidationScore read, Checkpoint.Best best, Path file) {
    if (!read.equals(written)) {
      throw new EnvironmentException(
          "the weights of epoch "
              + best.epoch()
              + ", read back from "
              + file
              + ", have on validation "
              + read.describe()
              + ", but had "
              + (written == null ? "none" : written.describe())
              + " when they were written.",
          "Fit again in an empty folder. If it comes again, the disk is damaged, or the engine does"
              + " not compute the same twice.");
    }
  }

  private Facts facts(FitRequest request, Checkpoint done, Checkpoint.Best best) {
    int validationSamples = request.validation().size();
    int epochs = done.epochs().size();
    LinearHead head = best.head();
    long headValues = (long) head.classes() * (head.dim() + 1);
    Facts facts =
        Facts.none()
            .with("adapter", settings.id())
            .with(
                "training samples",
                request
                    .trainingStream()
                    .map(stream -> "drawn from " + stream.name())
                    .orElse(Integer.toString(request.train().size())))
            .with(
                ComparedFacts.of(
                    request.backbone().card(),
                    settings.augmentation().describe(),
                    validationSamples == 0 ? "none" : epochs + " epochs",
                    Long.toString(done.steps())))
            .with(settings.facts())
            .with("samples in an epoch", Integer.toString(request.epochSamples()))
            .with("trained values", done.trainedValues() + " and " + headValues + " of the head")
            .with("epochs", Integer.toString(epochs))
            .with("best epoch", Integer.toString(best.epoch()))
            .with(
                "epoch chosen by",
                validationSamples == 0
                    ? "none, the last is kept"
                    : "balanced accuracy, then log-loss, on "
                        + validationSamples
                        + " validation samples")
            .with(
                "weights read back",
                validationSamples == 0 ? "not scored" : "score on validation is equal");
    if (request.trainingStream().isPresent()) {
      SampleStream stream = request.trainingStream().get();
      for (Map.Entry<String, String> fact : stream.facts().asMap().entrySet()) {
        facts = facts.with("stream: " + fact.getKey(), fact.getValue());
      }
    }
    for (int i = 0; i < epochs; i++) {
      Checkpoint.Epoch epoch = done.epochs().get(i);
      facts =
          facts.with(
              "epoch " + (i + 1),
              "training loss "
                  + epoch.trainingLoss()
                  + (epoch.score() == null ? "" : ", validation " + epoch.score().describe()));
    }
    return facts;
  }
}
