package org.histofm.eval.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.histofm.EnvironmentException;
import org.histofm.Progress;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one run. {@code run.json} is written last: a folder that holds it, for the same
 * recipe, split and draw and with its predictions intact, is a finished run and is never done
 * again. Any other is cleared, but for {@code work/}, the adapter's own folder: if {@code
 * begun.json} says that it is of the same recipe, split and draw, then it is left to the adapter,
 * which may go on from there. Both go when the run is finished.
 */
final class RunFolder {
  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

  private final Path folder;
  private final RunKey key;
  private final String recipeHash;
  private final SeedSplit split;

  RunFolder(Path out, RunKey key, String recipeHash, SeedSplit split) {
    this.folder =
        out.resolve("runs")
            .resolve(key.arm())
            .resolve("f" + RunKey.text(key.fraction()))
            .resolve("s" + key.seed());
    this.key = key;
    this.recipeHash = recipeHash;
    this.split = split;
  }

  /**
   * A finished run as its folder tells it.
   *
   * @param facts what the adapter says of its fit
   * @param warnings the adapter's warnings
   * @param seconds how long fitting and predicting took
   * @param finished when
   */
  record Finished(Facts facts, List<String> warnings, double seconds, String finished) {}

  Path predictions() {
    return folder.resolve("predictions.csv");
  }

  private Path record() {
    return folder.resolve("run.json");
  }

  private Path begun() {
    return folder.resolve("begun.json");
  }

  private Path work() {
    return folder.resolve("work");
  }

  /** What must be the same for a run, or a part of one, to be used again. */
  private ObjectNode identity() {
    ObjectNode json = Json.object();
    json.put("recipe_hash", recipeHash);
    json.put("split_hash", split.fold().hash());
    json.put("draw_hash", split.draw(key.fraction()).hash());
    return json;
  }

  private boolean isOurs(JsonNode json) {
    for (Map.Entry<String, JsonNode> entry : identity().properties()) {
      if (!entry.getValue().equals(json.path(entry.getKey()))) {
        return false;
      }
    }
    return true;
  }

  Optional<Finished> finished() {
    if (!Files.exists(record())) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.read(record());
      if (isOurs(json)
          && json.path("predictions_sha256").asText().equals(Sha256.of(predictions()))) {
        JsonNode run = json.path("run");
        return Optional.of(
            new Finished(
                Json.facts(json.path("adapter_facts")),
                Json.texts(json.path("warnings")),
                run.path("seconds").asDouble(),
                run.path("finished").asText()));
      }
      LOG.warn("run {} was made from other data or is damaged; doing it again", key.describe());
    } catch (IOException e) {
      LOG.warn("run {} is damaged ({}); doing it again", key.describe(), e.toString());
    }
    return Optional.empty();
  }

  /** Fits on the draw, predicts all test sets, and writes the folder. */
  void execute(
      ExperimentPlan plan,
      Arm arm,
      Backbone backbone,
      SampleReader reader,
      String notice,
      Progress progress) {
    prepare();
    long start = System.nanoTime();
    Draw draw = split.draw(key.fraction());
    Task.Classification task = Experiment.classification(plan.cohort());
    FitRequest request =
        FitRequest.of(backbone, reader, draw.labels().train(), work())
            .withValidation(draw.labels().validation())
            .withSeed(split.trainingSeed())
            .withEpochSamples(split.epochSamples())
            .withProgress(progress);
    PredictionTable table = new PredictionTable(task, notice);
    Facts facts;
    List<String> warnings;
    try (FittedAdapter fitted = arm.adapter().fit(request)) {
      facts = fitted.facts();
      warnings = List.copyOf(fitted.warnings());
      for (Map.Entry<TestSet, List<Sample>> test : split.tests(plan.trainDomain()).entrySet()) {
        predict(fitted, test.getKey(), test.getValue(), task, reader, table, progress);
      }
    }
    AtomicFile.write(predictions(), table.text());
    double seconds = (System.nanoTime() - start) / 1e9;
    AtomicFile.write(
        record(),
        Json.text(toJson(task, draw, notice, facts, warnings, Sha256.of(table.text()), seconds)));
    tidy();
  }

  /** Deletes what a finished run needs no more. */
  void tidy() {
    delete(work());
    delete(begun());
  }

  private void predict(
      FittedAdapter fitted,
      TestSet test,
      List<Sample> samples,
      Task.Classification task,
      SampleReader reader,
      PredictionTable table,
      Progress progress) {
    if (samples.isEmpty()) {
      return;
    }
    Iterator<Sample> expected = samples.iterator();
    fitted.predict(
        samples.stream().map(RunFolder::withoutLabel).toList(),
        reader,
        prediction -> {
          Sample sample = expected.hasNext() ? expected.next() : null;
          if (sample == null
              || !sample.id().equals(prediction.sampleId())
              || prediction.classScores().length != task.classes().size()) {
            throw new IllegalStateException(
                "adapter of arm "
                    + key.arm()
                    + " predicted "
                    + prediction
                    + " where sample "
                    + (sample == null ? "none" : sample.id())
                    + " with "
                    + task.classes().size()
                    + " class scores was due");
          }
          table.add(test, sample, prediction);
        },
        progress);
    if (expected.hasNext()) {
      throw new IllegalStateException(
          "adapter of arm " + key.arm() + " gave no prediction of sample " + expected.next().id());
    }
  }

  private static Sample withoutLabel(Sample sample) {
    return Sample.of(sample.id(), sample.group(), sample.source(), new Target.None())
        .withSite(sample.site())
        .withDomain(sample.domain());
  }

  private ObjectNode toJson(
      Task.Classification task,
      Draw draw,
      String notice,
      Facts facts,
      List<String> warnings,
      String predictionsHash,
      double seconds) {
    ObjectNode json = Json.object();
    json.put("arm", key.arm());
    json.put("fraction", key.fraction());
    json.put("seed", key.seed());
    json.put("notice", notice);
    json.put("data_seed", Long.toString(split.dataSeed().value()));
    json.put("training_seed", Long.toString(split.trainingSeed().value()));
    json.setAll(identity());
    json.put("n_labels", draw.labels().labels());
    json.put("n_groups", draw.labels().groups());
    json.set("train", ResultsJson.part(task, draw.labels().train()));
    json.set("validation", ResultsJson.part(task, draw.labels().validation()));
    json.set("adapter_facts", Json.of(facts.asMap()));
    json.set("warnings", Json.texts(warnings));
    json.put("predictions_sha256", predictionsHash);
    ObjectNode run = Json.object();
    run.put("seconds", seconds);
    run.put("finished", Instant.now().toString());
    json.set("run", run);
    return json;
  }

  private void prepare() {
    Set<Path> kept = isBegun() ? Set.of(begun(), work()) : Set.of();
    try {
      Files.createDirectories(folder);
      try (Stream<Path> content = Files.list(folder)) {
        content.filter(path -> !kept.contains(path)).toList().forEach(RunFolder::delete);
      }
      Files.createDirectories(work());
    } catch (IOException e) {
      throw new EnvironmentException(
          "the run folder " + folder + " could not be made ready: " + e + ".",
          "Check the permissions of the output folder.",
          e);
    }
    AtomicFile.write(begun(), Json.text(identity()));
  }

  private boolean isBegun() {
    try {
      return Files.exists(begun()) && isOurs(Json.read(begun()));
    } catch (IOException e) {
      LOG.warn("run {} was begun, but {} is damaged ({})", key.describe(), begun(), e.toString());
      return false;
    }
  }

  private static void delete(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                throws IOException {
              if (e != null) {
                throw e;
              }
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new EnvironmentException(
          tree + " of an earlier run could not be deleted: " + e + ".",
          "Check the permissions of the output folder.",
          e);
    }
  }
}
