package org.histofm.adapters.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.histofm.EnvironmentException;
import org.histofm.adapters.internal.ValidationScore;
import org.histofm.backbone.Optimiser;
import org.histofm.provenance.Sha256;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a fit keeps how far it has come. {@code fit.json} is the checkpoint: it names the recipe,
 * holds the head, and names by epoch and hash the backbone's files, {@code epoch-0003.parameters}
 * of the best epoch and {@code epoch-0004.state} of the last one. It is written after them, and
 * what it no longer names is deleted after that; so at any moment it is whole, or there is none.
 */
final class CheckpointFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
  private static final String FORMAT = "histofm-fit-1";
  private static final Pattern OURS = Pattern.compile("epoch-\\d+\\.(parameters|state).*");

  private final Path folder;
  private final String recipe;
  private final Optimiser optimiser;

  /**
   * @param folder an existing one
   * @param recipe hash of all that the fit depends on; a checkpoint of another one is not used
   * @param optimiser of the head
   */
  CheckpointFolder(Path folder, String recipe, Optimiser optimiser) {
    this.folder = folder;
    this.recipe = recipe;
    this.optimiser = optimiser;
  }

  private Path record() {
    return folder.resolve("fit.json");
  }

  /** The backbone's parameters after an epoch, which counts from 1. */
  Path parameters(int epoch) {
    return folder.resolve("epoch-%04d.parameters".formatted(epoch));
  }

  /** The backbone's state after an epoch, which counts from 1. */
  Path state(int epoch) {
    return folder.resolve("epoch-%04d.state".formatted(epoch));
  }

  /** The checkpoint of this recipe, if there is a whole one. */
  Optional<Checkpoint> read() {
    if (!Files.exists(record())) {
      return Optional.empty();
    }
    try {
      JsonNode json = WholeFile.read(record());
      if (!json.path("format").asText().equals(FORMAT)
          || !json.path("recipe").asText().equals(recipe)) {
        LOG.warn("{} belongs to another fit and is not used", record());
        return Optional.empty();
      }
      return Optional.of(fromJson(json));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} is damaged and not used: {}", record(), e.toString());
      return Optional.empty();
    }
  }

  /** Makes it the checkpoint; the files of the backbone that it names are already written. */
  void write(Checkpoint checkpoint) {
    WholeFile.write(record(), toJson(checkpoint));
    Set<Path> kept = new TreeSet<>();
    if (checkpoint.best() != null) {
      kept.add(parameters(checkpoint.best().epoch()));
    }
    if (!checkpoint.done()) {
      kept.add(state(checkpoint.epochs().size()));
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (OURS.matcher(file.getFileName().toString()).matches() && !kept.contains(file)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new EnvironmentException(
          "old checkpoints in " + folder + " could not be deleted: " + e + ".",
          "Check the permissions of the folder.",
          e);
    }
  }

  private ObjectNode toJson(Checkpoint checkpoint) {
    ObjectNode json = WholeFile.object();
    json.put("format", FORMAT);
    json.put("recipe", recipe);
    json.put("steps", checkpoint.steps());
    json.put("trainedValues", checkpoint.trainedValues());
    ArrayNode epochs = json.putArray("epochs");
    for (Checkpoint.Epoch epoch : checkpoint.epochs()) {
      ObjectNode node = epochs.addObject();
      node.put("trainingLoss", epoch.trainingLoss());
      if (epoch.score() != null) {
        node.put("balancedAccuracy", epoch.score().balancedAccuracy());
        node.put("logLoss", epoch.score().logLoss());
      }
    }
    Checkpoint.Best best = checkpoint.best();
    if (best != null) {
      ObjectNode node = json.putObject("best");
      node.put("epoch", best.epoch());
      node.put("parametersHash", best.parametersHash());
      HeadText.write(node.putObject("head"), best.head());
    }
    HeadOptimiser training = checkpoint.training();
    if (training != null) {
      ObjectNode node = json.putObject("training");
      node.put("stateHash", hash(state(checkpoint.epochs().size())));
      HeadText.write(node.putObject("head"), training.head());
      ArrayNode moments = node.putArray("moments");
      for (float[] moment : training.moments()) {
        moments.add(HeadText.text(moment));
      }
    }
    return json;
  }

  private Checkpoint fromJson(JsonNode json) throws IOException {
    List<Checkpoint.Epoch> epochs = new ArrayList<>();
    for (JsonNode node : json.required("epochs")) {
      epochs.add(
          new Checkpoint.Epoch(
              node.required("trainingLoss").doubleValue(),
              node.has("logLoss")
                  ? new ValidationScore(
                      node.required("balancedAccuracy").doubleValue(),
                      node.required("logLoss").doubleValue())
                  : null));
    }
    Checkpoint.Best best = null;
    if (json.has("best")) {
      JsonNode node = json.required("best");
      int epoch = node.required("epoch").intValue();
      String hash = node.required("parametersHash").textValue();
      requireHash(parameters(epoch), hash);
      best = new Checkpoint.Best(epoch, HeadText.read(node.required("head")), hash);
    }
    return new Checkpoint(
        epochs,
        json.required("steps").longValue(),
        json.required("trainedValues").longValue(),
        best,
        json.has("training") ? training(json.required("training"), epochs.size()) : null);
  }

  private @Nullable HeadOptimiser training(JsonNode node, int epoch) throws IOException {
    requireHash(state(epoch), node.required("stateHash").textValue());
    JsonNode moments = node.required("moments");
    float[][] arrays = new float[moments.size()][];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = HeadText.floats(moments.required(i));
    }
    return new HeadOptimiser(optimiser, HeadText.read(node.required("head")), arrays);
  }

  private static void requireHash(Path file, String hash) throws IOException {
    if (!Sha256.of(file).equals(hash)) {
      throw new IOException(file + " is not the file that was written");
    }
  }

  /** SHA-256 of a file just written. */
  static String hash(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new EnvironmentException(
          file + " was written and cannot be read: " + e + ".", "Check the disk.", e);
    }
  }
}
