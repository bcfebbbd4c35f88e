package org.histofm.tiling.shape;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.histofm.InputException;
import org.jspecify.annotations.Nullable;

/** Reads the features of one file, token by token; members may come in any order. */
final class FeatureParser {
  static final String REMEDY =
      "Export the annotations again as GeoJSON (QuPath: File > Export objects as GeoJSON).";

  /** Coordinates beyond this are no pixels of a slide. */
  private static final double FARTHEST = 1e9;

  private static final int MOST_POINTS = 5_000_000;

  private final Path file;
  private final JsonParser json;
  private final List<Annotation> found = new ArrayList<>();
  private int positions;

  FeatureParser(Path file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  static String objectType(Annotation.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  List<Annotation> annotations() throws IOException {
    JsonToken first = json.nextToken();
    if (first == JsonToken.START_ARRAY) {
      features();
    } else if (first == JsonToken.START_OBJECT) {
      object();
    } else {
      throw wrong(first == null ? "is empty" : "begins with neither an object nor a list");
    }
    if (json.nextToken() != null) {
      throw wrong("goes on after its end");
    }
    return List.copyOf(found);
  }

  private void features() throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw wrong("lists something that is no feature");
      }
      object();
    }
  }

  /** A collection or a feature: which of them shows only from its members. */
  private void object() throws IOException {
    String type = "";
    boolean collection = false;
    Feature feature = new Feature();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      switch (member) {
        case "type" -> type = text();
        case "id" -> feature.id = scalar();
        case "features" -> {
          collection = true;
          require(value == JsonToken.START_ARRAY, "has 'features' that are no list");
          features();
        }
        case "geometry" -> {
          if (value == JsonToken.START_OBJECT) {
            feature.polygons = geometry();
          } else {
            require(value == JsonToken.VALUE_NULL, "has a geometry that is no object");
          }
        }
        case "properties" -> {
          if (value == JsonToken.START_OBJECT) {
            properties(feature);
          } else {
            require(value == JsonToken.VALUE_NULL, "has properties that are no object");
          }
        }
        default -> json.skipChildren();
      }
    }
    if (collection) {
      return;
    }
    require(type.equals("Feature"), "holds an object of type '" + type + "', no feature");
    feature.annotation().ifPresent(found::add);
  }

  private List<Polygon> geometry() throws IOException {
    String type = "";
    Nested coordinates = null;
    List<Polygon> parts = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      if (member.equals("type")) {
        type = text();
      } else if (member.equals("coordinates")) {
        require(value == JsonToken.START_ARRAY, "has coordinates that are no list");
        coordinates = nested();
      } else if (member.equals("geometries")) {
        require(value == JsonToken.START_ARRAY, "has geometries that are no list");
        while (json.nextToken() != JsonToken.END_ARRAY) {
          require(json.currentToken() == JsonToken.START_OBJECT, "has a geometry that is none");
          parts.addAll(geometry());
        }
      } else {
        json.skipChildren();
      }
    }
    switch (type) {
      case "Polygon" -> parts.add(polygon(required(coordinates)));
      case "MultiPolygon" -> required(coordinates).parts().forEach(p -> parts.add(polygon(p)));
      case "GeometryCollection", "Point", "MultiPoint", "LineString", "MultiLineString" -> {}
      default -> throw wrong("has a geometry of unknown type '" + type + "'");
    }
    return parts;
  }

  private Nested required(@Nullable Nested coordinates) {
    if (coordinates == null) {
      throw wrong("has a geometry without coordinates");
    }
    return coordinates;
  }

  /** Lists within lists, the innermost of which hold numbers. */
  private record Nested(List<Nested> parts, List<Point> points, @Nullable Point point) {}

  private Nested nested() throws IOException {
    List<Nested> parts = new ArrayList<>();
    List<Point> points = new ArrayList<>();
    double x = Double.NaN;
    double y = Double.NaN;
    int numbers = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.START_ARRAY) {
        Nested inner = nested();
        if (inner.point() != null) {
          points.add(inner.point()); // positions are kept without a list around each
        } else {
          parts.add(inner);
        }
      } else {
        double value = coordinate();
        x = numbers == 0 ? value : x;
        y = numbers == 1 ? value : y;
        numbers++;
      }
    }
    if (numbers == 0) {
      return new Nested(parts, points, null);
    }
    require(
        numbers >= 2 && parts.isEmpty() && points.isEmpty(),
        "has a position of " + numbers + " numbers where x and y belong");
    if (++positions > MOST_POINTS) {
      throw new InputException(
          "annotation file " + file + " has more than " + MOST_POINTS + " points.",
          "Export fewer objects, or simplify their outlines in QuPath first.");
    }
    return new Nested(List.of(), List.of(), new Point(x, y));
  }

  private double coordinate() throws IOException {
    require(
        json.currentToken().isNumeric(), "has '" + json.getText() + "' in place of a coordinate");
    double value = json.getDoubleValue();
    require(
        Math.abs(value) <= FARTHEST, "has a coordinate of " + value + ", which no slide reaches");
    return value;
  }

  private Polygon polygon(Nested coordinates) {
    require(
        !coordinates.parts().isEmpty() && coordinates.points().isEmpty(),
        "has a polygon without rings");
    List<List<Point>> rings = new ArrayList<>();
    for (Nested part : coordinates.parts()) {
      List<Point> ring = part.points();
      require(
          part.parts().isEmpty() && ring.size() >= 4,
          "has a ring of " + ring.size() + " points, where closed rings have at least 4");
      require(
          ring.get(0).equals(ring.get(ring.size() - 1)),
          "has a ring that is not closed: it begins at "
              + text(ring.get(0))
              + " and ends at "
              + text(ring.get(ring.size() - 1)));
      rings.add(ring);
    }
    return Polygon.of(rings.get(0), rings.subList(1, rings.size()));
  }

  private static String text(Point point) {
    return point.x() + ", " + point.y();
  }

  private void properties(Feature feature) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      switch (member) {
        case "objectType", "object_type" -> feature.objectType = scalar();
        case "name" -> feature.name = scalar();
        case "color", "colorRGB" -> feature.rgb = colour();
        case "isLocked" -> {
          feature.locked = value == JsonToken.VALUE_TRUE;
          json.skipChildren();
        }
        case "classification" -> classification(feature);
        case "measurements" -> measurements(feature);
        default -> json.skipChildren();
      }
    }
  }

  private void classification(Feature feature) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      feature.className = scalar();
      return;
    }
    List<String> names = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      if (member.equals("name")) {
        feature.className = scalar();
      } else if (member.equals("names") && value == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          names.add(String.valueOf(scalar()));
        }
      } else if (member.equals("color") || member.equals("colorRGB")) {
        feature.classRgb = colour();
      } else {
        json.skipChildren();
      }
    }
    if (!names.isEmpty()) {
      feature.className = String.join(": ", names);
    }
  }

  private void measurements(Feature feature) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        feature.measurements.put(name, measured());
      }
    } else if (json.currentToken() == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        require(json.currentToken() == JsonToken.START_OBJECT, "has a measurement without a name");
        String name = null;
        double value = Double.NaN;
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String member = json.currentName();
          json.nextToken();
          if (member.equals("name")) {
            name = scalar();
          } else if (member.equals("value")) {
            value = measured();
          } else {
            json.skipChildren();
          }
        }
        if (name == null) {
          throw wrong("has a measurement without a name");
        }
        feature.measurements.put(name, value);
      }
    } else {
      json.skipChildren();
    }
  }

  /** A number; QuPath writes NaN as text or null. */
  private double measured() throws IOException {
    if (json.currentToken().isNumeric()) {
      return json.getDoubleValue();
    }
    json.skipChildren();
    return Double.NaN;
  }

  /** A colour as three numbers, or packed in one as older files have it. */
  private @Nullable Integer colour() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return (int) (json.getNumberValue().longValue() & 0xffffff);
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return null;
    }
    int rgb = 0;
    int parts = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      require(
          json.currentToken() == JsonToken.VALUE_NUMBER_INT
              && json.getNumberValue().doubleValue() >= 0
              && json.getNumberValue().doubleValue() <= 255,
          "has a colour of something else than numbers from 0 to 255");
      rgb = parts < 3 ? rgb << 8 | json.getIntValue() : rgb;
      parts++;
    }
    require(parts == 3 || parts == 4, "has a colour of " + parts + " numbers");
    return rgb;
  }

  private String text() throws IOException {
    require(json.currentToken() == JsonToken.VALUE_STRING, "has a 'type' that is no text");
    return json.getText();
  }

  private @Nullable String scalar() throws IOException {
    if (json.currentToken().isScalarValue() && json.currentToken() != JsonToken.VALUE_NULL) {
      return json.getText();
    }
    json.skipChildren();
    return null;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw wrong(otherwise);
    }
  }

  private InputException wrong(String what) {
    int line = Math.max(1, json.currentLocation().getLineNr());
    return new InputException(
        "annotation file "
            + file
            + " "
            + what
            + " (feature "
            + (found.size() + 1)
            + ", line "
            + line
            + ").",
        REMEDY);
  }

  /** What is known of a feature so far. */
  private static final class Feature {
    private List<Polygon> polygons = List.of();
    private final Map<String, Double> measurements = new LinkedHashMap<>();
    private @Nullable String id;
    private @Nullable String objectType;
    private @Nullable String name;
    private @Nullable String className;
    private @Nullable Integer rgb;
    private @Nullable Integer classRgb;
    private boolean locked;

    /** The annotation, if it encloses an area. */
    Optional<Annotation> annotation() {
      if (polygons.isEmpty()) {
        return Optional.empty();
      }
      Annotation made = Annotation.of(polygons).withKind(kind()).withLocked(locked);
      made = id == null ? made : made.withId(id);
      made = name == null ? made : made.withName(name);
      made = className == null ? made : made.withClass(className);
      Integer colour = rgb == null ? classRgb : rgb;
      if (colour != null) {
        made = made.withColour(colour >> 16 & 0xff, colour >> 8 & 0xff, colour & 0xff);
      }
      made = measurements.isEmpty() ? made : made.withMeasurements(measurements);
      return Optional.of(made);
    }

    private Annotation.Kind kind() {
      String stated = String.valueOf(objectType).toLowerCase(Locale.ROOT);
      if (stated.contains("tile")) {
        return Annotation.Kind.TILE;
      }
      return stated.contains("detection") || stated.contains("cell")
          ? Annotation.Kind.DETECTION
          : Annotation.Kind.ANNOTATION;
    }
  }
}
