package org.histofm.adapters.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.histofm.InputException;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapters.internal.BackboneIdentity;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;

/**
 * The files of a fine-tuned backbone: {@code backbone.parameters} as the backbone wrote it, and
 * {@code fine-tuning.json}, written last: adapter and settings, classes, head, the backbone it
 * belongs to, facts, warnings, the hash of the parameters, and a checksum over all of that.
 */
final class FineTuningFile {
  private static final String NAME = "fine-tuning.json";
  private static final String PARAMETERS = "backbone.parameters";
  private static final String FORMAT = "histofm-fine-tuning-1";

  private FineTuningFile() {}

  static void write(FittedFineTuning fitted, Path folder) {
    Path parameters = folder.resolve(PARAMETERS);
    WholeFile.copy(fitted.parameters(), parameters);
    BackboneIdentity base = fitted.base();
    ObjectNode json = WholeFile.object();
    json.put("format", FORMAT);
    json.put("adapter", fitted.settings().id());
    putAll(json.putObject("settings"), fitted.settings().complete().asMap());
    ObjectNode on = json.putObject("backbone");
    on.put("id", base.id());
    on.put("dim", base.dim());
    on.put("card", base.card());
    on.put("weightsHash", base.weightsHash());
    putAll(on.putObject("facts"), base.facts());
    addAll(json.putArray("classes"), fitted.classes());
    HeadText.write(json.putObject("head"), fitted.head());
    json.put("parametersHash", CheckpointFolder.hash(parameters));
    putAll(json.putObject("facts"), fitted.facts().asMap());
    addAll(json.putArray("warnings"), fitted.warnings());
    WholeFile.write(folder.resolve(NAME), json);
  }

  private static void putAll(ObjectNode node, Map<String, String> values) {
    values.forEach(node::put);
  }

  private static void addAll(ArrayNode node, List<String> values) {
    values.forEach(node::add);
  }

  static FittedAdapter read(String id, Path folder, Backbone backbone) {
    Path file = folder.resolve(NAME);
    Path parameters = folder.resolve(PARAMETERS);
    try {
      return fromJson(id, WholeFile.read(file), parameters, backbone);
    } catch (NoSuchFileException e) {
      throw new InputException(
          "there is no fine-tuned backbone in " + folder + ": " + e.getFile() + " is missing.",
          "Name the folder that it was saved to.",
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          file + " is not a whole fine-tuned backbone: " + firstLine(e) + ".",
          "Copy it again, or refit.",
          e);
    }
  }

  private static FittedAdapter fromJson(
      String id, JsonNode json, Path parameters, Backbone backbone) throws IOException {
    String format = json.path("format").asText();
    if (!format.equals(FORMAT)) {
      throw new IOException("its format is '" + format + "', not '" + FORMAT + "'");
    }
    String adapter = json.required("adapter").asText();
    if (!adapter.equals(id)) {
      throw new InputException(
          "the folder "
              + parameters.getParent()
              + " holds adapter "
              + adapter
              + ", not "
              + id
              + ".",
          "Load it as " + adapter + ".");
    }
    FineTuningSettings settings =
        FineTuningSettings.of(id, Options.of(texts(json.required("settings"))));
    JsonNode on = json.required("backbone");
    BackboneIdentity base =
        new BackboneIdentity(
            on.required("id").textValue(),
            on.required("dim").intValue(),
            on.required("card").textValue(),
            on.required("weightsHash").textValue(),
            texts(on.required("facts")));
    BackboneIdentity now = BackboneIdentity.of(backbone);
    base.check(now);
    TrainableBackbone trainable = FineTuning.trainable(backbone, settings);
    if (!Files.isRegularFile(parameters)) {
      throw new NoSuchFileException(parameters.toString());
    }
    if (!Sha256.of(parameters).equals(json.required("parametersHash").asText())) {
      throw new IOException(parameters.getFileName() + " is not the file that was saved with it");
    }
    LinearHead head = HeadText.read(json.required("head"));
    List<String> classes = list(json.required("classes"));
    List<String> warnings = list(json.required("warnings"));
    if (!base.facts().equals(now.facts())) {
      warnings.add(
          "the backbone was fine-tuned with "
              + base.facts()
              + ", and predicts with "
              + now.facts());
    }
    Facts facts = Facts.none();
    for (Map.Entry<String, String> fact : texts(json.required("facts")).entrySet()) {
      facts = facts.with(fact.getKey(), fact.getValue());
    }
    return new FittedFineTuning(
        settings,
        base,
        classes,
        head,
        trainable.adapted(settings.tuning(), parameters),
        parameters,
        facts,
        warnings);
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

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
