package org.histofm.eval.experiment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.PublishedSplit;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.eval.split.LabelDraw.Validation;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Evaluator;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {
  private static final Cohort COHORT =
      Bench.cohort(List.of("normal", "atypical"), List.of("a", "b", "c"), 12, 4);
  private static final int RUNS = 4;

  /** The second run. */
  private static final String BROKEN = "nearest-centroid/f0.5/s43";

  private final Bench.ColourReader reader = new Bench.ColourReader();
  private final Backbone backbone = Bench.backbone(false, List.of());
  private final Path folder;

  ExperimentTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ExperimentResults run(ExperimentPlan plan, Path out) {
    return Experiment.run(plan, backbone, reader, out, Progress.NONE);
  }

  private static ExperimentPlan plan(NearestCentroid adapter) {
    return Bench.plan(COHORT, Bench.arm(adapter));
  }

  /** All of results.json before its last key, which holds what may differ. */
  private static String stable(Path out) throws IOException {
    String text = Files.readString(out.resolve("results.json"));
    int run = text.indexOf("\n  \"run\" : {");
    assertThat(run).isPositive();
    return text.substring(0, run);
  }

  private static JsonNode json(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("results.json").toFile());
  }

  @Test
  void run_sameSeedInAnotherFolder_givesTheSameBytes() throws IOException {
    run(plan(new NearestCentroid()), folder.resolve("one"));
    run(plan(new NearestCentroid()), folder.resolve("two"));

    assertThat(stable(folder.resolve("two"))).isEqualTo(stable(folder.resolve("one")));
    assertThat(folder.resolve("two/results.csv"))
        .hasSameTextualContentAs(folder.resolve("one/results.csv"));
  }

  @Test
  void run_brokenOffAtEachRun_resumesToTheSameBytesWithoutDoingAnyAgain() throws IOException {
    run(plan(new NearestCentroid()), folder.resolve("unbroken"));
    for (int k = 1; k <= RUNS; k++) {
      Path out = folder.resolve("broken" + k);
      NearestCentroid first = new NearestCentroid();
      first.failAt(k);
      assertThatThrownBy(() -> run(plan(first), out)).hasMessageContaining("killed at fit");
      NearestCentroid second = new NearestCentroid();
      Bench.ColourReader fresh = new Bench.ColourReader();
      ExperimentResults results = Experiment.run(plan(second), backbone, fresh, out, Progress.NONE);

      assertThat(second.fits()).isEqualTo(RUNS - (k - 1));
      assertThat(stable(out)).isEqualTo(stable(folder.resolve("unbroken")));
      assertThat(results.environment().asMap()).containsEntry("resumed_runs", "" + (k - 1));
      assertThat(fresh.embedded.get(0)).as("batches as in an unbroken run").hasSize(COHORT.size());
    }
  }

  @Test
  void run_processHaltedInTheMiddle_resumes() throws Exception {
    Path out = folder.resolve("halted");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HaltedExperiment.class.getName(),
                out.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(137);
    NearestCentroid again = new NearestCentroid();
    run(Bench.plan(HaltedExperiment.cohort(), Bench.arm(again)), out);
    run(
        Bench.plan(HaltedExperiment.cohort(), Bench.arm(new NearestCentroid())),
        folder.resolve("unbroken"));

    assertThat(again.fits()).isEqualTo(RUNS - 2);
    assertThat(stable(out)).isEqualTo(stable(folder.resolve("unbroken")));
  }

  @Test
  void run_brokenOffInAFit_leavesTheAdapterItsFolderAndTakesItWhenDone() throws IOException {
    Path out = folder.resolve("broken");
    List<String> seen = new ArrayList<>();
    assertThatThrownBy(() -> run(plan(notesIn(seen, 2)), out)).hasMessage("killed");
    Files.writeString(out.resolve("runs").resolve(BROKEN).resolve("stray"), "");
    run(plan(notesIn(seen, 0)), out);

    assertThat(seen).as("notes found: of no run but the broken one").containsOnlyOnce("found");
    try (Stream<Path> files = Files.walk(out.resolve("runs"))) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsOnly("predictions.csv", "run.json");
    }
    run(plan(notesIn(new ArrayList<>(), 0)), folder.resolve("unbroken"));
    assertThat(stable(out)).isEqualTo(stable(folder.resolve("unbroken")));
  }

  @Test
  void run_brokenOffInAFitOfOtherData_doesNotGoOnFromThere() throws IOException {
    Path out = folder.resolve("broken");
    List<String> seen = new ArrayList<>();
    assertThatThrownBy(() -> run(plan(notesIn(seen, 2)), out)).hasMessage("killed");
    Path begun = out.resolve("runs").resolve(BROKEN).resolve("begun.json");
    Files.writeString(begun, Files.readString(begun).replaceFirst("\"[0-9a-f]{64}", "\"0"));
    run(plan(notesIn(seen, 0)), out);
    assertThat(seen).doesNotContain("found");
  }

  /** Notes in its folder that it began; fails at the k-th fit. */
  private static NearestCentroid notesIn(List<String> seen, int k) {
    return new NearestCentroid() {
      private int calls;

      @Override
      public FittedAdapter fit(FitRequest request) {
        Path note = request.runDirectory().resolve("note");
        seen.add(Files.exists(note) ? "found" : "nothing");
        try {
          Files.writeString(note, "begun");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        if (++calls == k) {
          throw new IllegalStateException("killed");
        }
        return super.fit(request);
      }
    };
  }

  @Test
  void run_onAllFractions_countsEpochsByTheLargestDraw() {
    Map<Integer, Set<Integer>> epochs = new TreeMap<>();
    NearestCentroid adapter =
        new NearestCentroid() {
          @Override
          public FittedAdapter fit(FitRequest request) {
            epochs
                .computeIfAbsent(request.epochSamples(), e -> new TreeSet<>())
                .add(request.train().size());
            return super.fit(request);
          }
        };
    run(plan(adapter), folder);
    epochs.forEach((samples, train) -> assertThat(train).hasSizeGreaterThan(1).endsWith(samples));
  }

  @Test
  void run_adapterThatDoesNotTakeTheBackbone_isRefusedBeforeAnyWork() {
    NearestCentroid adapter =
        new NearestCentroid() {
          @Override
          public void check(Backbone refused) {
            throw new InputException(refused.card().id() + " cannot be trained.", "Use another.");
          }
        };
    Path out = folder.resolve("none");
    assertThatThrownBy(() -> run(plan(adapter), out)).hasMessageContaining("cannot be trained");
    assertThat(out).doesNotExist();
  }

  @Test
  void run_finished_fitsAndEmbedsNothing() throws IOException {
    run(plan(new NearestCentroid()), folder);
    String before = stable(folder);
    NearestCentroid again = new NearestCentroid();
    Bench.ColourReader fresh = new Bench.ColourReader();
    Experiment.run(plan(again), backbone, fresh, folder, Progress.NONE);

    assertThat(again.fits()).isZero();
    assertThat(fresh.embedded).isEmpty();
    assertThat(fresh.probed).as("the image check is remembered").hasValue(0);
    assertThat(stable(folder)).isEqualTo(before);
  }

  @Test
  void run_stoppedBeforeItsRecordOrWithDamagedPredictions_isDoneAgain() throws IOException {
    run(plan(new NearestCentroid()), folder);
    String before = stable(folder);
    Files.delete(folder.resolve("runs/nearest-centroid/f0.5/s42/run.json"));
    Files.writeString(folder.resolve("runs/nearest-centroid/f0.5/s42/left-over"), "half a file");
    Path cut = folder.resolve("runs/nearest-centroid/f1/s43/predictions.csv");
    Files.writeString(cut, Files.readString(cut).substring(0, 100));
    NearestCentroid again = new NearestCentroid();
    run(plan(again), folder);

    assertThat(again.fits()).isEqualTo(2);
    assertThat(folder.resolve("runs/nearest-centroid/f0.5/s42/left-over")).doesNotExist();
    assertThat(stable(folder)).isEqualTo(before);
  }

  @Test
  void run_anotherExperimentInTheFolder_isRefusedWithEveryDifference() {
    run(plan(new NearestCentroid()), folder);
    NearestCentroid adapter = new NearestCentroid();
    ExperimentPlan other =
        ExperimentPlan.of(
                COHORT,
                "b",
                List.of(Arm.of("nearest-centroid", Options.none().with("c", "1"), adapter)),
                List.of(Bench.classification()))
            .withFractions(List.of(1.0))
            .withSeeds(List.of(42L, 43L))
            .withProvenance(Facts.none().with("weights", "uni2-h"));

    assertThatThrownBy(() -> run(other, folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("train domain (there: a; now: b)")
        .hasMessageContaining("fractions (there: 0.5, 1; now: 1)")
        .hasMessageContaining("{c=1}")
        .hasMessageContaining("provenance weights (there: none; now: uni2-h)")
        .hasMessageContaining("--out");
    assertThat(adapter.fits()).isZero();
  }

  @Test
  void run_otherEvaluator_readsKeptPredictions() {
    run(plan(new NearestCentroid()), folder);
    NearestCentroid adapter = new NearestCentroid();
    EvaluatorChoice second = new EvaluatorChoice("own", Options.none(), new Bench.OwnAccuracy());
    ExperimentPlan plan =
        ExperimentPlan.of(
                COHORT, "a", List.of(Bench.arm(adapter)), List.of(Bench.classification(), second))
            .withFractions(List.of(0.5, 1.0))
            .withSeeds(List.of(42L, 43L));
    ExperimentResults results = run(plan, folder);

    assertThat(adapter.fits()).isZero();
    assertThat(results.metrics())
        .containsExactly("balanced_accuracy", "auroc", "f1", "accuracy", "own/accuracy");
  }

  @Test
  void run_folderInUse_isRefused() throws IOException {
    Files.createDirectories(folder);
    try (OutputLock lock = OutputLock.take(folder)) {
      assertThatThrownBy(() -> run(plan(new NearestCentroid()), folder))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("another process is writing to " + lock.folder());
    }
    run(plan(new NearestCentroid()), folder);
  }

  @Test
  void run_imagesThatDoNotDecode_areAllListedBeforeTheFirstRun() {
    reader.broken.put("a/slide0/1", "truncated PNG");
    reader.broken.put("c/slide3/2", "not an image");
    NearestCentroid adapter = new NearestCentroid();

    assertThatThrownBy(() -> run(plan(adapter), folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 of 144 images cannot be decoded")
        .hasMessageContaining("a/slide0/1: truncated PNG")
        .hasMessageContaining("c/slide3/2: not an image")
        .hasMessageContaining("--max-failed 2");
    assertThat(adapter.fits()).isZero();
  }

  @Test
  void run_failedImagesAllowed_areLeftOutAndCountedEverywhere() throws IOException {
    reader.broken.put("a/slide0/1", "truncated, after \"IDAT\"");
    reader.broken.put("c/slide3/2", "not an image");
    ExperimentResults results = run(plan(new NearestCentroid()).withMaxFailed(2), folder);

    assertThat(results.quarantined())
        .extracting(Quarantined::id)
        .containsExactly("a/slide0/1", "c/slide3/2");
    assertThat(results.cohort().size()).isEqualTo(COHORT.size() - 2);
    assertThat(results.warnings().get(0)).startsWith("2 images could not be decoded");
    assertThat(folder.resolve("quarantine.csv"))
        .content()
        .contains("id,file,reason,remedy\n")
        .contains("a/slide0/1,")
        .contains("\"truncated, after \"\"IDAT\"\"\"");
    assertThat(json(folder).at("/cohort/n_failed").asInt()).isEqualTo(2);
    assertThat(json(folder).at("/cohort/n_samples").asInt()).isEqualTo(COHORT.size() - 2);
    List<List<String>> rows = Csv.parse(Files.readString(folder.resolve("results.csv")));
    int column = rows.get(0).indexOf("n_failed");
    assertThat(rows.subList(1, rows.size())).allMatch(row -> row.get(column).equals("2"));
    for (SeedSplit split : results.splits()) {
      assertThat(requireNonNull(split.fold().outOfDomain().get("c")).samples())
          .extracting(Sample::id)
          .doesNotContain("c/slide3/2");
    }
    NearestCentroid again = new NearestCentroid();
    run(plan(again).withMaxFailed(2), folder);
    assertThat(again.fits()).isZero();
    reader.broken.clear();
    assertThatThrownBy(() -> run(plan(again).withMaxFailed(2), folder))
        .hasMessageContaining("images left out (there: a/slide0/1, c/slide3/2; now: )");
  }

  @Test
  void run_fractionTooSmall_isRefusedBeforeAnyImageIsRead() {
    Path out = folder.resolve("out");
    assertThatThrownBy(
            () -> run(plan(new NearestCentroid()).withFractions(List.of(0.001, 1.0)), out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at least");
    assertThat(reader.probed).hasValue(0);
    assertThat(out).doesNotExist();
  }

  @Test
  void run_whatCannotWork_isRefusedByName() {
    Cohort unlabelled =
        COHORT.withSamples(
            List.of(
                Sample.of("x", "g", COHORT.samples().get(0).source(), new Target.None())
                    .withDomain("a")));
    assertThatThrownBy(() -> run(Bench.plan(unlabelled, Bench.arm(new NearestCentroid())), folder))
        .hasMessageContaining("1 sample without a class: [x]");
    NearestCentroid picky =
        new NearestCentroid() {
          @Override
          public boolean supports(Task task) {
            return false;
          }
        };
    assertThatThrownBy(() -> run(plan(picky), folder))
        .hasMessageContaining("adapter 'nearest-centroid' does not take the task");
    NearestCentroid choosy =
        new NearestCentroid() {
          @Override
          public boolean needsValidation() {
            return true;
          }
        };
    assertThatThrownBy(() -> run(plan(choosy).withValidation(Validation.NONE), folder))
        .hasMessageContaining("chooses on validation samples, and there are none");
    Evaluator blind =
        new Evaluator() {
          @Override
          public boolean supports(Task task) {
            return false;
          }

          @Override
          public List<Estimate> evaluate(EvaluationRequest request) {
            throw new AssertionError();
          }
        };
    ExperimentPlan plan =
        ExperimentPlan.of(
            COHORT,
            "a",
            List.of(Bench.arm(new NearestCentroid())),
            List.of(new EvaluatorChoice("blind", Options.none(), blind)));
    assertThatThrownBy(() -> run(plan, folder))
        .hasMessageContaining("evaluator 'blind' does not take the task");
  }

  @Test
  void run_interrupted_stopsBetweenRunsAndKeepsWhatIsFinished() {
    Progress interrupt =
        (stage, done, total) -> {
          if (stage.equals("runs") && done == 2) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(
            () -> Experiment.run(plan(new NearestCentroid()), backbone, reader, folder, interrupt))
        .isInstanceOf(EnvironmentException.class);
    assertThat(Thread.interrupted()).as("the flag is restored").isTrue();
    NearestCentroid again = new NearestCentroid();
    run(plan(again), folder);
    assertThat(again.fits()).isEqualTo(RUNS - 2);
  }

  @Test
  void results_untrainedBackbone_areMarkedEverywhere() throws IOException {
    Backbone untrained = Bench.backbone(true, List.of());
    ExperimentResults results =
        Experiment.run(plan(new NearestCentroid()), untrained, reader, folder, Progress.NONE);
    String notice = "untrained backbone: a plumbing check, no finding";

    assertThat(results.warnings().get(0)).isEqualTo(notice);
    assertThat(results.notice()).isEqualTo(notice);
    assertThat(json(folder).at("/notice").asText()).isEqualTo(notice);
    List<List<String>> rows = Csv.parse(Files.readString(folder.resolve("results.csv")));
    assertThat(rows.subList(1, rows.size()))
        .isNotEmpty()
        .allMatch(row -> row.get(row.size() - 1).equals(notice));
    assertThat(folder.resolve("runs/nearest-centroid/f1/s42/run.json")).content().contains(notice);
    rows = Csv.parse(Files.readString(results.runs().get(0).predictions()));
    assertThat(rows.subList(1, rows.size()))
        .isNotEmpty()
        .allMatch(row -> row.get(row.size() - 1).equals(notice));
  }

  @Test
  void results_domainAmongPretrainingCohorts_isMarkedSeen() throws IOException {
    Cohort cohort = Bench.cohort(List.of("n", "p"), List.of("MIDOG21", "TUPAC16"), 12, 4);
    ExperimentResults results =
        Experiment.run(
            Bench.plan(cohort, Bench.arm(new NearestCentroid())),
            Bench.backbone(false, List.of("TCGA", "PAIP")),
            reader,
            folder,
            Progress.NONE);

    assertThat(results.warnings())
        .contains(
            "seen: the backbone was pretrained on TCGA, to which out-of-domain TUPAC16 belongs");
    JsonNode evaluations = json(folder).at("/runs/0/evaluations");
    assertThat(evaluations.at("/0/seen").asBoolean()).isFalse();
    assertThat(evaluations.at("/1/seen").asBoolean()).isTrue();
    assertThat(evaluations.at("/1/seen_in/0").asText()).isEqualTo("TCGA");
  }

  @Test
  void results_warnings_nameMissingSamplesAdaptersAndUnequalArms() {
    Arm a =
        new Arm(
            "a",
            "x",
            Options.none(),
            new NearestCentroid(
                Facts.none().with("augmentation", "none"), List.of("did not converge")));
    Arm b =
        new Arm(
            "b",
            "y",
            Options.none(),
            new NearestCentroid(Facts.none().with("augmentation", "flips"), List.of()));
    Cohort cohort = COHORT.withMissing(List.of("m1", "m2", "m3")).withWarning("two tables differ");
    ExperimentResults results = run(Bench.plan(cohort, a, b), folder);

    assertThat(results.warnings())
        .contains(
            "3 samples of the data set have no file and are left out",
            "two tables differ",
            "a: did not converge (fraction 0.5 seed 42; fraction 0.5 seed 43;"
                + " fraction 1 seed 42; fraction 1 seed 43)",
            "unequal arms: augmentation (a: none; b: flips)")
        .anyMatch(w -> w.startsWith("few groups: in-domain a stands on"));
  }

  @Test
  void results_leakingPublishedSplit_isOpenedByNameOnlyAndWarns() {
    Set<String> train = new TreeSet<>();
    Set<String> test = new TreeSet<>();
    for (Sample sample : COHORT.samples()) {
      (sample.id().endsWith("0") ? test : train).add(sample.id());
    }
    Cohort cohort = COHORT.withPublishedSplit(new PublishedSplit("authors", train, test));
    ExperimentPlan plan = Bench.plan(cohort, Bench.arm(new NearestCentroid()));

    assertThatThrownBy(() -> run(plan.withSplit(SplitRule.published("authors")), folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("leaks");
    NearestCentroid again = new NearestCentroid();
    ExperimentResults results =
        run(plan.withSplit(SplitRule.publishedDespiteLeak("authors")), folder);
    run(
        Bench.plan(cohort, Bench.arm(again)).withSplit(SplitRule.publishedDespiteLeak("authors")),
        folder);
    assertThat(results.warnings()).anyMatch(w -> w.startsWith("leaking split"));
    assertThat(again.fits()).isZero();
  }

  @Test
  void results_severalOtherDomains_areAlsoPooled() {
    ExperimentResults results = run(plan(new NearestCentroid()), folder);

    assertThat(results.testSets())
        .containsExactly(
            TestSet.inDomain("a"),
            TestSet.outOfDomain("b"),
            TestSet.outOfDomain("c"),
            TestSet.allOutOfDomain());
    RunKey key = new RunKey("nearest-centroid", 1, 42);
    assertThat(results.estimate(key, TestSet.allOutOfDomain(), "accuracy").orElseThrow().samples())
        .isEqualTo(2 * 48);
    assertThat(results.aggregate("nearest-centroid", 1).orElseThrow().scope())
        .isEqualTo("the procedure");
    assertThat(
            results
                .estimate("nearest-centroid", 1, TestSet.inDomain("a"), "accuracy")
                .orElseThrow()
                .seeds())
        .isEqualTo(2);
  }

  @Test
  void split_damagedOnDisk_isRefused() throws IOException {
    run(plan(new NearestCentroid()), folder);
    Path split = folder.resolve("split.json");
    Files.writeString(
        split, Files.readString(split).replaceFirst("\"hash\" : \".", "\"hash\" : \"x"));

    assertThatThrownBy(() -> run(plan(new NearestCentroid()), folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("split.json")
        .hasMessageContaining("do not fit their hash");
  }
}
