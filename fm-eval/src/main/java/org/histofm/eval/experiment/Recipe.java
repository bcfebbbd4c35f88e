package org.histofm.eval.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.histofm.InputException;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Cohort;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * All that a fit and its predictions depend on, as named texts. Equal recipes mean that finished
 * runs can be kept. Evaluators are no part of it: they read kept predictions, so a new metric costs
 * no training.
 */
record Recipe(Facts entries) {
  private static final String FORMAT = "1";
  private static final String IMAGES_HASH = "images hash";
  private static final String IMAGES_LEFT_OUT = "images left out";

  /** What is known before the images are looked at. */
  static Recipe of(ExperimentPlan plan, Backbone backbone) {
    Cohort cohort = plan.cohort();
    Facts entries =
        Facts.none()
            .with("format", FORMAT)
            .with("cohort", cohort.name())
            .with("cohort hash", cohort.hash())
            .with("train domain", plan.trainDomain())
            .with("split", plan.split().describe())
            .with("validation", plan.validation().name())
            .with("fraction of", plan.fractionOf().name())
            .with("fractions", join(plan.fractions().stream().map(RunKey::text).toList()))
            .with("seeds", join(plan.seeds().stream().map(String::valueOf).toList()));
    for (Arm arm : plan.arms()) {
      entries = entries.with("arm " + arm.label(), arm.adapterId() + " " + arm.options());
    }
    entries =
        entries
            .with("backbone", backbone.card().describe())
            .with("weights hash", backbone.weightsHash());
    for (Map.Entry<String, String> fact : backbone.facts().asMap().entrySet()) {
      entries = entries.with("backbone " + fact.getKey(), fact.getValue());
    }
    for (Map.Entry<String, String> fact : plan.provenance().asMap().entrySet()) {
      entries = entries.with("provenance " + fact.getKey(), fact.getValue());
    }
    return new Recipe(entries);
  }

  private static String join(List<String> texts) {
    return String.join(", ", texts);
  }

  /** A copy that also holds what the images were found to be. */
  Recipe with(ImageCheck.Result images) {
    return new Recipe(
        entries
            .with(IMAGES_HASH, images.hash())
            .with(
                IMAGES_LEFT_OUT,
                images.failed().stream().map(Quarantined::id).collect(Collectors.joining(", "))));
  }

  String hash() {
    Sha256 hash = new Sha256();
    entries.asMap().forEach((name, value) -> hash.add(name).add(value));
    return hash.hex();
  }

  void write(Path file) {
    ObjectNode json = Json.object();
    json.put("hash", hash());
    json.set("entries", Json.of(entries.asMap()));
    AtomicFile.write(file, Json.text(json));
  }

  /**
   * The recipe of an earlier start in this folder.
   *
   * @throws InputException if the file is damaged
   */
  static Optional<Recipe> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.read(file);
      Recipe recipe = new Recipe(Json.facts(json.path("entries")));
      if (recipe.hash().equals(json.path("hash").asText())) {
        return Optional.of(recipe);
      }
      throw damaged(file, "its hash does not fit its entries", null);
    } catch (IOException e) {
      throw damaged(file, e.toString(), e);
    }
  }

  private static InputException damaged(Path file, String why, @Nullable IOException cause) {
    return new InputException(
        file + " is damaged: " + why + ".",
        "Choose another output folder, or delete this one to start again.",
        cause);
  }

  /**
   * Refuses to go on in a folder that holds another experiment. Until this recipe holds what the
   * images were found to be, the stored one is compared without.
   */
  void requireSameAs(Recipe stored, Path folder) {
    Map<String, String> now = entries.asMap();
    Map<String, String> before = new LinkedHashMap<>(stored.entries.asMap());
    if (!now.containsKey(IMAGES_HASH)) {
      before.remove(IMAGES_HASH);
      before.remove(IMAGES_LEFT_OUT);
    }
    Set<String> names = new LinkedHashSet<>(now.keySet());
    names.addAll(before.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String was = before.getOrDefault(name, "none");
      String is = now.getOrDefault(name, "none");
      if (!was.equals(is)) {
        differences.add(name + " (there: " + was + "; now: " + is + ")");
      }
    }
    if (!differences.isEmpty()) {
      throw new InputException(
          folder + " holds an experiment that differs in " + String.join(", ", differences) + ".",
          "Choose another output folder (--out), or delete this one to start again.");
    }
  }
}
