package org.histofm.tiling.shape;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.histofm.EnvironmentException;
import org.histofm.InputException;

/**
 * Annotations as GeoJSON in QuPath's form, both ways; coordinates are level-0 pixels.
 *
 * <p>Read are a FeatureCollection, a bare list of features, or one feature, with the geometries
 * Polygon, MultiPolygon and GeometryCollection; points and lines enclose nothing and are left out.
 * Of the properties those of {@link Annotation} are read, in today's form and that of QuPath 0.2
 * ({@code colorRGB} as a number, measurements as a list); others are ignored. Files are streamed,
 * so memory follows what is kept.
 *
 * @see "QuPath 0.6, File > Export objects as GeoJSON"
 */
public final class GeoJson {
  private static final int DEEPEST = 32;
  private static final int LONGEST_NUMBER = 100;
  private static final int LONGEST_TEXT = 100_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxStringLength(LONGEST_TEXT)
                  .build())
          .build();

  private GeoJson() {}

  /**
   * The annotations of a file, in order.
   *
   * @throws InputException if it is missing or not of this form: no JSON, nested too deep, a ring
   *     that is not closed or has too few points, a coordinate that is no finite number
   */
  public static List<Annotation> read(Path file) {
    try (InputStream in = Files.newInputStream(file);
        JsonParser parser = JSON.createParser(in)) {
      return new FeatureParser(file, parser).annotations();
    } catch (NoSuchFileException e) {
      throw new InputException(
          "annotation file " + file + " does not exist.", "Check the path.", e);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null ? "" : " in line " + Math.max(1, e.getLocation().getLineNr());
      throw new InputException(
          "annotation file "
              + file
              + " is no readable JSON"
              + where
              + ": "
              + e.getOriginalMessage().lines().findFirst().orElse("damaged")
              + ".",
          FeatureParser.REMEDY,
          e);
    } catch (IOException e) {
      throw new InputException(
          "annotation file " + file + " cannot be read: " + e.getMessage() + ".",
          "Check that it is a file that you may read.",
          e);
    }
  }

  /**
   * Writes annotations as a FeatureCollection that QuPath imports, whole or not at all.
   *
   * @throws EnvironmentException if the file cannot be written
   */
  public static void write(Path file, List<Annotation> annotations) {
    Path whole = file.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(part);
          JsonGenerator json = JSON.createGenerator(out)) {
        json.writeStartObject();
        json.writeStringField("type", "FeatureCollection");
        json.writeArrayFieldStart("features");
        for (Annotation annotation : annotations) {
          json.writeRaw('\n');
          feature(json, annotation);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EnvironmentException(
          "annotations cannot be written to " + file + ": " + e + ".",
          "Check that the folder exists, may be written and has room.",
          e);
    }
  }

  private static void feature(JsonGenerator json, Annotation annotation) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "Feature");
    if (annotation.id().isPresent()) {
      json.writeStringField("id", annotation.id().get());
    }
    json.writeObjectFieldStart("geometry");
    List<Polygon> polygons = annotation.polygons();
    json.writeStringField("type", polygons.size() == 1 ? "Polygon" : "MultiPolygon");
    json.writeFieldName("coordinates");
    if (polygons.size() == 1) {
      rings(json, polygons.get(0));
    } else {
      json.writeStartArray();
      for (Polygon polygon : polygons) {
        rings(json, polygon);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
    properties(json, annotation);
    json.writeEndObject();
  }

  private static void rings(JsonGenerator json, Polygon polygon) throws IOException {
    json.writeStartArray();
    for (List<Point> ring : polygon.rings()) {
      json.writeStartArray();
      for (Point point : ring) {
        position(json, point);
      }
      position(json, ring.get(0));
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static void position(JsonGenerator json, Point point) throws IOException {
    json.writeStartArray();
    number(json, point.x());
    number(json, point.y());
    json.writeEndArray();
  }

  private static void number(JsonGenerator json, double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      json.writeNumber((long) value);
    } else {
      json.writeNumber(value);
    }
  }

  private static void properties(JsonGenerator json, Annotation annotation) throws IOException {
    json.writeObjectFieldStart("properties");
    json.writeStringField("objectType", FeatureParser.objectType(annotation.kind()));
    if (annotation.name().isPresent()) {
      json.writeStringField("name", annotation.name().get());
    }
    boolean classified = annotation.className().isPresent();
    if (annotation.rgb().isPresent() && !classified) {
      colour(json, annotation.rgb().get());
    }
    if (classified) {
      json.writeObjectFieldStart("classification");
      json.writeStringField("name", annotation.className().get());
      if (annotation.rgb().isPresent()) {
        colour(json, annotation.rgb().get());
      }
      json.writeEndObject();
    }
    if (annotation.locked()) {
      json.writeBooleanField("isLocked", true);
    }
    if (!annotation.measurements().isEmpty()) {
      json.writeObjectFieldStart("measurements");
      for (Map.Entry<String, Double> measured : annotation.measurements().entrySet()) {
        json.writeFieldName(measured.getKey());
        if (Double.isFinite(measured.getValue())) {
          number(json, measured.getValue());
        } else {
          json.writeNull();
        }
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void colour(JsonGenerator json, int rgb) throws IOException {
    json.writeArrayFieldStart("color");
    json.writeNumber(rgb >> 16 & 0xff);
    json.writeNumber(rgb >> 8 & 0xff);
    json.writeNumber(rgb & 0xff);
    json.writeEndArray();
  }
}
