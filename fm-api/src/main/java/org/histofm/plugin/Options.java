package org.histofm.plugin;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.histofm.InputException;

/**
 * Settings of a plugin as the user wrote them, {@code name=value}. A plugin names what it
 * understands by {@link #allow}, and reads typed values; anything else is refused by name.
 *
 * <p>Immutable.
 */
public final class Options {
  private static final Options NONE = new Options(new TreeMap<>());

  private final TreeMap<String, String> values;

  private Options(TreeMap<String, String> values) {
    this.values = values;
  }

  /** No settings: every default. */
  public static Options none() {
    return NONE;
  }

  /** The settings of {@code values}. */
  public static Options of(Map<String, String> values) {
    return new Options(new TreeMap<>(values));
  }

  /** A copy in which {@code name} is {@code value}. */
  public Options with(String name, String value) {
    TreeMap<String, String> copy = new TreeMap<>(values);
    copy.put(name, Objects.requireNonNull(value));
    return new Options(copy);
  }

  /**
   * Refuses settings that are not among {@code names}.
   *
   * @param owner the plugin, for the message, such as {@code "adapter linear-probe"}
   * @return this
   * @throws InputException naming the unknown settings and the known ones
   */
  public Options allow(String owner, String... names) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    Set<String> known = new TreeSet<>(Set.of(names));
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new InputException(
          owner + " has no setting " + unknown + ".",
          known.isEmpty() ? "It has none." : "Its settings are " + known + ".");
    }
    return this;
  }

  /** All settings, sorted by name; unmodifiable. */
  public Map<String, String> asMap() {
    return java.util.Collections.unmodifiableMap(values);
  }

  /** The text of {@code name}, or {@code otherwise}. */
  public String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /**
   * The whole number of {@code name}, or {@code otherwise}.
   *
   * @throws InputException if it is no whole number from {@code min} to {@code max}
   */
  public int integer(String name, int otherwise, int min, int max) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below, with every other value out of range
    }
    throw new InputException(
        "setting " + name + "=" + text + " is not a whole number from " + min + " to " + max + ".",
        "Its default is " + otherwise + ".");
  }

  /**
   * The number of {@code name}, or {@code otherwise}.
   *
   * @throws InputException if it is no finite number from {@code min} to {@code max}
   */
  public double number(String name, double otherwise, double min, double max) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      double value = Double.parseDouble(text.strip());
      if (value >= min && value <= max && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below, with every other value out of range
    }
    throw new InputException(
        "setting " + name + "=" + text + " is not a number from " + min + " to " + max + ".",
        "Its default is " + otherwise + ".");
  }

  /**
   * The switch {@code name}, or {@code otherwise}.
   *
   * @throws InputException if it is neither {@code true} nor {@code false}
   */
  public boolean flag(String name, boolean otherwise) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new InputException(
              "setting " + name + "=" + text + " is neither true nor false.",
              "Its default is " + otherwise + ".");
    };
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Options other && values.equals(other.values);
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
