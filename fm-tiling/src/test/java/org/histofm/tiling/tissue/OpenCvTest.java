package org.histofm.tiling.tissue;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.histofm.slide.SlideReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against OpenCV's results, which scripts/fixtures/tissue.py made. All comparisons are exact. */
class OpenCvTest {
  private static InputStream resource(String name) {
    return Objects.requireNonNull(OpenCvTest.class.getResourceAsStream("/tissue/" + name), name);
  }

  private static Raster pixels(String name) throws IOException {
    try (InputStream in = resource(name + ".png")) {
      return ImageIO.read(in).getRaster();
    }
  }

  private static Plane plane(String name, int channel) throws IOException {
    Raster pixels = pixels(name);
    Plane plane = new Plane(pixels.getWidth(), pixels.getHeight());
    for (int y = 0; y < plane.rows; y++) {
      for (int x = 0; x < plane.columns; x++) {
        plane.set(x, y, pixels.getSample(x, y, channel));
      }
    }
    return plane;
  }

  private static Plane above(Plane plane, int threshold) {
    Plane out = new Plane(plane.columns, plane.rows);
    for (int i = 0; i < out.cells.length; i++) {
      out.cells[i] = (plane.cells[i] & 0xff) > threshold ? (byte) 1 : 0;
    }
    return out;
  }

  private static SlideReader slide(String name) throws IOException {
    Raster pixels = pixels(name);
    return Masks.slide(
        pixels.getWidth(),
        pixels.getHeight(),
        1,
        (x, y) ->
            pixels.getSample((int) x, (int) y, 0) << 16
                | pixels.getSample((int) x, (int) y, 1) << 8
                | pixels.getSample((int) x, (int) y, 2));
  }

  private static Plane found(TissueMask mask) {
    Plane out = new Plane(mask.columns(), mask.rows());
    for (int y = 0; y < out.rows; y++) {
      for (int x = 0; x < out.columns; x++) {
        out.set(x, y, mask.isTissue(x, y) ? 1 : 0);
      }
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"region", "drawn"})
  void hsv_equalsOpenCv(String name) throws IOException {
    Raster rgb = pixels(name);
    Raster hsv = pixels(name + "-hsv");
    for (int y = 0; y < rgb.getHeight(); y++) {
      for (int x = 0; x < rgb.getWidth(); x++) {
        int r = rgb.getSample(x, y, 0);
        int g = rgb.getSample(x, y, 1);
        int b = rgb.getSample(x, y, 2);
        assertThat(new int[] {Hsv.hue(r, g, b), Hsv.saturation(r, g, b), Hsv.value(r, g, b)})
            .as("pixel %d, %d", x, y)
            .containsExactly(
                hsv.getSample(x, y, 0), hsv.getSample(x, y, 1), hsv.getSample(x, y, 2));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"region", "drawn"})
  void median_equalsOpenCv(String name) throws IOException {
    Plane saturation = plane(name + "-hsv", 1);
    assertThat(saturation.median(7).cells).isEqualTo(plane(name + "-median7", 0).cells);
    assertThat(saturation.median(11).cells).isEqualTo(plane(name + "-median11", 0).cells);
  }

  @ParameterizedTest
  @ValueSource(strings = {"region", "drawn"})
  void closing_equalsOpenCv(String name) throws IOException {
    Plane fixed = above(plane(name + "-hsv", 1), 20);
    for (int side : new int[] {2, 4}) {
      assertThat(fixed.closing(side).cells)
          .as("side %d", side)
          .isEqualTo(above(plane(name + "-closed" + side, 0), 0).cells);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"region", "drawn"})
  void otsu_equalsOpenCv(String name) throws IOException {
    Map<String, String> thresholds;
    try (InputStream in = resource("thresholds.txt")) {
      thresholds =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .collect(Collectors.toMap(l -> l.split(" ")[0], l -> l.split(" ")[1]));
    }
    long[] counts = new long[256];
    for (byte cell : plane(name + "-median7", 0).cells) {
      counts[cell & 0xff]++;
    }
    assertThat(Otsu.threshold(counts)).hasValue(Integer.parseInt(thresholds.get(name)));
    TissueSettings plain =
        TissueSettings.otsu()
            .withMpp(1)
            .withMinValue(0)
            .withCeiling(254)
            .withClosingPx(0)
            .withMinAreaUm2(0)
            .withHoles(0, Integer.MAX_VALUE);
    try (SlideReader slide = slide(name)) {
      assertThat(found(TissueMask.find(slide, plain)).cells)
          .isEqualTo(above(plane(name + "-otsu", 0), 0).cells);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"region", "drawn"})
  void eva_equalsOpenCv(String name) throws IOException {
    try (SlideReader slide = slide(name)) {
      assertThat(
              found(TissueMask.find(slide, TissueSettings.eva().withMpp(1).withMinValue(0))).cells)
          .isEqualTo(above(plane(name + "-hsv", 1), 20).cells);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"region", "drawn"})
  void clam_equalsItsContoursInOpenCv(String name) throws IOException {
    TissueSettings clam =
        TissueSettings.clam().withMpp(1).withMinValue(0).withMinAreaUm2(60).withHoles(12, 2);
    try (SlideReader slide = slide(name)) {
      Plane mask = found(TissueMask.find(slide, clam));
      Plane expected = above(plane(name + "-clam", 0), 0);
      int different = 0;
      for (int i = 0; i < mask.cells.length; i++) {
        different += mask.cells[i] == expected.cells[i] ? 0 : 1;
      }
      assertThat(different).as("of %d pixels", mask.cells.length).isZero();
    }
  }
}
