package org.histofm.backbones.timm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.histofm.InputException;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbones.program.VitShape;

/**
 * A Vision Transformer as timm 1.0.29 configures it: an architecture name with arguments of {@code
 * VisionTransformer}, resolved into a {@link VitShape} and its {@link Preprocessing}.
 *
 * <p>Names are those of timm's plain {@code VisionTransformer}, with or without a pretrained tag.
 * Arguments take the values they have in Python, as JSON; layers go by name ({@code "mlp_layer":
 * "SwiGLUPacked"}, {@code "act_layer": "silu"}), a normalisation may carry its epsilon ({@code
 * {"name": "LayerNorm", "eps": 1e-5}}). Drop rates, {@code weight_init}, {@code fix_init} and
 * {@code num_classes} are ignored with a note; what is not supported is refused by name.
 *
 * <p>An architecture does not fix how its checkpoints were preprocessed: mean, standard deviation
 * and crop are those of timm's default (or named) tag, at the size the model is built for.
 *
 * <p>Immutable.
 */
public final class TimmConfig {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final List<String> HUB_LABELS = List.of("label_names", "label_descriptions");
  private static final TreeSet<String> KEYS =
      new TreeSet<>(
          List.of(
              "architecture",
              "global_pool",
              "id",
              "label_descriptions",
              "label_names",
              "model_args",
              "num_classes",
              "num_features",
              "pretrained_cfg"));

  private static final long FILE_MAX = 1 << 20;
  private static final String FORM =
      "A configuration is a JSON file such as {\"architecture\": \"vit_base_patch16_224\","
          + " \"model_args\": {}}.";

  private final String where;
  private final TimmArchitectures.Resolved resolved;
  private final TreeMap<String, JsonNode> own;
  private final VitShape shape;
  private final Preprocessing preprocessing;
  private final List<String> notes;

  private TimmConfig(
      String where,
      TimmArchitectures.Resolved resolved,
      TreeMap<String, JsonNode> own,
      List<String> earlierNotes) {
    this.where = where;
    this.resolved = resolved;
    this.own = own;
    TimmArguments arguments = new TimmArguments(where, resolved.name(), resolved.args(), own);
    shape = arguments.shape();
    List<String> all = new ArrayList<>(earlierNotes);
    all.addAll(arguments.notes());
    preprocessing = TimmPreprocessing.of(where, resolved.preprocessing(), shape, all);
    notes = List.copyOf(all);
  }

  /**
   * The architecture of that name with its defaults.
   *
   * @param architecture such as {@code "vit_base_patch16_224"} or {@code
   *     "vit_base_patch16_224.augreg_in21k"}
   * @throws InputException if there is no such architecture, or it needs what is not supported
   */
  public static TimmConfig of(String architecture) {
    TimmArchitectures.Resolved resolved =
        TimmArchitectures.get().resolve("the request", architecture);
    return new TimmConfig("the request", resolved, new TreeMap<>(), resolved.notes());
  }

  /**
   * A configuration file: {@code {"architecture": "vit_base_patch16_224", "model_args": {…}}}, or
   * {@code {"id": "vit-base-patch16-224"}}. The further keys of a {@code config.json} from the hub
   * are understood: {@code pretrained_cfg} states the preprocessing, {@code global_pool} the
   * pooling; {@code num_classes} and labels are ignored.
   *
   * @throws InputException if the file is missing, no such JSON, or asks for what is not supported
   */
  public static TimmConfig read(Path file) {
    String text;
    try {
      if (Files.isDirectory(file)) {
        throw new InputException(
            file + " is a folder, not a configuration.",
            "Name the file in it, such as " + file.resolve("config.json") + ".");
      }
      if (Files.size(file) > FILE_MAX) {
        throw new InputException(
            file + " has " + Files.size(file) + " bytes, too many for a configuration.", FORM);
      }
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InputException(file + " does not exist.", "Check the path.", e);
    } catch (CharacterCodingException e) {
      throw new InputException(file + " is not UTF-8 text.", FORM, e);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e + ".", FORM, e);
    }
    return parse(file.toString(), text);
  }

  /** As {@link #read}, of a text; {@code where} names it in messages. */
  static TimmConfig parse(String where, String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InputException(
          where
              + " is no valid JSON: "
              + e.getOriginalMessage().lines().findFirst().orElse("")
              + (e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")")
              + ".",
          FORM,
          e);
    }
    if (!root.isObject()) {
      throw new InputException(where + " holds no JSON object.", FORM);
    }
    TreeMap<String, JsonNode> keys = TimmArchitectures.fields(root);
    TreeSet<String> unknown = new TreeSet<>(keys.keySet());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw new InputException(
          where + " has keys that are not understood: " + unknown + ".",
          "Understood are " + KEYS + ".");
    }
    JsonNode id = keys.get("id");
    if (id != null) {
      if (keys.size() > 1 || !id.isTextual()) {
        throw new InputException(
            where + " has an \"id\" that is no text, or further keys beside it.",
            "Give {\"id\": \"vit-base-patch16-224\"} alone, or \"architecture\" with"
                + " \"model_args\".");
      }
      return of(where, architectureOf(id.asText()), keys);
    }
    JsonNode architecture = keys.get("architecture");
    if (architecture == null || !architecture.isTextual()) {
      throw new InputException(where + " names no \"architecture\".", FORM);
    }
    return of(where, architecture.asText(), keys);
  }

  private static TimmConfig of(String where, String architecture, TreeMap<String, JsonNode> keys) {
    TimmArchitectures.Resolved resolved = TimmArchitectures.get().resolve(where, architecture);
    List<String> notes = new ArrayList<>(resolved.notes());
    TreeMap<String, JsonNode> own = new TreeMap<>();
    JsonNode cfg = keys.get("pretrained_cfg");
    if (cfg != null) {
      if (!cfg.isObject()) {
        throw new InputException(where + " has a \"pretrained_cfg\" that is no object.", FORM);
      }
      TreeMap<String, JsonNode> fields = TimmArchitectures.fields(cfg);
      fields.keySet().retainAll(TimmPreprocessing.KEYS);
      fields.values().removeIf(JsonNode::isNull);
      resolved = resolved.withPreprocessing(fields);
      // timm builds such a model for the size of its checkpoint.
      JsonNode size = fields.get("input_size");
      if (cfg.path("fixed_input_size").asBoolean(false) && size != null && size.size() == 3) {
        own.put("img_size", JSON.createArrayNode().add(size.get(1)).add(size.get(2)));
      }
    }
    JsonNode pool = keys.get("global_pool");
    if (pool != null) {
      own.put("global_pool", pool);
    }
    JsonNode args = keys.get("model_args");
    if (args != null) {
      if (!args.isObject()) {
        throw new InputException(where + " has \"model_args\" that are no object.", FORM);
      }
      own.putAll(TimmArchitectures.fields(args));
    }
    if (keys.containsKey("num_classes") && !own.containsKey("num_classes")) {
      own.put("num_classes", Objects.requireNonNull(keys.get("num_classes")));
    }
    for (String label : HUB_LABELS) {
      if (keys.containsKey(label)) {
        notes.add("\"" + label + "\" is ignored: the classifier is no part of a backbone.");
      }
    }
    TimmConfig config = new TimmConfig(where, resolved, own, notes);
    JsonNode features = keys.get("num_features");
    if (features != null && features.asInt(-1) != config.shape.dim()) {
      throw new InputException(
          where
              + " says \"num_features\": "
              + features
              + ", its architecture and arguments make "
              + config.shape.dim()
              + ".",
          "Correct \"num_features\" or \"embed_dim\".");
    }
    return config;
  }

  /** The architecture that a backbone id stands for. */
  public static String architectureOf(String id) {
    return id.replace('-', '_');
  }

  /** The ids of all architectures that are supported as they are, sorted. */
  public static List<String> ids() {
    return Ids.ALL;
  }

  private static final class Ids {
    static final List<String> ALL = supported();
  }

  private static List<String> supported() {
    List<String> ids = new ArrayList<>();
    for (String name : TimmArchitectures.get().names()) {
      if (isSupported(name)) {
        ids.add(name.replace('_', '-'));
      }
    }
    Collections.sort(ids);
    return List.copyOf(ids);
  }

  private static boolean isSupported(String name) {
    try {
      of(name);
      return true;
    } catch (InputException e) {
      return false;
    }
  }

  /** Names of the arguments that {@link #withArguments} takes, sorted. */
  public static List<String> argumentNames() {
    return TimmArchitectures.get().argumentNames();
  }

  /**
   * A copy in which arguments have other values; they are taken together, since one may only be
   * possible with another.
   *
   * @param arguments by the names of timm's {@code VisionTransformer}; values as JSON, a text that
   *     is no JSON stands for itself
   * @throws InputException if there is no such argument, or a value is not possible or supported
   */
  public TimmConfig withArguments(Map<String, String> arguments) {
    TreeMap<String, JsonNode> copy = new TreeMap<>(own);
    arguments.forEach((name, value) -> copy.put(name, json(value)));
    return new TimmConfig(where, resolved, copy, resolved.notes());
  }

  private static JsonNode json(String value) {
    try {
      JsonNode node = JSON.readTree(value);
      return node.isMissingNode() ? TextNode.valueOf(value) : node;
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(value);
    }
  }

  /** Name of the architecture, without tag. */
  public String architecture() {
    return resolved.name();
  }

  /** Stable id of the architecture: its name with hyphens. */
  public String id() {
    return resolved.name().replace('_', '-');
  }

  /** What the model computes. */
  public VitShape shape() {
    return shape;
  }

  /** What is done to a tile first. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** What was ignored or assumed, one sentence each. */
  public List<String> notes() {
    return notes;
  }

  /** The card of a backbone of this configuration. */
  public BackboneCard card() {
    String pooling =
        shape.pool() == VitShape.Pool.TOKEN
            ? "class token"
            : shape.poolIncludesPrefix() && shape.prefixTokens() > 0
                ? "mean of all tokens"
                : "mean of patch tokens";
    return BackboneCard.of(id(), shape.dim(), preprocessing).withPooling(pooling);
  }
}
