package org.histofm.eval.experiment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.histofm.backbone.BackboneCard;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Task;
import org.histofm.eval.statistics.Difference;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.Interval;

/**
 * results.json, as docs/results-schema.md describes it. Equal experiments give equal bytes but for
 * the top-level key {@code run}.
 */
final class ResultsJson {
  private static final int VERSION = 1;

  private final ExperimentResults results;
  private final Task.Classification task;

  private ResultsJson(ExperimentResults results) {
    this.results = results;
    this.task = results.task();
  }

  static String of(ExperimentResults results) {
    return Json.text(new ResultsJson(results).root());
  }

  /** Counts and ids of a part of the data. */
  static ObjectNode part(Task.Classification task, Cohort cohort) {
    ObjectNode json = counts(Counts.of(task, cohort.samples()));
    json.set("ids", ids(cohort.samples()));
    return json;
  }

  private static ObjectNode counts(Counts counts) {
    ObjectNode json = Json.object();
    json.put("n_samples", counts.samples());
    json.put("n_groups", counts.groups());
    json.set("classes", Json.counts(counts.perClass()));
    return json;
  }

  private static ArrayNode ids(Collection<Sample> samples) {
    return Json.texts(samples.stream().map(Sample::id).toList());
  }

  private ObjectNode root() {
    ObjectNode json = Json.object();
    json.put("format", "histofm-results");
    json.put("version", VERSION);
    json.put("notice", results.notice());
    json.set("warnings", Json.texts(results.warnings()));
    json.put("recipe_hash", results.recipeHash());
    json.set("cohort", cohort());
    json.set("task", task());
    json.set("backbone", backbone());
    json.set("settings", settings());
    json.set("provenance", Json.of(results.plan().provenance().asMap()));
    ArrayNode splits = json.putArray("splits");
    results.splits().forEach(split -> splits.add(split(split)));
    ArrayNode runs = json.putArray("runs");
    results.runs().forEach(run -> runs.add(run(run)));
    ArrayNode aggregates = json.putArray("aggregates");
    results.aggregates().forEach(aggregate -> aggregates.add(aggregate(aggregate)));
    ArrayNode differences = json.putArray("differences");
    results.differences().forEach(difference -> differences.add(difference(difference)));
    json.set("run", environment());
    return json;
  }

  private ObjectNode cohort() {
    Cohort cohort = results.cohort();
    ObjectNode json = Json.object();
    json.put("name", cohort.name());
    json.put("hash", results.cohortHash());
    json.put("images_hash", results.imagesHash());
    json.put("n_missing", cohort.missing().size());
    json.put("n_failed", results.quarantined().size());
    json.set(
        "failed_ids", Json.texts(results.quarantined().stream().map(Quarantined::id).toList()));
    Counts counts = Counts.of(task, cohort.samples());
    json.put("n_samples", counts.samples());
    json.put("n_groups", counts.groups());
    json.set("classes", Json.counts(counts.perClass()));
    ObjectNode domains = json.putObject("domains");
    for (String domain : cohort.domains()) {
      domains.set(
          domain,
          counts(
              Counts.of(
                  task,
                  cohort.samples().stream().filter(s -> s.domain().equals(domain)).toList())));
    }
    return json;
  }

  private ObjectNode task() {
    ObjectNode json = Json.object();
    json.put("kind", "classification");
    json.set("classes", Json.texts(task.classes()));
    json.put("positive_class", task.classes().size() == 2 ? task.classes().get(1) : null);
    return json;
  }

  private ObjectNode backbone() {
    BackboneSummary backbone = results.backbone();
    BackboneCard card = backbone.card();
    ObjectNode json = Json.object();
    json.put("id", card.id());
    json.put("weights_hash", backbone.weightsHash());
    json.put("untrained", backbone.untrained());
    json.put("embedding_dim", card.embeddingDim());
    json.put("pooling", card.pooling());
    json.put("preprocessing", card.preprocessing().describe());
    json.set("pretraining_cohorts", Json.texts(new TreeSet<>(card.pretrainingCohorts())));
    json.put("licence", card.licence());
    json.set("facts", Json.of(backbone.facts().asMap()));
    return json;
  }

  private ObjectNode settings() {
    ExperimentPlan plan = results.plan();
    ObjectNode json = Json.object();
    ArrayNode arms = json.putArray("arms");
    for (Arm arm : plan.arms()) {
      ObjectNode item = arms.addObject();
      item.put("label", arm.label());
      item.put("adapter", arm.adapterId());
      item.set("options", Json.of(arm.options().asMap()));
    }
    ArrayNode fractions = json.putArray("fractions");
    plan.fractions().forEach(fractions::add);
    ArrayNode seeds = json.putArray("seeds");
    plan.seeds().forEach(seeds::add);
    json.put("train_domain", plan.trainDomain());
    json.put("split", plan.split().describe());
    json.put("validation", lower(plan.validation()));
    json.put("fraction_of", lower(plan.fractionOf()));
    json.put("max_failed", plan.maxFailed());
    ArrayNode evaluators = json.putArray("evaluators");
    for (EvaluatorChoice choice : plan.evaluators()) {
      ObjectNode item = evaluators.addObject();
      item.put("id", choice.id());
      item.set("options", Json.of(choice.options().asMap()));
    }
    return json;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private ObjectNode split(SeedSplit split) {
    ObjectNode json = Json.object();
    json.put("seed", split.seed());
    json.put("data_seed", Long.toString(split.dataSeed().value()));
    json.put("training_seed", Long.toString(split.trainingSeed().value()));
    json.put("hash", split.fold().hash());
    json.set("warnings", Json.texts(split.fold().warnings()));
    json.set("development", part(task, split.fold().development()));
    json.set("test", part(task, split.fold().test()));
    ObjectNode others = json.putObject("out_of_domain");
    split.fold().outOfDomain().forEach((domain, part) -> others.set(domain, part(task, part)));
    ArrayNode draws = json.putArray("draws");
    for (Draw draw : split.draws()) {
      ObjectNode item = draws.addObject();
      item.put("fraction", draw.fraction());
      item.put("hash", draw.hash());
      item.put("n_labels", draw.labels().labels());
      item.put("n_groups", draw.labels().groups());
      item.set("train", part(task, draw.labels().train()));
      item.set("validation", part(task, draw.labels().validation()));
    }
    return json;
  }

  private ObjectNode run(RunResult run) {
    ObjectNode json = Json.object();
    json.put("arm", run.key().arm());
    json.put("fraction", run.key().fraction());
    json.put("seed", run.key().seed());
    json.put("data_seed", Long.toString(run.split().dataSeed().value()));
    json.put("training_seed", Long.toString(run.split().trainingSeed().value()));
    json.put("weights_hash", results.backbone().weightsHash());
    json.put("cohort_hash", results.cohortHash());
    json.put("split_hash", run.split().fold().hash());
    json.put("draw_hash", run.draw().hash());
    json.put("n_labels", run.draw().labels().labels());
    json.put("n_label_groups", run.draw().labels().groups());
    json.put("n_train", run.draw().labels().train().size());
    json.put("n_validation", run.draw().labels().validation().size());
    json.put("scope", "these models");
    json.set("adapter_facts", Json.of(run.adapterFacts().asMap()));
    json.set("warnings", Json.texts(run.warnings()));
    json.set("evaluations", evaluations(run.evaluations()));
    return json;
  }

  private ObjectNode aggregate(Aggregate aggregate) {
    ObjectNode json = Json.object();
    json.put("arm", aggregate.arm());
    json.put("fraction", aggregate.fraction());
    ArrayNode seeds = json.putArray("seeds");
    aggregate.seeds().forEach(seeds::add);
    json.put("mean_labels", aggregate.meanLabels());
    json.put("scope", aggregate.scope());
    json.set("evaluations", evaluations(aggregate.evaluations()));
    return json;
  }

  private static ArrayNode evaluations(List<Evaluation> evaluations) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Evaluation evaluation : evaluations) {
      ObjectNode json = array.addObject();
      json.put("test_set", evaluation.testSet().kind().text());
      json.put("domain", evaluation.testSet().domain());
      json.put("seen", !evaluation.seenIn().isEmpty());
      json.set("seen_in", Json.texts(evaluation.seenIn()));
      json.put("n_samples", evaluation.counts().samples());
      json.put("n_groups", evaluation.counts().groups());
      json.set("classes", Json.counts(evaluation.counts().perClass()));
      ArrayNode confusion = json.putArray("confusion");
      for (List<Integer> row : evaluation.confusion()) {
        ArrayNode cells = confusion.addArray();
        row.forEach(cells::add);
      }
      ObjectNode metrics = json.putObject("metrics");
      evaluation.metrics().forEach(m -> metrics.set(m.name(), metric(m)));
    }
    return array;
  }

  private static ObjectNode metric(MetricEstimate metric) {
    ObjectNode json = Json.object();
    json.put("evaluator", metric.evaluator());
    putValue(json, metric.estimate());
    putBasis(json, metric.estimate());
    return json;
  }

  private ObjectNode difference(ArmDifference difference) {
    Difference found = difference.difference();
    ObjectNode json = Json.object();
    json.put("arm", difference.arm());
    json.put("against", difference.against());
    json.put("fraction", difference.fraction());
    json.put("test_set", difference.testSet().kind().text());
    json.put("domain", difference.testSet().domain());
    json.put("seen", !difference.seenIn().isEmpty());
    json.set("seen_in", Json.texts(difference.seenIn()));
    json.put("metric", difference.metric());
    json.put("evaluator", difference.evaluator());
    json.put("scope", found.estimate().seeds() > 1 ? "the procedure" : "these models");
    putValue(json, found.estimate());
    put(json, "p", found.p());
    put(json, "p_holm", found.holm());
    putBasis(json, found.estimate());
    return json;
  }

  private static void putValue(ObjectNode json, Estimate estimate) {
    put(json, "value", estimate.value());
    if (estimate.interval().isPresent()) {
      Interval interval = estimate.interval().get();
      ObjectNode ends = json.putObject("interval");
      ends.put("low", interval.low());
      ends.put("high", interval.high());
      ends.put("level", interval.level());
      ends.put("method", interval.method());
    } else {
      json.putNull("interval");
    }
  }

  private static void putBasis(ObjectNode json, Estimate estimate) {
    json.put("reason", estimate.reason());
    json.put("n_samples", estimate.samples());
    json.put("n_groups", estimate.groups());
    json.put("n_seeds", estimate.seeds());
    json.set("notes", Json.texts(estimate.notes()));
  }

  private static void put(ObjectNode json, String name, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(name, value.getAsDouble());
    } else {
      json.putNull(name);
    }
  }

  private ObjectNode environment() {
    ObjectNode json = Json.of(results.environment().asMap());
    ArrayNode runs = json.putArray("runs");
    for (RunResult run : results.runs()) {
      ObjectNode item = runs.addObject();
      item.put("arm", run.key().arm());
      item.put("fraction", run.key().fraction());
      item.put("seed", run.key().seed());
      item.put("seconds", run.seconds());
      item.put("finished", run.finished());
    }
    return json;
  }
}
