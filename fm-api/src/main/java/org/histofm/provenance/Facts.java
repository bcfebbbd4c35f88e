package org.histofm.provenance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Named facts about how something was computed, in a fixed order: versions, settings, hashes.
 * Immutable.
 */
public final class Facts {
  private static final Facts NONE = new Facts(new LinkedHashMap<>());

  private final LinkedHashMap<String, String> values;

  private Facts(LinkedHashMap<String, String> values) {
    this.values = values;
  }

  /** No facts. */
  public static Facts none() {
    return NONE;
  }

  /** A copy in which {@code name} is {@code value}; a new name comes last. */
  public Facts with(String name, String value) {
    LinkedHashMap<String, String> copy = new LinkedHashMap<>(values);
    copy.put(Objects.requireNonNull(name), Objects.requireNonNull(value));
    return new Facts(copy);
  }

  /** A copy with the facts of {@code other} added, which win. */
  public Facts with(Facts other) {
    LinkedHashMap<String, String> copy = new LinkedHashMap<>(values);
    copy.putAll(other.values);
    return new Facts(copy);
  }

  /** All facts in order; unmodifiable. */
  public Map<String, String> asMap() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Facts other && values.equals(other.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
