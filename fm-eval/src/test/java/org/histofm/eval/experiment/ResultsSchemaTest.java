package org.histofm.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.histofm.Progress;
import org.histofm.dataset.Cohort;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds results.json to docs/results.schema.json: the part of JSON Schema which that uses. */
class ResultsSchemaTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<String> problems = new ArrayList<>();
  private final Path folder;
  private JsonNode schema = MAPPER.nullNode();

  ResultsSchemaTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void results_haveExactlyTheDocumentedKeys() throws IOException {
    schema = MAPPER.readTree(Path.of("..", "docs", "results.schema.json").toFile());
    Cohort two = Bench.cohort(List.of("normal", "atypical"), List.of("a", "b", "c"), 12, 4);
    // Domain "b" holds one class only, so its AUROC is undefined.
    Cohort cohort =
        two.withSamples(
            two.samples().stream()
                .filter(s -> !s.domain().equals("b") || s.label().equals("normal"))
                .toList());
    Arm other = new Arm("other", "nearest-centroid", Options.none(), NearestCentroid.seeing(1));
    Experiment.run(
        Bench.plan(cohort, Bench.arm(new NearestCentroid()), other),
        Bench.backbone(true, List.of("TCGA")),
        new Bench.ColourReader(),
        folder,
        Progress.NONE);
    JsonNode results = MAPPER.readTree(folder.resolve("results.json").toFile());
    check(results, schema, "$");

    assertThat(problems).isEmpty();
    assertThat(results.at("/runs/0/evaluations/1/metrics/auroc/value").isNull())
        .as("an undefined metric is null, with its reason")
        .isTrue();
    assertThat(results.at("/runs/0/evaluations/1/metrics/auroc/reason").asText()).isNotEmpty();
    assertThat(results.get("differences"))
        .as("with and without value and p")
        .anyMatch(d -> d.get("value").isNumber() && d.get("p_holm").isNumber())
        .anyMatch(d -> d.get("value").isNull() && d.get("p_holm").isNull());
  }

  private void check(JsonNode value, JsonNode rule, String path) {
    if (rule.has("$ref")) {
      check(value, schema.at(rule.get("$ref").asText().substring(1)), path);
      return;
    }
    if (rule.has("const") && !rule.get("const").equals(value)) {
      problems.add(path + " is " + value + ", not " + rule.get("const"));
    }
    if (rule.has("enum") && !contains(rule.get("enum"), value)) {
      problems.add(path + " is " + value + ", none of " + rule.get("enum"));
    }
    if (rule.has("type") && !typeFits(rule.get("type"), value)) {
      problems.add(path + " is " + value.getNodeType() + ", not " + rule.get("type"));
    }
    if (rule.has("pattern") && !value.asText().matches(rule.get("pattern").asText())) {
      problems.add(path + " does not look like " + rule.get("pattern"));
    }
    if (value.isArray() && rule.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(value.get(i), rule.get("items"), path + "[" + i + "]");
      }
    }
    if (value.isObject()) {
      checkKeys(value, rule, path);
    }
  }

  private void checkKeys(JsonNode value, JsonNode rule, String path) {
    TreeSet<String> missing = new TreeSet<>();
    rule.path("required").forEach(name -> missing.add(name.asText()));
    JsonNode more = rule.path("additionalProperties");
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      missing.remove(entry.getKey());
      String at = path + "." + entry.getKey();
      JsonNode known = rule.path("properties").path(entry.getKey());
      if (!known.isMissingNode()) {
        check(entry.getValue(), known, at);
      } else if (more.isObject()) {
        check(entry.getValue(), more, at);
      } else if (more.isBoolean()) {
        problems.add(at + " is not documented");
      }
    }
    missing.forEach(name -> problems.add(path + "." + name + " is missing"));
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode item : list) {
      if (item.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean typeFits(JsonNode types, JsonNode value) {
    if (types.isArray()) {
      for (JsonNode type : types) {
        if (typeFits(type, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (types.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "null" -> value.isNull();
      default -> throw new AssertionError(types);
    };
  }
}
