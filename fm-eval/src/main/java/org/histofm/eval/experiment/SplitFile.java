package org.histofm.eval.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.histofm.InputException;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.eval.split.Fold;
import org.jspecify.annotations.Nullable;

/** split.json: who is development and who is test, seed by seed; written once, then read. */
final class SplitFile {
  private SplitFile() {}

  static void write(Path file, Cohort cohort, List<SeedSplit> splits) {
    ObjectNode json = Json.object();
    json.put("cohort_hash", cohort.hash());
    ArrayNode seeds = json.putArray("seeds");
    for (SeedSplit split : splits) {
      ObjectNode item = seeds.addObject();
      item.put("seed", split.seed());
      item.put("data_seed", Long.toString(split.dataSeed().value()));
      item.put("hash", split.fold().hash());
      item.set("development", ids(split.fold().development()));
      item.set("test", ids(split.fold().test()));
      ObjectNode others = item.putObject("out_of_domain");
      split.fold().outOfDomain().forEach((domain, part) -> others.set(domain, ids(part)));
      item.set("warnings", Json.texts(split.fold().warnings()));
    }
    AtomicFile.write(file, Json.text(json));
  }

  private static ArrayNode ids(Cohort part) {
    return Json.texts(part.samples().stream().map(Sample::id).toList());
  }

  /**
   * The splits of an earlier start in this folder, with the labels drawn from them.
   *
   * @throws InputException if the file is damaged
   */
  static List<SeedSplit> read(Path file, ExperimentPlan plan) {
    try {
      JsonNode json = Json.read(file);
      if (!json.path("cohort_hash").asText().equals(plan.cohort().hash())) {
        throw damaged(file, "it was made from another cohort", null);
      }
      List<SeedSplit> splits = new ArrayList<>();
      for (JsonNode item : json.path("seeds")) {
        Fold fold = fold(item, plan);
        if (!fold.hash().equals(item.path("hash").asText())) {
          throw damaged(
              file,
              "the ids of seed " + item.path("seed").asText() + " do not fit their hash",
              null);
        }
        splits.add(SeedSplit.of(plan, item.path("seed").asLong(), fold));
      }
      if (!splits.stream().map(SeedSplit::seed).toList().equals(plan.seeds())) {
        throw damaged(file, "it holds other seeds than " + plan.seeds(), null);
      }
      return splits;
    } catch (IOException e) {
      throw damaged(file, e.toString(), e);
    }
  }

  private static Fold fold(JsonNode item, ExperimentPlan plan) {
    Map<String, List<String>> others = new TreeMap<>();
    for (Map.Entry<String, JsonNode> other : item.path("out_of_domain").properties()) {
      others.put(other.getKey(), Json.texts(other.getValue()));
    }
    List<String> development = Json.texts(item.path("development"));
    List<String> test = Json.texts(item.path("test"));
    List<String> warnings = Json.texts(item.path("warnings"));
    return plan.split() instanceof SplitRule.PublishedDespiteLeak
        ? Fold.ofDespiteLeak(plan.cohort(), plan.trainDomain(), development, test, others, warnings)
        : Fold.of(plan.cohort(), plan.trainDomain(), development, test, others, warnings);
  }

  private static InputException damaged(Path file, String why, @Nullable Exception cause) {
    return new InputException(
        file + " cannot be used: " + why + ".",
        "Choose another output folder, or delete this one to start again.",
        cause);
  }
}
