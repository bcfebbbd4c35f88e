package org.histofm.backbones.timm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.histofm.InputException;

/**
 * The Vision Transformer names of timm with their defaults, from {@code architectures.json}.
 * Immutable.
 */
final class TimmArchitectures {
  /**
   * One name, resolved.
   *
   * @param name architecture, without tag
   * @param tag pretrained tag, or empty
   * @param args arguments of {@code VisionTransformer}, all of them
   * @param preprocessing {@code input_size, mean, std, crop_pct, interpolation}
   * @param notes what the user should know about the resolution
   */
  record Resolved(
      String name,
      String tag,
      Map<String, JsonNode> args,
      Map<String, JsonNode> preprocessing,
      List<String> notes) {

    /** A copy in which these preprocessing values hold. */
    Resolved withPreprocessing(Map<String, JsonNode> values) {
      TreeMap<String, JsonNode> all = new TreeMap<>(preprocessing);
      all.putAll(values);
      return new Resolved(name, tag, args, all, notes);
    }
  }

  private static final class Holder {
    static final TimmArchitectures INSTANCE = load();
  }

  private final String version;
  private final TreeMap<String, JsonNode> defaults;
  private final TreeMap<String, JsonNode> architectures;
  private final TreeMap<String, JsonNode> otherClasses;
  private final TreeMap<String, JsonNode> renamed;

  private TimmArchitectures(JsonNode root) {
    version = root.path("timm").asText();
    defaults = fields(root.path("defaults"));
    architectures = fields(root.path("architectures"));
    otherClasses = fields(root.path("other_classes"));
    renamed = fields(root.path("renamed"));
  }

  static TimmArchitectures get() {
    return Holder.INSTANCE;
  }

  private static TimmArchitectures load() {
    try (InputStream in =
        Objects.requireNonNull(TimmArchitectures.class.getResourceAsStream("architectures.json"))) {
      return new TimmArchitectures(JsonMapper.builder().build().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TreeMap<String, JsonNode> fields(JsonNode object) {
    TreeMap<String, JsonNode> fields = new TreeMap<>();
    Iterator<Map.Entry<String, JsonNode>> entries = object.fields();
    while (entries.hasNext()) {
      Map.Entry<String, JsonNode> entry = entries.next();
      fields.put(entry.getKey(), entry.getValue());
    }
    return fields;
  }

  /** Version of timm that the data was made from. */
  String version() {
    return version;
  }

  /** All architecture names, sorted. */
  List<String> names() {
    return List.copyOf(architectures.keySet());
  }

  /** Names of the arguments of {@code VisionTransformer}, sorted. */
  List<String> argumentNames() {
    return List.copyOf(defaults.keySet());
  }

  /**
   * Resolves {@code name} or {@code name.tag}.
   *
   * @throws InputException if there is no such architecture, or it is of another class
   */
  Resolved resolve(String where, String full) {
    List<String> notes = new ArrayList<>();
    String current = full;
    JsonNode newName = renamed.get(full);
    if (newName != null) {
      current = newName.asText();
      notes.add("architecture " + full + " is called " + current + " by timm " + version + ".");
    }
    int dot = current.indexOf('.');
    String name = dot < 0 ? current : current.substring(0, dot);
    String tag = dot < 0 ? "" : current.substring(dot + 1);
    JsonNode entry = architectures.get(name);
    if (entry == null) {
      JsonNode module = otherClasses.get(name);
      throw module == null
          ? new InputException(
              where + " names architecture '" + name + "', which timm " + version + " has not.",
              "Names that begin alike: " + nearest(name) + ".")
          : new InputException(
              where
                  + " names architecture '"
                  + name
                  + "', whose class (timm.models."
                  + module.asText()
                  + ") is not supported.",
              "Supported are names of timm's plain VisionTransformer, such as "
                  + nearest(name)
                  + ".");
    }
    TreeMap<String, JsonNode> args = new TreeMap<>(defaults);
    args.putAll(fields(entry.path("args")));
    TreeMap<String, JsonNode> preprocessing = fields(entry.path("preprocessing"));
    if (!tag.isEmpty()) {
      JsonNode own = entry.path("tags").get(tag);
      if (own == null) {
        notes.add(
            "timm "
                + version
                + " has no tag '"
                + tag
                + "' of "
                + name
                + ": ignored; its tags are "
                + fields(entry.path("tags")).keySet()
                + ".");
      } else {
        args.putAll(fields(own.path("args")));
        preprocessing.putAll(fields(own.path("preprocessing")));
      }
    }
    return new Resolved(name, tag, args, preprocessing, notes);
  }

  private List<String> nearest(String name) {
    List<String> names = new ArrayList<>(architectures.keySet());
    names.sort(
        Comparator.comparingInt((String other) -> -commonPrefix(name, other))
            .thenComparing(Comparator.naturalOrder()));
    return names.subList(0, 6);
  }

  private static int commonPrefix(String a, String b) {
    int n = Math.min(a.length(), b.length());
    for (int i = 0; i < n; i++) {
      if (a.charAt(i) != b.charAt(i)) {
        return i;
      }
    }
    return n;
  }
}
