package org.histofm.adapters.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapters.internal.BackboneIdentity;
import org.histofm.backbone.Backbone;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * The file of a fitted probe, {@code linear-probe.json}: classes, coefficients [outputs][dim] and
 * intercepts [outputs] (two classes: one output, the log-odds of the second), the backbone they
 * belong to, facts, warnings, and a checksum over all of it. Numbers are written with as many
 * digits as it takes to read back the same bits.
 */
final class ProbeFile {
  private static final String NAME = "linear-probe.json";
  private static final String FORMAT = "histofm-linear-probe-1";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ProbeFile() {}

  /** Writes to a sibling first, so that the file is whole or not there. */
  static void write(FittedProbe probe, Path folder) {
    Path file = folder.resolve(NAME);
    Path part = folder.resolve(NAME + ".part");
    try {
      byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(toJson(probe));
      Files.write(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EnvironmentException(
          file + " could not be written: " + e + ".",
          "Check that the folder exists, is writable and has room.",
          e);
    }
  }

  static FittedAdapter read(Path folder, Backbone backbone) {
    Path file = folder.resolve(NAME);
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new InputException(
          "there is no linear probe in " + folder + ": " + NAME + " is missing.",
          "Name the folder that it was saved to.",
          e);
    } catch (IOException e) {
      throw damaged(file, firstLine(e), e);
    }
    FittedProbe saved = fromJson(root, file);
    BackboneIdentity now = BackboneIdentity.of(backbone);
    saved.backbone().check(now);
    if (saved.backbone().facts().equals(now.facts())) {
      return saved;
    }
    List<String> warnings = new ArrayList<>(saved.warnings());
    warnings.add(
        "the linear probe was fitted on embeddings computed with "
            + saved.backbone().facts()
            + ", and predicts from embeddings computed with "
            + now.facts());
    return new FittedProbe(saved.classifier(), saved.backbone(), saved.facts(), warnings);
  }

  private static ObjectNode toJson(FittedProbe probe) {
    LinearClassifier classifier = probe.classifier();
    BackboneIdentity backbone = probe.backbone();
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    ObjectNode on = root.putObject("backbone");
    on.put("id", backbone.id());
    on.put("dim", backbone.dim());
    on.put("card", backbone.card());
    on.put("weightsHash", backbone.weightsHash());
    putAll(on.putObject("facts"), backbone.facts());
    ArrayNode classes = root.putArray("classes");
    classifier.classes().forEach(classes::add);
    ArrayNode intercepts = root.putArray("intercepts");
    ArrayNode coefficients = root.putArray("coefficients");
    for (int k = 0; k < classifier.outputs(); k++) {
      intercepts.add(classifier.intercept(k));
      ArrayNode row = coefficients.addArray();
      for (int j = 0; j < classifier.dim(); j++) {
        row.add(classifier.coefficient(k, j));
      }
    }
    putAll(root.putObject("facts"), probe.facts().asMap());
    ArrayNode warnings = root.putArray("warnings");
    probe.warnings().forEach(warnings::add);
    root.put("checksum", checksum(probe));
    return root;
  }

  private static void putAll(ObjectNode node, Map<String, String> values) {
    values.forEach(node::put);
  }

  private static FittedProbe fromJson(JsonNode root, Path file) {
    String format = root.path("format").asText();
    if (!format.equals(FORMAT)) {
      throw damaged(file, "its format is '" + format + "', not '" + FORMAT + "'", null);
    }
    FittedProbe probe;
    try {
      JsonNode on = root.required("backbone");
      BackboneIdentity backbone =
          new BackboneIdentity(
              on.required("id").textValue(),
              on.required("dim").intValue(),
              on.required("card").textValue(),
              on.required("weightsHash").textValue(),
              texts(on.required("facts")));
      List<String> classes = list(root.required("classes"));
      JsonNode rows = root.required("coefficients");
      double[] intercepts = numbers(root.required("intercepts"));
      double[] coefficients = new double[intercepts.length * backbone.dim()];
      for (int k = 0; k < intercepts.length; k++) {
        double[] row = numbers(rows.required(k));
        System.arraycopy(row, 0, coefficients, k * backbone.dim(), backbone.dim());
      }
      Facts facts = Facts.none();
      for (Map.Entry<String, String> fact : texts(root.required("facts")).entrySet()) {
        facts = facts.with(fact.getKey(), fact.getValue());
      }
      probe =
          new FittedProbe(
              new LinearClassifier(classes, backbone.dim(), coefficients, intercepts),
              backbone,
              facts,
              list(root.required("warnings")));
    } catch (RuntimeException e) {
      throw damaged(file, firstLine(e), e);
    }
    if (!checksum(probe).equals(root.path("checksum").asText())) {
      throw damaged(file, "its content does not match its checksum", null);
    }
    return probe;
  }

  private static double[] numbers(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      if (!array.required(i).isNumber()) {
        throw new IllegalArgumentException(array.get(i) + " is not a number");
      }
      values[i] = array.get(i).doubleValue();
    }
    return values;
  }

  private static List<String> list(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(v -> values.add(v.asText()));
    return values;
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> values = new LinkedHashMap<>();
    object.properties().forEach(e -> values.put(e.getKey(), e.getValue().asText()));
    return values;
  }

  /** Over everything in the file but the checksum. */
  private static String checksum(FittedProbe probe) {
    LinearClassifier classifier = probe.classifier();
    BackboneIdentity backbone = probe.backbone();
    Sha256 hash = new Sha256().add(backbone.id()).add(backbone.card()).add(backbone.weightsHash());
    addAll(hash, backbone.facts());
    classifier.classes().forEach(hash::add);
    ByteBuffer values = ByteBuffer.allocate(8 * classifier.outputs() * (classifier.dim() + 1));
    for (int k = 0; k < classifier.outputs(); k++) {
      values.putDouble(classifier.intercept(k));
      for (int j = 0; j < classifier.dim(); j++) {
        values.putDouble(classifier.coefficient(k, j));
      }
    }
    hash.add(values.flip());
    addAll(hash, probe.facts().asMap());
    probe.warnings().forEach(hash::add);
    return hash.hex();
  }

  private static void addAll(Sha256 hash, Map<String, String> values) {
    values.forEach((name, value) -> hash.add(name).add(value));
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static InputException damaged(Path file, String reason, @Nullable Exception cause) {
    return new InputException(
        file + " is not a whole linear probe: " + reason + ".", "Copy it again, or refit.", cause);
  }
}
