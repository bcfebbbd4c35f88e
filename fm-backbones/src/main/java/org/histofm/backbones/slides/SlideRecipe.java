package org.histofm.backbones.slides;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.histofm.provenance.Sha256;

/**
 * All that decides the rows of a run but the slides themselves: equal recipes give equal bits.
 *
 * @param values settings and facts in a fixed order
 */
record SlideRecipe(Map<String, String> values) {
  SlideRecipe {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  static SlideRecipe read(JsonNode json) {
    Map<String, String> values = new LinkedHashMap<>();
    json.fields().forEachRemaining(field -> values.put(field.getKey(), field.getValue().asText()));
    return new SlideRecipe(values);
  }

  void writeTo(ObjectNode json) {
    values.forEach(json::put);
  }

  String hash() {
    Sha256 hash = new Sha256();
    new TreeMap<>(values).forEach((name, value) -> hash.add(name).add(value));
    return hash.hex();
  }

  boolean sameAs(SlideRecipe other) {
    return values.equals(other.values);
  }

  /** How this one differs from an earlier one, one entry a value. */
  List<String> differencesFrom(SlideRecipe earlier) {
    TreeSet<String> names = new TreeSet<>(values.keySet());
    names.addAll(earlier.values.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String now = values.getOrDefault(name, "absent");
      String before = earlier.values.getOrDefault(name, "absent");
      if (!Objects.equals(now, before)) {
        differences.add(name + " was " + before + " and is " + now);
      }
    }
    return differences;
  }
}
