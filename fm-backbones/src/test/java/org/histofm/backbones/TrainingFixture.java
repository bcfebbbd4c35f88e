package org.histofm.backbones;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.Engine;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.weights.SafetensorsFile;
import org.histofm.backbones.weights.TensorEntry;
import org.histofm.plugin.Options;
import org.histofm.tile.PixelBatch;

/** A case of {@code scripts/fixtures/training.py}, which describes its files. */
final class TrainingFixture {
  private static final int TILE = 32;
  private static final int TILES_A_ROW = 8;
  private static final int CLASSES = 3;

  private final Path folder;
  private final JsonNode config;
  private final BufferedImage sheet;

  private TrainingFixture(Path folder, JsonNode config, BufferedImage sheet) {
    this.folder = folder;
    this.config = config;
    this.sheet = sheet;
  }

  /** All cases, sorted. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(root())) {
      return files
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TrainingFixture of(String name) {
    Path folder = root().resolve(name);
    try {
      BufferedImage sheet = ImageIO.read(root().resolve("tiles.png").toFile());
      return new TrainingFixture(folder, json(name + "/config.json"), sheet);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String file) {
    try {
      return new ObjectMapper().readTree(root().resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    try {
      return Path.of(Objects.requireNonNull(TrainingFixture.class.getResource("training")).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Names of the tunings, each with its optimisers. */
  Map<String, List<String>> tunings() {
    Map<String, List<String>> tunings = new TreeMap<>();
    JsonNode all = config.get("tunings");
    for (String tuning : (Iterable<String>) all::fieldNames) {
      List<String> optimisers = new ArrayList<>();
      all.get(tuning).forEach(optimiser -> optimisers.add(optimiser.asText()));
      tunings.put(tuning, optimisers);
    }
    return tunings;
  }

  /** The network before training. Skips the test where packed operators do not work. */
  TrainableBackbone open(Precision precision, String variant) {
    assumeThat(variant.equals("plain") || Engine.start(EngineSettings.defaults()).runsPacked())
        .as("oneDNN's packed operators do not work on this machine")
        .isTrue();
    Options options = Options.none().with("variant", variant);
    for (String argument : (Iterable<String>) config.get("model_args")::fieldNames) {
      options = options.with(argument, config.get("model_args").get(argument).asText());
    }
    for (String numbers : List.of("mean", "std")) {
      options =
          options.with(
              numbers,
              StreamSupport.stream(config.get(numbers).spliterator(), false)
                  .map(JsonNode::asText)
                  .collect(Collectors.joining(",")));
    }
    String id = config.get("architecture").asText().replace('_', '-');
    return (TrainableBackbone)
        new VitProvider()
            .open(
                BackboneRequest.of(id, Weights.file(folder.resolve("model.safetensors")))
                    .withPrecision(precision)
                    .withOptions(options));
  }

  /** The classifier before training. */
  TrainingClassifier head() {
    Map<String, float[]> values = base();
    return new TrainingClassifier(
        Objects.requireNonNull(values.get("head.weight")),
        Objects.requireNonNull(values.get("head.bias")));
  }

  /** What is recorded of a tuning, by the names of the file. */
  Map<String, float[]> reference(String tuning) {
    return read(tuning + ".safetensors");
  }

  /** The network's parameters and the classifier's before training. */
  Map<String, float[]> base() {
    return read("model.safetensors");
  }

  private Map<String, float[]> read(String name) {
    Map<String, float[]> values = new TreeMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(name))) {
      for (TensorEntry tensor : file.tensors()) {
        values.put(tensor.name(), file.readAll(tensor));
      }
    }
    return values;
  }

  /** Number of tiles. */
  int tiles() {
    return TILES_A_ROW * (sheet.getHeight() / TILE);
  }

  /** The upper left corners of some tiles, as large as the network takes them. */
  PixelBatch pixels(int... tiles) {
    int size = config.get("model_args").get("img_size").asInt();
    byte[] bytes = new byte[tiles.length * size * size * 3];
    int at = 0;
    for (int tile : tiles) {
      int left = TILE * (tile % TILES_A_ROW);
      int top = TILE * (tile / TILES_A_ROW);
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          int rgb = sheet.getRGB(left + x, top + y);
          bytes[at++] = (byte) (rgb >> 16);
          bytes[at++] = (byte) (rgb >> 8);
          bytes[at++] = (byte) rgb;
        }
      }
    }
    return PixelBatch.ofBytes(tiles.length, size, size, bytes);
  }

  /** Classes of some tiles. */
  static int[] labels(int... tiles) {
    return IntStream.of(tiles).map(tile -> tile % CLASSES).toArray();
  }

  /**
   * Whether a value is one of the biases of keys, or, where keys are normalised, of that
   * normalisation. They add a constant to all scores of a query: their gradient is zero, and what
   * is computed for it is rounding.
   */
  boolean isKeyBias(String name, int index) {
    JsonNode arguments = config.get("model_args");
    if (arguments.path("qk_norm").asBoolean(false)) {
      return name.endsWith("attn.k_norm.bias");
    }
    return name.endsWith("attn.qkv.bias") && index / arguments.get("embed_dim").asInt() == 1;
  }
}
