package org.histofm.tiling.shape;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An area on a slide with its name, class and measurements. Immutable. */
public final class Annotation {
  /** What an annotation stands for in QuPath. */
  public enum Kind {
    /** Drawn or found by area. */
    ANNOTATION,
    /** One cell or other small thing. */
    DETECTION,
    /** One tile of a grid. */
    TILE
  }

  private final List<Polygon> polygons;
  private final Kind kind;
  private final @Nullable String id;
  private final @Nullable String name;
  private final @Nullable String className;
  private final @Nullable Integer rgb;
  private final boolean locked;
  private final Map<String, Double> measurements;

  private Annotation(
      List<Polygon> polygons,
      Kind kind,
      @Nullable String id,
      @Nullable String name,
      @Nullable String className,
      @Nullable Integer rgb,
      boolean locked,
      Map<String, Double> measurements) {
    this.polygons = polygons;
    this.kind = kind;
    this.id = id;
    this.name = name;
    this.className = className;
    this.rgb = rgb;
    this.locked = locked;
    this.measurements = measurements;
  }

  /**
   * An annotation of one or more polygons, without anything else.
   *
   * @throws IllegalArgumentException if there is no polygon
   */
  public static Annotation of(List<Polygon> polygons) {
    if (polygons.isEmpty()) {
      throw new IllegalArgumentException("an annotation needs at least one polygon");
    }
    return new Annotation(
        List.copyOf(polygons), Kind.ANNOTATION, null, null, null, null, false, Map.of());
  }

  /** An annotation of one polygon, without anything else. */
  public static Annotation of(Polygon polygon) {
    return of(List.of(polygon));
  }

  /** A copy of another kind. */
  public Annotation withKind(Kind other) {
    return new Annotation(polygons, other, id, name, className, rgb, locked, measurements);
  }

  /** A copy with an id; QuPath's are UUIDs. */
  public Annotation withId(String other) {
    return new Annotation(polygons, kind, other, name, className, rgb, locked, measurements);
  }

  /** A copy with a name. */
  public Annotation withName(String other) {
    return new Annotation(polygons, kind, id, other, className, rgb, locked, measurements);
  }

  /** A copy of a class; QuPath writes parts of a derived class as {@code Tumour: Positive}. */
  public Annotation withClass(String other) {
    return new Annotation(polygons, kind, id, name, other, rgb, locked, measurements);
  }

  /**
   * A copy with a colour.
   *
   * @param red from 0 to 255
   * @param green from 0 to 255
   * @param blue from 0 to 255
   * @throws IllegalArgumentException if one lies outside
   */
  public Annotation withColour(int red, int green, int blue) {
    if (((red | green | blue) & ~0xff) != 0) {
      throw new IllegalArgumentException(
          "a colour's parts lie from 0 to 255, got " + red + ", " + green + ", " + blue);
    }
    int packed = red << 16 | green << 8 | blue;
    return new Annotation(polygons, kind, id, name, className, packed, locked, measurements);
  }

  /** A copy that QuPath keeps from being moved, or not. */
  public Annotation withLocked(boolean other) {
    return new Annotation(polygons, kind, id, name, className, rgb, other, measurements);
  }

  /**
   * A copy with a further measurement; a new name comes last.
   *
   * @param value any number; one that is not finite stands for absent and is written so
   */
  public Annotation withMeasurement(String measured, double value) {
    Map<String, Double> more = new LinkedHashMap<>(measurements);
    more.put(measured, value);
    return new Annotation(
        polygons, kind, id, name, className, rgb, locked, Collections.unmodifiableMap(more));
  }

  /** A copy with these measurements. */
  Annotation withMeasurements(Map<String, Double> all) {
    Map<String, Double> copy = Collections.unmodifiableMap(new LinkedHashMap<>(all));
    return new Annotation(polygons, kind, id, name, className, rgb, locked, copy);
  }

  /** The areas; at least one. */
  public List<Polygon> polygons() {
    return polygons;
  }

  /** What it stands for. */
  public Kind kind() {
    return kind;
  }

  /** The id, if it has one. */
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /** The name, if it has one. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /** The class, if it has one. */
  public Optional<String> className() {
    return Optional.ofNullable(className);
  }

  /** The colour as {@code 0xRRGGBB}, if it has one. */
  public Optional<Integer> rgb() {
    return Optional.ofNullable(rgb);
  }

  /** Whether QuPath keeps it from being moved. */
  public boolean locked() {
    return locked;
  }

  /** Measurements by name, in order; unmodifiable. */
  public Map<String, Double> measurements() {
    return measurements;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Annotation other
        && polygons.equals(other.polygons)
        && kind == other.kind
        && id().equals(other.id())
        && name().equals(other.name())
        && className().equals(other.className())
        && rgb().equals(other.rgb())
        && locked == other.locked
        && measurements.equals(other.measurements);
  }

  @Override
  public int hashCode() {
    return polygons.hashCode();
  }

  @Override
  public String toString() {
    return "Annotation "
        + className().orElse("without class")
        + " of "
        + polygons.size()
        + " polygons";
  }
}
