package org.histofm.adapters.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.Prediction;
import org.histofm.adapters.internal.ValidationScore;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.Tuning;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;
import org.histofm.plugin.Options;
import org.histofm.testkit.CohortStream;
import org.histofm.testkit.SyntheticCohorts;
import org.histofm.testkit.ToyBackbone;
import org.histofm.testkit.ToyTrainableBackbone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FineTuningTest {
  private static final Cohort TRAIN = SyntheticCohorts.twoClasses(Seed.of(31), 6, 6);
  private static final Cohort VALIDATION = SyntheticCohorts.twoClasses(Seed.of(32), 3, 6);
  private static final List<Sample> UNSEEN =
      SyntheticCohorts.twoClasses(Seed.of(33), 3, 6).samples();
  private static final Options OPTIONS =
      Options.none().with("lr", "0.01").with("head-lr", "0.05").with("epochs", "4");

  private final TrainableBackbone backbone = ToyTrainableBackbone.open(Seed.of(1));
  private final ToyBatches reader = new ToyBatches(backbone);
  private Path folder;
  private int runs;

  @BeforeEach
  void useFolder(@TempDir Path fresh) {
    folder = fresh;
  }

  @AfterEach
  void close() {
    backbone.close();
  }

  private Path emptyFolder() {
    try {
      return Files.createDirectory(folder.resolve("run" + runs++));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private FitRequest request() {
    return request(emptyFolder());
  }

  private FitRequest request(Path run) {
    return FitRequest.of(backbone, reader, TRAIN, run)
        .withValidation(VALIDATION)
        .withSeed(Seed.of(7));
  }

  private static FittedAdapter fit(String id, Options options, FitRequest request) {
    return FineTuning.of(id, options).fit(request);
  }

  private List<Prediction> predict(FittedAdapter fitted) {
    List<Prediction> predictions = new ArrayList<>();
    fitted.predict(UNSEEN, reader, predictions::add, Progress.NONE);
    return predictions;
  }

  private static String fact(FittedAdapter fitted, String name) {
    return Objects.requireNonNull(fitted.facts().asMap().get(name), name);
  }

  @Test
  void fit_tellsWhatReportsCompare() {
    try (FittedAdapter fitted = fit("lora", OPTIONS, request())) {
      assertThat(fitted.facts().asMap())
          .containsEntry("adapter", "lora")
          .containsEntry("pooling", backbone.card().pooling())
          .containsEntry("resolution", "32 px")
          .containsEntry("augmentation", "flips, quarter turns, jitter 0.1/0.1/0.1/0.1")
          .containsEntry("search budget", "4 epochs")
          .containsEntry("optimiser steps", "12")
          .containsEntry("trained values", "1536 and 50 of the head")
          .containsEntry("learning rate", "0.01")
          .containsKeys("epoch 1", "epoch 4", "best epoch", "tuning", "schedule");
      assertThat(fact(fitted, "tuning")).startsWith("LoRA, rank 16").contains("adam");
    }
  }

  @Test
  void fit_onFractions_takesEquallyManyStepsAndShowsSamplesEquallyOften() {
    for (int groups : new int[] {1, 2, 6}) {
      Cohort part = TRAIN.withSamples(TRAIN.samples().subList(0, 6 * groups));
      FitRequest request =
          FitRequest.of(backbone, reader, part, emptyFolder()).withEpochSamples(36);
      reader.trainingOrders().clear();
      try (FittedAdapter fitted = fit("full", OPTIONS, request)) {
        assertThat(fact(fitted, "optimiser steps")).isEqualTo("12");
      }
      Map<String, Integer> counts = new HashMap<>();
      reader.trainingOrders().forEach(o -> o.forEach(id -> counts.merge(id, 1, Integer::sum)));
      assertThat(counts).hasSize(6 * groups);
      assertThat(counts.values()).containsOnly(4 * 36 / (6 * groups));
    }
  }

  @Test
  void fit_ofAnotherSeed_hasAnotherOrderAndOtherNumbers() {
    try (FittedAdapter one = fit("full", OPTIONS, request());
        FittedAdapter other = fit("full", OPTIONS, request().withSeed(Seed.of(8)))) {
      assertThat(predict(other)).isNotEqualTo(predict(one));
      List<List<String>> orders = reader.trainingOrders();
      assertThat(orders).hasSize(8).doesNotHaveDuplicates();
    }
  }

  /** Where validation says the opposite of training, the more is learnt the worse. */
  @Test
  void fit_withValidation_keepsTheBestEpoch() {
    List<Sample> swapped =
        VALIDATION.samples().stream()
            .map(
                s ->
                    Sample.of(
                        s.id(),
                        s.group(),
                        s.source(),
                        new Target.ClassLabel(s.label().equals("small") ? "large" : "small")))
            .toList();
    FitRequest opposite = request().withValidation(VALIDATION.withSamples(swapped));
    Options constant = OPTIONS.with("schedule", "constant").with("warmup", "0").with("epochs", "5");
    try (FittedAdapter fitted = fit("full", constant, opposite)) {
      int best = Integer.parseInt(fact(fitted, "best epoch"));
      List<ValidationScore> scores = new ArrayList<>();
      for (int epoch = 1; epoch <= 5; epoch++) {
        String[] words = fact(fitted, "epoch " + epoch).split("[ ,]+", -1);
        scores.add(
            new ValidationScore(
                Double.parseDouble(words[words.length - 3]),
                Double.parseDouble(words[words.length - 1])));
      }
      assertThat(best).as("an epoch before the last of %s", scores).isBetween(1, 4);
      assertThat(scores.get(best - 1)).isEqualTo(Collections.max(scores));
      assertThat(fact(fitted, "weights read back")).isEqualTo("score on validation is equal");
      // At a constant rate a shorter fit ends where the best epoch was.
      FitRequest last = request().withValidation(TRAIN.withSamples(List.of()));
      try (FittedAdapter shorter = fit("full", constant.with("epochs", "" + best), last)) {
        assertThat(predict(fitted)).isEqualTo(predict(shorter));
      }
    }
  }

  @Test
  void fit_withoutValidation_keepsTheLastEpoch() {
    FitRequest request = request().withValidation(TRAIN.withSamples(List.of()));
    try (FittedAdapter fitted = fit("full", OPTIONS, request)) {
      assertThat(fitted.facts().asMap())
          .containsEntry("best epoch", "4")
          .containsEntry("search budget", "none")
          .containsEntry("epoch chosen by", "none, the last is kept");
      assertThat(fitted.warnings()).isEmpty();
    }
  }

  @Test
  void fit_bestEpochIsTheLast_warns() {
    Options slow = OPTIONS.with("lr", "0.0005").with("head-lr", "0.001").with("epochs", "2");
    try (FittedAdapter fitted = fit("full", slow, request())) {
      assertThat(fact(fitted, "best epoch")).isEqualTo("2");
      assertThat(fitted.warnings()).singleElement().asString().contains("last of 2", "more epochs");
    }
  }

  @Test
  void fit_withPatience_stopsAfterThatManyEpochsWithoutABetterOne() {
    Options wild = OPTIONS.with("lr", "0.3").with("schedule", "constant").with("epochs", "60");
    try (FittedAdapter fitted = fit("full", wild.with("patience", "3"), request())) {
      int epochs = Integer.parseInt(fact(fitted, "epochs"));
      assertThat(epochs).isEqualTo(Integer.parseInt(fact(fitted, "best epoch")) + 3).isLessThan(60);
      assertThat(fact(fitted, "optimiser steps")).isEqualTo(Integer.toString(3 * epochs));
    }
  }

  @Test
  void fit_patienceWithoutValidation_isRefused() {
    FineTuning patient = FineTuning.of("full", OPTIONS.with("patience", "3"));
    assertThat(patient.needsValidation()).isTrue();
    assertThat(FineTuning.of("full", OPTIONS).needsValidation()).isFalse();
    FitRequest request = request().withValidation(TRAIN.withSamples(List.of()));
    assertThatThrownBy(() -> patient.fit(request))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("patience");
  }

  @Test
  void fit_validationWithoutAClass_warns() {
    Cohort small =
        VALIDATION.withSamples(
            VALIDATION.samples().stream().filter(s -> s.label().equals("small")).toList());
    try (FittedAdapter fitted = fit("full", OPTIONS, request().withValidation(small))) {
      assertThat(fitted.warnings()).anyMatch(w -> w.contains("without any sample of [large]"));
    }
  }

  @Test
  void fit_classWithoutSample_isRefusedByName() {
    Cohort small =
        TRAIN.withSamples(TRAIN.samples().stream().filter(s -> s.label().equals("small")).toList());
    FitRequest request = FitRequest.of(backbone, reader, small, emptyFolder());
    assertThatThrownBy(() -> fit("lora", OPTIONS, request))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("no training sample of [large]", "fraction");
  }

  @Test
  void fit_balancedClasses_countEqually() {
    List<Sample> uneven = new ArrayList<>(TRAIN.samples());
    uneven.removeIf(s -> s.label().equals("large") && !s.group().equals("g00"));
    FitRequest request = FitRequest.of(backbone, reader, TRAIN.withSamples(uneven), emptyFolder());
    try (FittedAdapter plain = fit("full", OPTIONS, request);
        FittedAdapter balanced =
            fit(
                "full",
                OPTIONS.with("class-weight", "balanced"),
                FitRequest.of(backbone, reader, TRAIN.withSamples(uneven), emptyFolder()))) {
      double large = predict(plain).stream().mapToDouble(p -> p.classScores()[1]).sum();
      double more = predict(balanced).stream().mapToDouble(p -> p.classScores()[1]).sum();
      assertThat(more).isGreaterThan(large);
    }
  }

  @Test
  void fit_lossNotFinite_stopsWithStepAndSamples() {
    Options options =
        OPTIONS
            .with("lr", "0")
            .with("head-lr", "10")
            .with("optimiser", "sgd")
            .with("clip", "0")
            .with("weight-decay", "10")
            .with("schedule", "constant")
            .with("epochs", "100");
    FitRequest request = request();
    TrainingDivergedException stopped =
        catchThrowableOfType(
            TrainingDivergedException.class, () -> fit("full", options, request).close());
    assertThat(stopped.step()).isBetween(2L, 300L);
    int place = (int) (stopped.step() - 1) % 3;
    List<String> order = reader.trainingOrders().get(reader.trainingOrders().size() - 1);
    assertThat(stopped.sampleIds())
        .isEqualTo(order.subList(16 * place, Math.min(36, 16 * place + 16)));
    assertThat(stopped)
        .hasMessageContainingAll("step " + stopped.step(), stopped.sampleIds().get(0), "Lower lr");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "last-blocks", "full"})
  void fit_killedAnywhere_goesOnToTheSameBits(String id) throws IOException {
    Path whole = emptyFolder();
    List<Prediction> expected;
    Map<String, String> facts;
    try (FittedAdapter fitted = fit(id, OPTIONS, request(whole))) {
      expected = predict(fitted);
      facts = fitted.facts().asMap();
    }
    for (int killedAt : new int[] {1, 3, 4, 8, 12}) {
      Path run = emptyFolder();
      FitRequest killed = request(run).withProgress(killAtStep(killedAt));
      assertThatThrownBy(() -> fit(id, OPTIONS, killed)).hasMessage("killed");
      reader.trainingOrders().clear();
      try (FittedAdapter fitted = fit(id, OPTIONS, request(run))) {
        assertThat(reader.trainingOrders())
            .as("epochs after a kill at step %s of 3 an epoch", killedAt)
            .hasSize(4 - (killedAt - 1) / 3);
        assertThat(fitted.facts().asMap()).isEqualTo(facts);
        assertThat(predict(fitted)).isEqualTo(expected);
      }
      assertThat(contents(run))
          .as("files after a kill at step %s", killedAt)
          .isEqualTo(contents(whole));
    }
  }

  private static Progress killAtStep(int step) {
    return (stage, done, total) -> {
      assertThat(total).isEqualTo(12);
      if (done == step) {
        throw new IllegalStateException("killed");
      }
    };
  }

  private static Map<String, List<Byte>> contents(Path run) throws IOException {
    Map<String, List<Byte>> contents = new HashMap<>();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.toList()) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : Files.readAllBytes(file)) {
          bytes.add(b);
        }
        contents.put(file.getFileName().toString(), bytes);
      }
    }
    return contents;
  }

  private FitRequest streamed(Path run) {
    return request(run)
        .withEpochSamples(36)
        .withTrainingStream(new CohortStream(TRAIN, Seed.of(3)));
  }

  @Test
  void fit_onAStream_takesItsNextPieceEachEpoch() {
    try (FittedAdapter fitted = fit("lora", OPTIONS, streamed(emptyFolder()))) {
      CohortStream stream = new CohortStream(TRAIN, Seed.of(3));
      List<String> ids = LongStream.range(0, 4 * 36).mapToObj(n -> stream.sample(n).id()).toList();
      assertThat(reader.trainingOrders().stream().flatMap(List::stream).toList()).isEqualTo(ids);
      assertThat(fitted.facts().asMap())
          .containsEntry("training samples", "drawn from draws from synthetic")
          .containsEntry("stream: draws", "with replacement from synthetic")
          .containsEntry("optimiser steps", "12");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "full"})
  void fit_onAStreamKilledAnywhere_goesOnToTheSameBits(String id) throws IOException {
    Path whole = emptyFolder();
    List<Prediction> expected;
    try (FittedAdapter fitted = fit(id, OPTIONS, streamed(whole))) {
      expected = predict(fitted);
    }
    for (int killedAt : new int[] {2, 4, 12}) {
      Path run = emptyFolder();
      FitRequest killed = streamed(run).withProgress(killAtStep(killedAt));
      assertThatThrownBy(() -> fit(id, OPTIONS, killed)).hasMessage("killed");
      try (FittedAdapter fitted = fit(id, OPTIONS, streamed(run))) {
        assertThat(predict(fitted)).isEqualTo(expected);
      }
      assertThat(contents(run)).as("after a kill at %s", killedAt).isEqualTo(contents(whole));
    }
  }

  @Test
  void fit_onAnotherStreamInTheSameFolder_beginsAnew() {
    Path run = emptyFolder();
    FitRequest killed = streamed(run).withProgress(killAtStep(8));
    assertThatThrownBy(() -> fit("lora", OPTIONS, killed)).hasMessage("killed");
    reader.trainingOrders().clear();
    FitRequest other = streamed(run).withTrainingStream(new CohortStream(TRAIN, Seed.of(4)));
    fit("lora", OPTIONS, other).close();
    assertThat(reader.trainingOrders()).hasSize(4);
  }

  @Test
  void fit_onAStreamThatCannotBeLearntFrom_isRefusedByName() {
    CohortStream stream = new CohortStream(TRAIN, Seed.of(3));
    List<Sample> leaked = new ArrayList<>(VALIDATION.samples());
    Sample first = leaked.get(0);
    leaked.set(0, Sample.of(first.id(), "stream of g01", first.source(), first.target()));
    FitRequest leaking = streamed(emptyFolder()).withValidation(VALIDATION.withSamples(leaked));
    assertThatThrownBy(() -> fit("lora", OPTIONS, leaking))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(stream.name(), "share 1 groups: stream of g01");
    assertThatThrownBy(
            () -> fit("full", OPTIONS.with("class-weight", "balanced"), streamed(emptyFolder())))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("class-weight=balanced", stream.name());
    FitRequest endless =
        FitRequest.of(backbone, reader, TRAIN.withSamples(List.of()), emptyFolder())
            .withTrainingStream(stream);
    assertThatThrownBy(() -> fit("full", OPTIONS, endless))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(stream.name(), "withEpochSamples");
  }

  @Test
  void fit_done_leavesOnlyTheBestAndIsNotDoneAgain() throws IOException {
    Path run = emptyFolder();
    List<Prediction> expected;
    String best;
    try (FittedAdapter fitted = fit("lora", OPTIONS, request(run))) {
      expected = predict(fitted);
      best = fact(fitted, "best epoch");
    }
    assertThat(contents(run)).containsOnlyKeys("fit.json", "epoch-000" + best + ".parameters");
    reader.trainingOrders().clear();
    try (FittedAdapter again = fit("lora", OPTIONS, request(run))) {
      assertThat(predict(again)).isEqualTo(expected);
    }
    assertThat(reader.trainingOrders()).isEmpty();
  }

  @Test
  void fit_inAFolderOfAnotherFit_beginsAnew() {
    Path run = emptyFolder();
    FitRequest killed = request(run).withProgress(killAtStep(8));
    assertThatThrownBy(() -> fit("lora", OPTIONS, killed)).hasMessage("killed");
    Cohort swapped = VALIDATION.withSamples(VALIDATION.samples().subList(0, VALIDATION.size() - 1));
    List<FitRequest> others =
        List.of(
            request(run).withSeed(Seed.of(8)),
            request(run).withValidation(swapped),
            request(run).withEpochSamples(35));
    for (FitRequest other : others) {
      reader.trainingOrders().clear();
      fit("lora", OPTIONS, other).close();
      assertThat(reader.trainingOrders()).hasSize(4);
    }
    reader.trainingOrders().clear();
    fit("lora", OPTIONS.with("jitter", "0.2"), others.get(2)).close();
    assertThat(reader.trainingOrders()).hasSize(4);
  }

  @Test
  void fit_checkpointDamaged_beginsAnewAndEndsTheSame() throws IOException {
    List<Prediction> expected;
    try (FittedAdapter fitted = fit("lora", OPTIONS, request())) {
      expected = predict(fitted);
    }
    for (String damaged : List.of("fit.json", "epoch-0002.state")) {
      Path run = emptyFolder();
      FitRequest killed = request(run).withProgress(killAtStep(8));
      assertThatThrownBy(() -> fit("lora", OPTIONS, killed)).hasMessage("killed");
      byte[] bytes = Files.readAllBytes(run.resolve(damaged));
      Files.write(run.resolve(damaged), Arrays.copyOf(bytes, bytes.length / 2));
      try (FittedAdapter fitted = fit("lora", OPTIONS, request(run))) {
        assertThat(predict(fitted)).as("after damage of %s", damaged).isEqualTo(expected);
      }
    }
  }

  @Test
  void fit_weightsReadBackScoreOtherwise_isRefused() {
    Backbone wrong = new Forgetful(backbone);
    FitRequest request =
        FitRequest.of(wrong, reader, TRAIN, emptyFolder()).withValidation(VALIDATION);
    assertThatThrownBy(() -> fit("full", OPTIONS, request))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContainingAll("read back", "balanced accuracy", "when they were written");
  }

  /** Opens the base in place of what was trained. */
  private static final class Forgetful extends DelegatingBackbone {
    Forgetful(TrainableBackbone backbone) {
      super(backbone);
    }

    @Override
    public Backbone adapted(Tuning tuning, Path parameters) {
      return ToyTrainableBackbone.open(Seed.of(1));
    }
  }

  @Test
  void fit_interrupted_stopsAndKeepsTheFlag() {
    FitRequest request = request();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> fit("lora", OPTIONS, request))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void check_backboneThatCannotTrain_isRefusedByName() {
    try (Backbone toy = ToyBackbone.open(Seed.of(1))) {
      assertThatThrownBy(() -> FineTuning.of("lora", Options.none()).check(toy))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("backbone toy ", "lora", "linear-probe");
    }
    FineTuning deep = FineTuning.of("last-blocks", Options.none().with("blocks", "3"));
    assertThatThrownBy(() -> deep.check(backbone))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("toy-trainable", "last 3 blocks");
    assertThatThrownBy(() -> deep.fit(request())).isInstanceOf(InputException.class);
    assertThatCode(() -> FineTuning.of("full", Options.none()).check(backbone))
        .doesNotThrowAnyException();
  }

  @Test
  void load_asAnotherAdapter_isRefusedByName() {
    Path saved = emptyFolder();
    try (FittedAdapter fitted = fit("full", OPTIONS, request())) {
      fitted.save(saved);
    }
    assertThatThrownBy(() -> FineTuning.load("lora", saved, backbone))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("holds adapter full", "not lora");
  }

  @Test
  void load_givesFactsAndWarningsAgain() {
    Path saved = emptyFolder();
    try (FittedAdapter fitted = fit("lora", OPTIONS.with("rank", "3"), request())) {
      fitted.save(saved);
      try (FittedAdapter loaded = FineTuning.load("lora", saved, backbone)) {
        assertThat(loaded.facts()).isEqualTo(fitted.facts());
        assertThat(loaded.warnings()).isEqualTo(fitted.warnings());
        Path again = emptyFolder();
        loaded.save(again);
        try (FittedAdapter twice = FineTuning.load("lora", again, backbone)) {
          assertThat(predict(twice)).isEqualTo(predict(fitted));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lora, lr, -1",
    "lora, lr, fast",
    "lora, head-lr, NaN",
    "lora, rank, 0",
    "lora, alpha, 0",
    "lora, dropout, 1",
    "lora, targets, qkv+mlp",
    "lora, targets, ''",
    "lora, blocks, 2",
    "lora, layer-decay, 0.5",
    "full, rank, 4",
    "full, layer-decay, 2",
    "full, weight-decay, -0.1",
    "full, epochs, 0",
    "full, batch, 0",
    "full, patience, -1",
    "full, schedule, linear",
    "full, warmup, 1",
    "full, augmentation, strong",
    "full, jitter, 0.6",
    "full, clip, -1",
    "full, class-weight, Balanced",
    "full, optimiser, rmsprop",
    "last-blocks, blocks, 0"
  })
  void of_impossibleSetting_isRefusedByName(String id, String name, String value) {
    assertThatThrownBy(() -> FineTuning.of(id, Options.none().with(name, value)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(name);
  }

  @Test
  void settings_ofEveryAdapter_areThoseItTakes() {
    for (String id : FineTuning.ids()) {
      for (String name : FineTuning.settings(id)) {
        assertThatThrownBy(() -> FineTuning.of(id, Options.none().with(name, "?")))
            .isInstanceOf(InputException.class)
            .message()
            .doesNotContain("has no setting");
      }
    }
  }
}
