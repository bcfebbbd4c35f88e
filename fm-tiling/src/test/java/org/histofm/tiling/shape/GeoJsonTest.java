package org.histofm.tiling.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.histofm.InputException;
import org.histofm.slide.Region;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeoJsonTest {
  private static final String SQUARE = "[[0,0],[10,0],[10,10],[0,10],[0,0]]";

  @TempDir Path folder;

  private List<Annotation> read(String json) throws IOException {
    return GeoJson.read(Files.writeString(folder.resolve("in.geojson"), json));
  }

  private static String feature(String coordinates, String properties) {
    return "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
        + coordinates
        + "},\"properties\":"
        + properties
        + "}";
  }

  @Test
  void read_whatWasWritten_isTheSame() {
    Polygon holed =
        Polygon.of(
            List.of(new Point(0, 0), new Point(100.25, 0), new Point(50, 80.125)),
            List.of(List.of(new Point(40, 20), new Point(60, 20), new Point(50, 30))));
    List<Annotation> all =
        List.of(
            Annotation.of(holed)
                .withId("5f2b8a5e-0d2c-4f0e-9c55-6f0d3b1f3c11")
                .withName("Läsion \"1\"")
                .withClass("Tumour: Positive")
                .withColour(200, 0, 7)
                .withLocked(true)
                .withMeasurement("score", 0.25)
                .withMeasurement("absent", Double.NaN),
            Annotation.of(List.of(holed, Polygon.of(new Region(-5, 3, 7, 8))))
                .withColour(1, 2, 3)
                .withKind(Annotation.Kind.TILE));
    Path file = folder.resolve("out.geojson");
    GeoJson.write(file, all);
    assertThat(GeoJson.read(file)).isEqualTo(all);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void read_olderForm_isUnderstood() throws IOException {
    String properties =
        """
        {"object_type":"annotation","isLocked":false,
         "classification":{"name":"Stroma","colorRGB":-6895466},
         "measurements":[{"name":"Area","value":12.5},{"name":"None","value":"NaN"}],
         "other":{"deep":[1,[2]]}}""";
    String id =
        feature("[" + SQUARE + "]", properties)
            .replace("Feature\"", "Feature\",\"id\":\"PathAnnotationObject\"");
    Annotation found = read("[" + id + "]").get(0);
    assertThat(found.className()).contains("Stroma");
    assertThat(found.rgb()).contains(0x96c896);
    assertThat(found.measurements()).containsEntry("Area", 12.5).containsEntry("None", Double.NaN);
    assertThat(found.locked()).isFalse();
  }

  @Test
  void read_namesOfADerivedClass_areJoined() throws IOException {
    String properties =
        "{\"classification\":{\"names\":[\"Tumour\",\"Positive\"],\"color\":[1,2,3]}}";
    assertThat(read(feature("[" + SQUARE + "]", properties)).get(0).className())
        .contains("Tumour: Positive");
  }

  @Test
  void read_membersInAnyOrder_areUnderstood() throws IOException {
    String json =
        "{\"features\":[{\"properties\":null,\"geometry\":{\"coordinates\":[["
            + SQUARE
            + "]],\"type\":\"MultiPolygon\"},\"type\":\"Feature\"}],\"type\":\"FeatureCollection\"}";
    assertThat(read(json)).singleElement().satisfies(a -> assertThat(a.polygons()).hasSize(1));
  }

  @Test
  void read_pointsAndLines_areLeftOut() throws IOException {
    String point = "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}";
    String line =
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}}";
    assertThat(read("[" + point + "," + line + "," + feature("[" + SQUARE + "]", "{}") + "]"))
        .hasSize(1);
  }

  @Test
  void read_emptyCollection_isEmpty() throws IOException {
    assertThat(read("{\"type\":\"FeatureCollection\",\"features\":[]}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [[[0,0],[10,0],[10,10],[0,10]]]          | not closed
          [[[0,0],[10,0],[0,0]]]                   | at least 4
          [[[0,0],[1],[10,10],[0,0]]]              | position
          [[[0,0],["1",2],[10,10],[0,0]]]          | coordinate
          [[[0,0],[1e300,2],[10,10],[0,0]]]        | no slide reaches
          [[[0,0],[null,2],[10,10],[0,0]]]         | coordinate
          [[[0,0],[NaN,2],[10,10],[0,0]]]          | JSON
          []                                       | without rings
          [[0,0],[1,1],[2,0],[0,0]]                | without rings
          """)
  void read_badCoordinates_areRefused(String coordinates, String says) {
    assertThatThrownBy(() -> read(feature(coordinates, "{}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(says)
        .hasMessageContaining("in.geojson")
        .hasMessageContaining("Export");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                               | empty
          5                                                | neither
          {"type":"Feature"                                | JSON
          [1]                                              | no feature
          {"type":"Topology"}                              | Topology
          [] []                                            | goes on
          {"type":"FeatureCollection","features":{}}       | no list
          {"type":"Feature","geometry":{"type":"Circle"}}  | Circle
          {"type":"Feature","geometry":{"type":"Polygon"}} | without coordinates
          """)
  void read_somethingElse_isRefused(String json, String says) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(says);
  }

  @Test
  void read_deepNesting_isRefused() {
    String deep = "[".repeat(100_000);
    assertThatThrownBy(() -> read(feature(deep, "{}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("JSON");
    assertThatThrownBy(() -> read(deep)).isInstanceOf(InputException.class);
  }

  @Test
  void read_missingFile_isRefused() {
    assertThatThrownBy(() -> GeoJson.read(folder.resolve("no.geojson")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void simplified_staircase_becomesItsSlope() {
    List<Point> stairs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      stairs.add(new Point(i, i));
      stairs.add(new Point(i + 1, i));
    }
    stairs.add(new Point(0, 50));
    Polygon rough = Polygon.of(stairs, List.of(List.of(p(1, 30), p(2, 30), p(2, 31))));
    Polygon smooth = rough.simplified(1.5);
    assertThat(smooth.outer()).hasSizeLessThan(6);
    assertThat(smooth.holes()).isEmpty();
    assertThat(smooth.area()).isCloseTo(rough.area(), withinPercentage(5));
    assertThat(rough.simplified(0).area()).isEqualTo(rough.area());
  }

  private static Point p(double x, double y) {
    return new Point(x, y);
  }

  @Test
  void contains_onEdges_isInsideOfOneNeighbourOnly() {
    Polygon left = Polygon.of(new Region(0, 0, 10, 10));
    Polygon right = Polygon.of(new Region(10, 0, 10, 10));
    assertThat(left.contains(10, 5)).isFalse();
    assertThat(right.contains(10, 5)).isTrue();
    assertThat(left.contains(0, 0)).isTrue();
    assertThat(left.contains(5, 10)).isFalse();
    assertThat(left.bounds()).isEqualTo(new Region(0, 0, 10, 10));
    assertThat(left.area()).isEqualTo(100);
  }
}
