package org.histofm.tiling.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.Tile;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.GeoJson;
import org.histofm.tiling.shape.Polygon;
import org.histofm.tiling.tissue.Masks;
import org.histofm.tiling.tissue.TissueMask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeatmapTest {
  private static final HeatmapSettings OPAQUE =
      HeatmapSettings.defaults().withAlpha(1).withRange(0, 1);

  @TempDir Path folder;

  private final SlideReader slide = Masks.slide(400, 200, 0.5, (x, y) -> 0xfafafa);

  private static TileScore tile(int x, int y, double score) {
    return new TileScore(new Region(x, y, 100, 100), score);
  }

  private BufferedImage draw(HeatmapSettings settings, TileScore... scores) throws IOException {
    Path png = folder.resolve("map.png");
    Heatmap.of(List.of(scores), settings).writePng(png, slide);
    return ImageIO.read(png.toFile());
  }

  private static int colour(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xffffff;
  }

  @Test
  void writePng_scores_haveTheirColoursAndTheRestIsTheSlide() throws IOException {
    BufferedImage image =
        draw(OPAQUE, tile(0, 0, 0), tile(100, 0, 1), tile(200, 0, Double.NaN), tile(300, 0, 7));
    assertThat(image.getWidth()).isEqualTo(400);
    assertThat(colour(image, 50, 50)).isEqualTo(0x440154);
    assertThat(colour(image, 150, 50)).isEqualTo(0xfde725);
    assertThat(colour(image, 250, 50)).as("absent").isEqualTo(0xfafafa);
    assertThat(colour(image, 350, 50)).as("above the range").isEqualTo(0xfde725);
    assertThat(colour(image, 50, 150)).as("no tile").isEqualTo(0xfafafa);
  }

  @Test
  void writePng_overlap_showsTheMean() throws IOException {
    BufferedImage image = draw(OPAQUE, tile(0, 0, 0), tile(50, 0, 1));
    assertThat(colour(image, 75, 50)).isEqualTo(Viridis.colour(0.5));
    assertThat(colour(image, 25, 50)).isEqualTo(Viridis.colour(0));
    assertThat(colour(image, 99, 50)).isEqualTo(Viridis.colour(0.5));
    assertThat(colour(image, 100, 50)).isEqualTo(Viridis.colour(1));
  }

  @Test
  void writePng_alpha_blends() throws IOException {
    BufferedImage image = draw(OPAQUE.withAlpha(0.5), tile(0, 0, 1));
    assertThat(colour(image, 50, 50)).isEqualTo(0xfcf190);
  }

  @Test
  void writePng_largeSlide_isBoundedAndSmallTilesStayVisible() throws IOException {
    try (SlideReader large = Masks.slide(30_000, 2000, 0.5, (x, y) -> 0xffffff)) {
      Path png = folder.resolve("large.png");
      Heatmap.of(
              List.of(new TileScore(new Region(15_000, 1000, 10, 10), 1)),
              OPAQUE.withMaxSidePx(300))
          .writePng(png, large);
      BufferedImage image = ImageIO.read(png.toFile());
      assertThat(image.getWidth()).isEqualTo(300);
      assertThat(colour(image, 150, 10)).isEqualTo(0xfde725);
    }
  }

  @Test
  void annotations_classesFollowTheRangeAndScoresAreKept() {
    List<Annotation> all =
        Heatmap.of(
                List.of(
                    tile(0, 0, 0), tile(100, 0, 0.5), tile(200, 0, 1), tile(0, 100, Double.NaN)),
                HeatmapSettings.defaults().withBins(4))
            .annotations();
    assertThat(all)
        .extracting(a -> a.className().orElseThrow())
        .containsExactly("Score 0 to 0.25", "Score 0.5 to 0.75", "Score 0.75 to 1");
    assertThat(all).allMatch(a -> a.kind() == Annotation.Kind.TILE);
    assertThat(all.get(1).measurements()).containsEntry("score", 0.5);
    assertThat(all.get(1).polygons()).containsExactly(Polygon.of(new Region(100, 0, 100, 100)));
  }

  @Test
  void writeGeoJson_isReadBack() {
    Heatmap map = Heatmap.of(List.of(tile(0, 0, 0.1), tile(100, 0, 0.9)), OPAQUE);
    map.writeGeoJson(folder.resolve("map.geojson"));
    assertThat(GeoJson.read(folder.resolve("map.geojson"))).isEqualTo(map.annotations());
  }

  @Test
  void of_equalScores_isOneClass() {
    Heatmap map = Heatmap.of(List.of(tile(0, 0, 3), tile(100, 0, 3)), HeatmapSettings.defaults());
    assertThat(map.annotations()).allMatch(a -> a.className().orElseThrow().equals("Score 3 to 3"));
  }

  @Test
  void of_noScore_isRefused() {
    assertThatThrownBy(
            () -> Heatmap.of(List.of(tile(0, 0, Double.NaN)), HeatmapSettings.defaults()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none of 1 tiles");
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThatThrownBy(() -> OPAQUE.withRange(1, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> OPAQUE.withAlpha(1.1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> OPAQUE.withBins(0)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> OPAQUE.withMaxSidePx(9000)).isInstanceOf(InputException.class);
  }

  @Test
  void writePng_folderMissing_isExplained() {
    Heatmap map = Heatmap.of(List.of(tile(0, 0, 1)), OPAQUE);
    assertThatThrownBy(() -> map.writePng(folder.resolve("no/map.png"), slide))
        .isInstanceOf(EnvironmentException.class);
  }

  @Test
  void number_isShort() {
    assertThat(Heatmap.number(0.30000000000000004)).isEqualTo("0.3");
    assertThat(Heatmap.number(-12.5)).isEqualTo("-12.5");
    assertThat(Heatmap.number(123456)).isEqualTo("1.23E05");
    assertThat(Heatmap.number(0.00012)).isEqualTo("1.20E-04");
    assertThat(Heatmap.number(1e-300 - 1e-300)).isEqualTo("0");
  }

  @Test
  void overview_drawsTilesAndTissueAndSurvivesDamage() throws IOException {
    TissueMask mask = TissueMask.of(400, 200, List.of(Polygon.of(new Region(20, 20, 200, 100))));
    try (SlideReader damaged =
        Masks.slide(
            400,
            200,
            0.5,
            (x, y) -> {
              if (y > 150) {
                throw new IOException("bad tile");
              }
              return 0xfafafa;
            })) {
      Path png = folder.resolve("overview.png");
      TileOverview.write(
          png, damaged, mask, List.of(new Tile(0, 0, 0, new Region(300, 50, 50, 50))));
      BufferedImage image = ImageIO.read(png.toFile());
      assertThat(colour(image, 100, 20)).as("tissue").isEqualTo(0x00a03c);
      assertThat(colour(image, 325, 50)).as("tile").isEqualTo(0x2050d0);
      assertThat(colour(image, 325, 75)).isEqualTo(0xfafafa);
      assertThat(colour(image, 200, 190)).as("damaged").isEqualTo(0xc8c8c8);
    }
    assertThat(Files.list(folder)).noneMatch(file -> file.toString().endsWith(".part"));
  }
}
