package org.histofm.eval.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Task;
import org.histofm.eval.split.Fold;
import org.histofm.eval.split.LabelDraw;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.provenance.Facts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out a plan in an output folder, and carries on where an earlier process stopped.
 *
 * <p>The folder holds {@code recipe.json} (what fits and predictions depend on), {@code split.json}
 * (who is development and who is test, by seed), {@code quarantine.csv} (images left out, if any),
 * {@code runs/ARM/fFRACTION/sSEED/} with {@code predictions.csv} and, last, {@code run.json} (until
 * then also {@code work/}, in which an adapter may keep how far it has come), and in the end {@code
 * results.json}, {@code results.csv} and, of several arms, {@code differences.csv}. Results are
 * always made from the predictions on disk, so an unbroken and a resumed experiment read the same,
 * byte for byte, but for the key {@code run}. Every file is written whole or not at all.
 */
public final class Experiment {
  private static final Logger LOG = LoggerFactory.getLogger(Experiment.class);

  private final ExperimentPlan given;
  private final Backbone backbone;
  private final SampleReader reader;
  private final Path out;
  private final Progress progress;
  private final Instant started = Instant.now();

  private Experiment(
      ExperimentPlan plan, Backbone backbone, SampleReader reader, Path out, Progress progress) {
    this.given = plan;
    this.backbone = backbone;
    this.reader = reader;
    this.out = out;
    this.progress = progress;
  }

  /**
   * Runs what is not finished yet, evaluates everything, and writes the results.
   *
   * @param plan what is compared
   * @param backbone the opened backbone; borrowed
   * @param reader reads samples for this backbone; borrowed
   * @param out the output folder; made if absent. One process at a time may use it
   * @param progress where progress goes
   * @throws InputException before any work if an adapter does not take the task or backbone, an
   *     evaluator does not take the task, an adapter needs validation samples that the plan does
   *     not set aside, a sample has no label, a fraction is too small, a split would leak, more
   *     images are bad than the plan allows (all listed), the folder is in use or holds another
   *     experiment (differences listed)
   * @throws EnvironmentException if the folder cannot be written, or the thread is interrupted
   *     between two runs; what is finished is kept
   */
  public static ExperimentResults run(
      ExperimentPlan plan, Backbone backbone, SampleReader reader, Path out, Progress progress) {
    refuseUnsupported(plan);
    plan.arms().forEach(arm -> arm.adapter().check(backbone));
    // Before a single image is read: too small a fraction, a missing label or a leak ends here.
    List<SeedSplit> splits = split(plan);
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new InputException(
          "the output folder " + out + " cannot be made: " + e + ".",
          "Choose a folder that you may write.",
          e);
    }
    try (OutputLock lock = OutputLock.take(out)) {
      return new Experiment(plan, backbone, reader, lock.folder(), progress).run(splits);
    }
  }

  static Task.Classification classification(Cohort cohort) {
    if (cohort.task() instanceof Task.Classification task) {
      return task;
    }
    throw new InputException(
        "cohort " + cohort.name() + " has a task that experiments do not know: " + cohort.task(),
        "Use a classification data set.");
  }

  private static void refuseUnsupported(ExperimentPlan plan) {
    Task.Classification task = classification(plan.cohort());
    for (Arm arm : plan.arms()) {
      if (!arm.adapter().supports(task)) {
        throw new InputException(
            "adapter '" + arm.adapterId() + "' does not take the task " + task + ".",
            "Use another adapter.");
      }
      if (plan.validation() == LabelDraw.Validation.NONE && arm.adapter().needsValidation()) {
        throw new InputException(
            "adapter '"
                + arm.adapterId()
                + "' with settings "
                + arm.options()
                + " chooses on validation samples, and there are none.",
            "Give it settings that leave nothing to choose, or keep validation samples"
                + " (--validation grouped).");
      }
    }
    for (EvaluatorChoice choice : plan.evaluators()) {
      if (!choice.evaluator().supports(task)) {
        throw new InputException(
            "evaluator '" + choice.id() + "' does not take the task " + task + ".",
            "Use another evaluator.");
      }
    }
  }

  private static List<SeedSplit> split(ExperimentPlan plan) {
    List<SeedSplit> splits = new ArrayList<>();
    for (long seed : plan.seeds()) {
      splits.add(SeedSplit.of(plan, seed, fold(plan, seed)));
    }
    return splits;
  }

  private static Fold fold(ExperimentPlan plan, long seed) {
    if (plan.split() instanceof SplitRule.Published rule) {
      return Fold.published(plan.cohort(), rule.name(), plan.trainDomain());
    }
    if (plan.split() instanceof SplitRule.PublishedDespiteLeak rule) {
      return Fold.publishedDespiteLeak(plan.cohort(), rule.name(), plan.trainDomain());
    }
    return Fold.byGroup(plan.cohort(), plan.trainDomain(), SeedSplit.dataSeed(seed));
  }

  private ExperimentResults run(List<SeedSplit> ofAllSamples) {
    Path recipeFile = out.resolve("recipe.json");
    Optional<Recipe> stored = Recipe.read(recipeFile);
    Recipe settings = Recipe.of(given, backbone);
    stored.ifPresent(before -> settings.requireSameAs(before, out));

    ImageCheck.Result images =
        ImageCheck.of(given.cohort(), reader, out.resolve("image-check.json"), progress);
    images.requireAtMost(given.maxFailed(), given.cohort().size());
    Recipe recipe = settings.with(images);
    stored.ifPresent(before -> recipe.requireSameAs(before, out));
    if (!images.failed().isEmpty()) {
      LOG.warn("{} images cannot be decoded and are left out", images.failed().size());
      ImageCheck.writeQuarantine(out.resolve("quarantine.csv"), images.failed());
    }

    ExperimentPlan plan = given.withCohort(images.remaining(given.cohort()));
    Path splitFile = out.resolve("split.json");
    List<SeedSplit> splits;
    if (stored.isPresent() && Files.exists(splitFile)) {
      splits = SplitFile.read(splitFile, plan);
    } else {
      splits = images.failed().isEmpty() ? ofAllSamples : split(plan);
      recipe.write(recipeFile);
      SplitFile.write(splitFile, plan.cohort(), splits);
    }

    int resumed = fit(plan, recipe, splits);
    ExperimentResults results = evaluate(plan, recipe, images, splits, resumed);
    AtomicFile.write(out.resolve("results.csv"), ResultsCsv.of(results));
    if (plan.arms().size() > 1) {
      AtomicFile.write(out.resolve("differences.csv"), DifferencesCsv.of(results));
    }
    AtomicFile.write(out.resolve("results.json"), ResultsJson.of(results));
    return results;
  }

  /** Returns how many runs an earlier process had finished. */
  private int fit(ExperimentPlan plan, Recipe recipe, List<SeedSplit> splits) {
    SampleReader warmed = new WarmedReader(reader, samples(plan, splits));
    String notice = backbone.untrained() ? ExperimentResults.UNTRAINED : "";
    long total = (long) plan.arms().size() * plan.fractions().size() * splits.size();
    long done = 0;
    int resumed = 0;
    for (Arm arm : plan.arms()) {
      for (double fraction : plan.fractions()) {
        for (SeedSplit split : splits) {
          refuseInterrupt();
          progress.update("runs", done++, total);
          RunKey key = new RunKey(arm.label(), fraction, split.seed());
          RunFolder folder = new RunFolder(out, key, recipe.hash(), split);
          if (folder.finished().isPresent()) {
            LOG.info("resumed: run {} is finished, kept", key.describe());
            folder.tidy();
            resumed++;
          } else {
            LOG.info("run {}", key.describe());
            folder.execute(plan, arm, backbone, warmed, notice, progress);
          }
        }
      }
    }
    progress.update("runs", total, total);
    return resumed;
  }

  /** All samples that some run reads, in the cohort's order. */
  private static List<Sample> samples(ExperimentPlan plan, List<SeedSplit> splits) {
    Set<String> used = new HashSet<>();
    for (SeedSplit split : splits) {
      split.fold().development().samples().forEach(s -> used.add(s.id()));
      split.tests(plan.trainDomain()).values().forEach(t -> t.forEach(s -> used.add(s.id())));
    }
    return plan.cohort().samples().stream().filter(s -> used.contains(s.id())).toList();
  }

  private static void refuseInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new EnvironmentException(
          "the experiment was interrupted; finished runs are kept.",
          "Start it again with the same settings to go on.");
    }
  }

  private ExperimentResults evaluate(
      ExperimentPlan plan,
      Recipe recipe,
      ImageCheck.Result images,
      List<SeedSplit> splits,
      int resumed) {
    Task.Classification task = classification(plan.cohort());
    Judge judge = new Judge(plan, task, backbone.card());
    List<RunResult> runs = new ArrayList<>();
    List<Aggregate> aggregates = new ArrayList<>();
    List<ArmDifference> differences = new ArrayList<>();
    long total = (long) plan.arms().size() * plan.fractions().size();
    // Fraction by fraction, so that no more predictions are held than are compared.
    for (double fraction : plan.fractions()) {
      List<Judge.JudgedArm> judged = new ArrayList<>();
      for (Arm arm : plan.arms()) {
        progress.update("evaluate", aggregates.size(), total);
        List<Map<TestSet, ScoredSamples>> predictions = new ArrayList<>();
        double labels = 0;
        for (SeedSplit split : splits) {
          RunKey key = new RunKey(arm.label(), fraction, split.seed());
          RunFolder folder = new RunFolder(out, key, recipe.hash(), split);
          RunFolder.Finished finished =
              folder
                  .finished()
                  .orElseThrow(
                      () ->
                          new EnvironmentException(
                              "run " + key.describe() + " was changed on disk meanwhile.",
                              "Start again: it will be done anew."));
          Map<TestSet, ScoredSamples> scored =
              Judge.withPooled(PredictionTable.read(folder.predictions(), task));
          predictions.add(scored);
          labels += split.draw(fraction).labels().labels();
          runs.add(
              new RunResult(
                  key,
                  split.draw(fraction),
                  split,
                  finished.facts(),
                  finished.warnings(),
                  judge.judge(List.of(scored)),
                  folder.predictions(),
                  finished.seconds(),
                  finished.finished()));
        }
        Aggregate aggregate =
            new Aggregate(
                arm.label(),
                fraction,
                plan.seeds(),
                labels / splits.size(),
                judge.judge(predictions));
        aggregates.add(aggregate);
        judged.add(new Judge.JudgedArm(aggregate, predictions));
      }
      differences.addAll(judge.compare(judged));
    }
    // Arm by arm is how people read them; the order within an arm stays.
    List<String> arms = plan.arms().stream().map(Arm::label).toList();
    runs.sort(Comparator.comparingInt(run -> arms.indexOf(run.key().arm())));
    aggregates.sort(Comparator.comparingInt(aggregate -> arms.indexOf(aggregate.arm())));
    differences.sort(
        Comparator.<ArmDifference>comparingInt(d -> arms.indexOf(d.arm()))
            .thenComparingInt(d -> arms.indexOf(d.against())));
    progress.update("evaluate", total, total);
    return new ExperimentResults(
        plan,
        BackboneSummary.of(backbone),
        recipe.hash(),
        given.cohort().hash(),
        images.hash(),
        images.failed(),
        splits,
        runs,
        aggregates,
        Judge.corrected(differences),
        environment(resumed));
  }

  private Facts environment(int resumed) {
    Instant now = Instant.now();
    return Facts.none()
        .with("started", started.toString())
        .with("finished", now.toString())
        .with("seconds", Double.toString((now.toEpochMilli() - started.toEpochMilli()) / 1e3))
        .with("resumed_runs", Integer.toString(resumed))
        .with("folder", out.toAbsolutePath().normalize().toString())
        .with("java", System.getProperty("java.vm.name") + " " + Runtime.version())
        .with("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
        .with("architecture", System.getProperty("os.arch"))
        .with("processors", Integer.toString(Runtime.getRuntime().availableProcessors()))
        .with(given.environment());
  }
}
