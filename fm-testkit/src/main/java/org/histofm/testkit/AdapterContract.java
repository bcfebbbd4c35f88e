package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.Adapter;
import org.histofm.adapter.AdapterProvider;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.Prediction;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of an {@link AdapterProvider}: extend it in a test and supply the provider. Until
 * overridden it is fitted on {@link SyntheticCohorts} by {@link ToyBackbone}.
 */
public abstract class AdapterContract extends ProviderContract<AdapterProvider> {
  private Path folder;
  private int fits;

  /** For a test that extends it. */
  protected AdapterContract() {
    super(AdapterProvider.class);
  }

  /** Id of the adapter under test: the provider's first until overridden. */
  protected String id() {
    return provider().ids().get(0);
  }

  /** Settings of the adapter under test: none until overridden. */
  protected Options options() {
    return Options.none();
  }

  /**
   * Opens a backbone that the adapter can be fitted on; the contract closes it. Different seeds
   * give different weights, equal seeds equal ones.
   */
  protected Backbone openBackbone(Seed seed) {
    return ToyBackbone.open(seed);
  }

  /** Reads samples for {@code backbone}; {@link ToySampleReader} until overridden. */
  protected SampleReader reader(Backbone backbone) {
    return new ToySampleReader(backbone);
  }

  /**
   * How far a class score may move with the other samples of the same call: 1e-6 until overridden.
   */
  protected double scoreTolerance() {
    return 1e-6;
  }

  /** Capability: takes tasks of more than two classes. True until overridden. */
  protected boolean takesManyClasses() {
    return true;
  }

  /** Capability: a fitted adapter may be used by two threads at once. True until overridden. */
  protected boolean predictsConcurrently() {
    return true;
  }

  /**
   * Capability: learns from a {@link org.histofm.dataset.SampleStream}; who cannot refuses it by
   * name. True until overridden.
   */
  protected boolean learnsFromStreams() {
    return true;
  }

  @BeforeEach
  void useFolder(@TempDir Path fresh) {
    folder = fresh;
  }

  private static Cohort train() {
    return SyntheticCohorts.twoClasses(Seed.of(31), 6, 6);
  }

  private static Cohort validation() {
    return SyntheticCohorts.twoClasses(Seed.of(32), 3, 6);
  }

  private static List<Sample> unseen() {
    return SyntheticCohorts.twoClasses(Seed.of(33), 3, 6).samples();
  }

  @Test
  void predict_givesOnePredictionEachInOrder() {
    try (Backbone backbone = openBackbone(Seed.of(1));
        FittedAdapter fitted = fit(backbone, train())) {
      List<Sample> samples = unseen();
      List<Prediction> predictions = predict(fitted, samples, backbone);
      assertThat(predictions.stream().map(Prediction::sampleId))
          .as("ids of the predictions")
          .isEqualTo(samples.stream().map(Sample::id).toList());
      assertScores(predictions, 2);
      assertThat(predict(fitted, List.of(), backbone)).as("predictions of no sample").isEmpty();
    }
  }

  @Test
  void predict_onClassesThatDiffer_isMostlyRight() {
    try (Backbone backbone = openBackbone(Seed.of(1));
        FittedAdapter fitted = fit(backbone, train())) {
      assertMostlyRight(predict(fitted, unseen(), backbone), unseen(), train().task());
    }
  }

  @Test
  void predict_withoutOrWithOtherLabels_isTheSame() {
    try (Backbone backbone = openBackbone(Seed.of(1));
        FittedAdapter fitted = fit(backbone, train())) {
      List<Prediction> labelled = predict(fitted, unseen(), backbone);
      for (Target target : List.of(new Target.None(), new Target.ClassLabel("small"))) {
        List<Sample> relabelled =
            unseen().stream().map(s -> Sample.of(s.id(), "other", s.source(), target)).toList();
        assertThat(predict(fitted, relabelled, backbone))
            .as("predictions of samples whose target is %s", target)
            .isEqualTo(labelled);
      }
    }
  }

  @Test
  void predict_oneByOne_isTheSame() {
    try (Backbone backbone = openBackbone(Seed.of(1));
        FittedAdapter fitted = fit(backbone, train())) {
      List<Prediction> together = predict(fitted, unseen(), backbone);
      for (int i = 0; i < 4; i++) {
        double[] alone = predict(fitted, List.of(unseen().get(i)), backbone).get(0).classScores();
        for (int c = 0; c < alone.length; c++) {
          assertThat(alone[c])
              .as("score %s of sample %s alone and among others", c, i)
              .isCloseTo(together.get(i).classScores()[c], within(scoreTolerance()));
        }
      }
    }
  }

  @Test
  void predict_twoThreads_isTheSame() {
    if (predictsConcurrently()) {
      try (Backbone backbone = openBackbone(Seed.of(1));
          FittedAdapter fitted = fit(backbone, train())) {
        List<List<Sample>> parts = unseen().stream().map(List::of).toList();
        List<List<Prediction>> one =
            parts.stream().map(part -> predict(fitted, part, backbone)).toList();
        assertThat(TwoThreads.map(parts, part -> predict(fitted, part, backbone)))
            .as("predictions by two threads at once")
            .isEqualTo(one);
      }
    }
  }

  @Test
  void fit_sameSeedTwice_isEqual() {
    try (Backbone backbone = openBackbone(Seed.of(1));
        FittedAdapter first = fit(backbone, train());
        FittedAdapter second = fit(backbone, train())) {
      assertThat(predict(second, unseen(), backbone))
          .as("predictions of an equal fit")
          .isEqualTo(predict(first, unseen(), backbone));
      assertThat(second.facts()).as("facts of an equal fit").isEqualTo(first.facts());
      assertThat(second.warnings()).as("warnings of an equal fit").isEqualTo(first.warnings());
    }
  }

  @Test
  void fit_otherLabels_predictsOtherwise() {
    Cohort train = train();
    List<Sample> swapped =
        train.samples().stream()
            .map(
                s -> {
                  String other = s.label().equals("small") ? "large" : "small";
                  return Sample.of(s.id(), s.group(), s.source(), new Target.ClassLabel(other));
                })
            .toList();
    try (Backbone backbone = openBackbone(Seed.of(1));
        FittedAdapter fitted = fit(backbone, train);
        FittedAdapter fittedOnSwapped =
            fit(backbone, train.withSamples(swapped), train.withSamples(swapped))) {
      assertThat(predict(fittedOnSwapped, unseen(), backbone))
          .as("predictions after fitting on other labels")
          .isNotEqualTo(predict(fitted, unseen(), backbone));
    }
  }

  @Test
  void fit_manyClasses_scoresEachInTheTasksOrder() {
    List<String> classes = List.of("tiny", "medium", "huge");
    Cohort three = SyntheticCohorts.of(Seed.of(34), 6, 9, classes, List.of("default"));
    Adapter adapter = provider().create(id(), options());
    assertThat(adapter.supports(three.task()))
        .as("supports(three classes), as takesManyClasses() says")
        .isEqualTo(takesManyClasses());
    try (Backbone backbone = openBackbone(Seed.of(1))) {
      if (!takesManyClasses()) {
        refusal(
            "a task that is not supported",
            InputException.class,
            () -> fit(backbone, three, three).close());
        return;
      }
      try (FittedAdapter fitted = fit(backbone, three, three)) {
        List<Prediction> predictions = predict(fitted, three.samples(), backbone);
        assertScores(predictions, 3);
        assertMostlyRight(predictions, three.samples(), three.task());
      }
    }
  }

  @Test
  void supports_twoClasses_isTrue() {
    assertThat(provider().create(id(), options()).supports(train().task()))
        .as("supports(two classes)")
        .isTrue();
  }

  @Test
  void fit_withoutValidation_isRefusedIfNeeded() {
    try (Backbone backbone = openBackbone(Seed.of(1))) {
      Cohort none = train().withSamples(List.of());
      if (provider().create(id(), options()).needsValidation()) {
        refusal(
            "a fit without validation data",
            InputException.class,
            () -> fit(backbone, train(), none).close());
      } else {
        assertThatCode(() -> fit(backbone, train(), none).close())
            .as("a fit without validation data, which needsValidation() says is not needed")
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void fit_classWithoutSample_isRefusedByName() {
    Cohort train = train();
    Cohort onlySmall =
        train.withSamples(train.samples().stream().filter(s -> s.label().equals("small")).toList());
    try (Backbone backbone = openBackbone(Seed.of(1))) {
      assertThat(
              refusal(
                  "a class without sample",
                  InputException.class,
                  () -> fit(backbone, onlySmall).close()))
          .hasMessageContaining("large");
    }
  }

  @Test
  void fit_onAStream_learnsOrRefusesByName() {
    SampleStream stream = new CohortStream(train(), Seed.of(9));
    try (Backbone backbone = openBackbone(Seed.of(1))) {
      FitRequest request =
          request(backbone, train(), validation())
              .withEpochSamples(train().size())
              .withTrainingStream(stream);
      Adapter adapter = provider().create(id(), options());
      if (!learnsFromStreams()) {
        assertThat(
                refusal(
                    "a stream, which learnsFromStreams() says it cannot learn from",
                    InputException.class,
                    () -> adapter.fit(request).close()))
            .hasMessageContaining(stream.name());
        return;
      }
      try (FittedAdapter fitted = adapter.fit(request)) {
        assertMostlyRight(predict(fitted, unseen(), backbone), unseen(), train().task());
      }
    }
  }

  @Test
  void option_unknown_isRefusedByName() {
    assertThat(
            refusal(
                "an unknown option",
                InputException.class,
                () -> provider().create(id(), UNKNOWN_OPTION)))
        .hasMessageContaining("no-such-setting");
  }

  @Test
  void settings_told_areKnown() {
    AdapterProvider provider = provider();
    for (String id : provider.ids()) {
      assertThat(provider.settings(id)).as("settings of %s", id).doesNotContainNull();
      for (String name : provider.settings(id)) {
        try {
          assertThat(provider.create(id, Options.none().with(name, "?"))).isNotNull();
        } catch (InputException e) {
          assertThat(e.problem())
              .as("refusal of the value of %s, which settings() tells", name)
              .contains(name, "?");
        }
      }
    }
  }

  @Test
  void check_backboneThatItIsFittedOn_isTaken() {
    try (Backbone backbone = openBackbone(Seed.of(1))) {
      assertThatCode(() -> provider().create(id(), options()).check(backbone))
          .as("check() of the backbone that it is fitted on")
          .doesNotThrowAnyException();
    }
  }

  @Test
  void load_whatWasSaved_predictsExactlyTheSame() throws IOException {
    Path saved = Files.createDirectory(folder.resolve("saved"));
    try (Backbone backbone = openBackbone(Seed.of(1))) {
      List<Prediction> before;
      try (FittedAdapter fitted = fit(backbone, train())) {
        before = predict(fitted, unseen(), backbone);
        fitted.save(saved);
      }
      try (FittedAdapter loaded = provider().load(id(), saved, backbone)) {
        assertThat(predict(loaded, unseen(), backbone))
            .as("predictions after saving and loading")
            .isEqualTo(before);
      }
    }
  }

  @Test
  void load_onOtherBackbone_isRefused() throws IOException {
    Path saved = Files.createDirectory(folder.resolve("saved"));
    try (Backbone backbone = openBackbone(Seed.of(1));
        Backbone other = openBackbone(Seed.of(2))) {
      try (FittedAdapter fitted = fit(backbone, train())) {
        fitted.save(saved);
      }
      refusal(
          "loading on a backbone with other weights",
          InputException.class,
          () -> provider().load(id(), saved, other).close());
    }
  }

  @Test
  void load_damagedOrEmptyFolder_isRefused() throws IOException {
    Path saved = Files.createDirectory(folder.resolve("saved"));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    try (Backbone backbone = openBackbone(Seed.of(1))) {
      try (FittedAdapter fitted = fit(backbone, train())) {
        fitted.save(saved);
      }
      truncateAll(saved);
      for (Path damaged : List.of(saved, empty)) {
        refusal(
            "loading the folder '" + damaged.getFileName() + "', damaged or empty",
            InputException.class,
            () -> provider().load(id(), damaged, backbone).close());
      }
    }
  }

  private static void truncateAll(Path saved) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(saved)) {
      files = tree.filter(Files::isRegularFile).toList();
    }
    assertThat(files).as("files that save() wrote").isNotEmpty();
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
  }

  @Test
  void close_twice_isFineAndPredictingAfterIsRefused() {
    try (Backbone backbone = openBackbone(Seed.of(1))) {
      FittedAdapter fitted = fit(backbone, train());
      fitted.close();
      assertThatCode(fitted::close).as("closing again").doesNotThrowAnyException();
      refusal(
          "predicting after close",
          IllegalStateException.class,
          () -> predict(fitted, unseen(), backbone));
      assertThatCode(() -> reader(backbone).embeddings(unseen(), Progress.NONE))
          .as("the borrowed backbone after the adapter was closed")
          .doesNotThrowAnyException();
    }
  }

  private FittedAdapter fit(Backbone backbone, Cohort train) {
    return fit(backbone, train, validation());
  }

  private FittedAdapter fit(Backbone backbone, Cohort train, Cohort validation) {
    return provider().create(id(), options()).fit(request(backbone, train, validation));
  }

  private FitRequest request(Backbone backbone, Cohort train, Cohort validation) {
    Path run;
    try {
      run = Files.createDirectory(folder.resolve("run-" + fits++));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return FitRequest.of(backbone, reader(backbone), train, run)
        .withValidation(validation)
        .withSeed(Seed.of(7));
  }

  private List<Prediction> predict(FittedAdapter fitted, List<Sample> samples, Backbone backbone) {
    List<Prediction> predictions = new ArrayList<>();
    fitted.predict(samples, reader(backbone), predictions::add, Progress.NONE);
    return predictions;
  }

  private static void assertScores(List<Prediction> predictions, int classes) {
    for (Prediction prediction : predictions) {
      double[] scores = prediction.classScores();
      assertThat(scores).as("scores of %s", prediction.sampleId()).hasSize(classes);
      assertThat(Arrays.stream(scores).sum())
          .as("sum of the scores of %s", prediction.sampleId())
          .isCloseTo(1, within(1e-6));
    }
  }

  private static void assertMostlyRight(
      List<Prediction> predictions, List<Sample> samples, Task task) {
    List<String> classes = ((Task.Classification) task).classes();
    int right = 0;
    for (int i = 0; i < samples.size(); i++) {
      double[] scores = predictions.get(i).classScores();
      int label = classes.indexOf(samples.get(i).label());
      right += scores[label] == Arrays.stream(scores).max().orElseThrow() ? 1 : 0;
    }
    assertThat((double) right / samples.size())
        .as("share of right predictions where the classes differ")
        .isGreaterThan(0.7);
  }
}
