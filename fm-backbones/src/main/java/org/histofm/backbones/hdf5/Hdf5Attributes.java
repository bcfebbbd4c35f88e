package org.histofm.backbones.hdf5;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Named values on a dataset or on a file, in a fixed order. Immutable.
 *
 * <p>A text is of variable length in UTF-8, which h5py hands out as {@code str}; whole numbers are
 * int64, others float64, as h5py writes Python's.
 */
public final class Hdf5Attributes {
  private static final Hdf5Attributes NONE = new Hdf5Attributes(new LinkedHashMap<>());
  private static final int MOST_BYTES = 0xffff;

  /** Long, Double, String, {@code List<Long>} or {@code List<Double>}. */
  private final LinkedHashMap<String, Object> values;

  private Hdf5Attributes(LinkedHashMap<String, Object> values) {
    this.values = values;
  }

  /** No attributes. */
  public static Hdf5Attributes none() {
    return NONE;
  }

  /** A copy with a whole number; a name that is there already keeps its place. */
  public Hdf5Attributes with(String name, long value) {
    return put(name, value);
  }

  /** A copy with a number. */
  public Hdf5Attributes with(String name, double value) {
    return put(name, value);
  }

  /**
   * A copy with a text.
   *
   * @throws IllegalArgumentException if it contains U+0000, which ends a text in HDF5
   */
  public Hdf5Attributes with(String name, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("attribute '" + name + "' contains U+0000");
    }
    return put(name, value);
  }

  /**
   * A copy with a short row of whole numbers.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public Hdf5Attributes withWholes(String name, List<Long> value) {
    return put(name, filled(name, value));
  }

  /**
   * A copy with a short row of numbers.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public Hdf5Attributes withNumbers(String name, List<Double> value) {
    return put(name, filled(name, value));
  }

  private static <T> List<T> filled(String name, List<T> value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("attribute '" + name + "' has no values");
    }
    return List.copyOf(value);
  }

  /** A copy with those of {@code other} added, which win. */
  public Hdf5Attributes with(Hdf5Attributes other) {
    LinkedHashMap<String, Object> copy = new LinkedHashMap<>(values);
    copy.putAll(other.values);
    return new Hdf5Attributes(copy);
  }

  private Hdf5Attributes put(String name, Object value) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("'" + name + "' is no attribute's name");
    }
    LinkedHashMap<String, Object> copy = new LinkedHashMap<>(values);
    copy.put(name, Objects.requireNonNull(value, name));
    return new Hdf5Attributes(copy);
  }

  /**
   * All values by name, in order: {@code Long}, {@code Double}, {@code String}, {@code List<Long>}
   * or {@code List<Double>}; unmodifiable.
   */
  public Map<String, Object> asMap() {
    return Collections.unmodifiableMap(values);
  }

  /** Adds the attribute messages (IV.A.2.m, version 3) to an object header. */
  void describe(ObjectHeader header, TextHeap texts, long textsAt) {
    values.forEach((name, value) -> header.message(0x0c, message(name, value, texts, textsAt)));
  }

  private static LittleEndian message(String name, Object value, TextHeap texts, long textsAt) {
    LittleEndian type = new LittleEndian();
    LittleEndian space = new LittleEndian();
    LittleEndian data = new LittleEndian();
    if (value instanceof String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      // a string of variable length in UTF-8, ended by zero, of unsigned bytes
      type.u8(0x19).u8(0x01).u8(0x01).u8(0).u32(16);
      type.u8(0x10).u8(0).u16(0).u32(1).u16(0).u16(8);
      data.u32(utf8.length).u64(textsAt).u32(texts.add(utf8));
    } else if (value instanceof Long || isRowOf(value, Long.class)) {
      Hdf5Type.INT64.describe(type);
      row(value).forEach(number -> data.u64(number.longValue()));
    } else {
      Hdf5Type.FLOAT64.describe(type);
      row(value).forEach(number -> data.f64(number.doubleValue()));
    }
    ObjectHeader.space(
        space, value instanceof List<?> row ? List.of((long) row.size()) : List.of());
    byte[] utf8Name = name.getBytes(StandardCharsets.UTF_8);
    LittleEndian out = new LittleEndian();
    out.u8(3).u8(0).u16(utf8Name.length + 1).u16(type.size()).u16(space.size()).u8(1);
    out.raw(utf8Name).u8(0).raw(type.toArray()).raw(space.toArray()).raw(data.toArray());
    if (out.size() > MOST_BYTES) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' takes " + out.size() + " bytes, at most " + MOST_BYTES);
    }
    return out;
  }

  private static boolean isRowOf(Object value, Class<?> type) {
    return value instanceof List<?> row && row.stream().allMatch(type::isInstance);
  }

  @SuppressWarnings("unchecked") // the factories put only numbers and lists of numbers here
  private static List<Number> row(Object value) {
    return value instanceof List<?> row ? (List<Number>) row : List.of((Number) value);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Hdf5Attributes other && values.equals(other.values);
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
