package org.histofm.tiling.tissue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.histofm.slide.Region;
import org.histofm.tiling.shape.Point;
import org.histofm.tiling.shape.Polygon;

class TissueMaskProperties {
  @Property(tries = 300, seed = "20261125")
  void polygons_rasterised_giveTheMaskBack(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 30) int columns,
      @ForAll @IntRange(min = 1, max = 30) int rows,
      @ForAll @DoubleRange(min = 0.05, max = 0.95) double share,
      @ForAll @DoubleRange(min = 1, max = 9) double scale) {
    Plane mask = Masks.random(seed, columns, rows, share);
    List<Polygon> polygons = Outlines.of(mask, scale, scale);
    assertThat(Raster.of(polygons, columns, rows, scale, scale).cells).isEqualTo(mask.cells);
    double area = polygons.stream().mapToDouble(Polygon::area).sum();
    long cells = 0;
    for (byte cell : mask.cells) {
      cells += cell;
    }
    assertThat(area).isCloseTo(cells * scale * scale, within(1e-6 * (1 + area)));
  }

  @Property(tries = 200, seed = "20261125")
  void polygons_areSimpleRingsAndHoldTheSamePoints(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int side) {
    Plane mask = Masks.random(seed, side, side, 0.6);
    List<Polygon> polygons = Outlines.of(mask, 1, 1);
    for (Polygon polygon : polygons) {
      for (List<Point> ring : polygon.rings()) {
        assertThat(new HashSet<>(ring)).as("no corner twice").hasSameSizeAs(ring);
      }
    }
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double centreX = x + 0.5;
        double centreY = y + 0.5;
        long in = polygons.stream().filter(p -> p.contains(centreX, centreY)).count();
        assertThat(in).isEqualTo(mask.get(x, y));
      }
    }
  }

  @Property(tries = 300, seed = "20261125")
  void share_ofAnyRegion_equalsBruteForce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int columns,
      @ForAll @IntRange(min = 1, max = 12) int rows,
      @ForAll @IntRange(min = 1, max = 5) int scale,
      @ForAll @IntRange(min = -20, max = 60) int x,
      @ForAll @IntRange(min = -20, max = 60) int y,
      @ForAll @IntRange(min = 1, max = 60) int width,
      @ForAll @IntRange(min = 1, max = 60) int height) {
    Plane plane = Masks.random(seed, columns, rows, 0.5);
    TissueMask mask = TissueMask.of((long) columns * scale, (long) rows * scale, plane, 0);
    long tissue = 0;
    for (int py = y; py < y + height; py++) {
      for (int px = x; px < x + width; px++) {
        tissue += mask.contains(px + 0.5, py + 0.5) ? 1 : 0;
      }
    }
    assertThat(mask.share(new Region(x, y, width, height)))
        .isCloseTo((double) tissue / (width * height), within(1e-9));
  }

  @Property(tries = 200, seed = "20261125")
  void share_whereTheRegionCutsCells_isExact(
      @ForAll long seed,
      @ForAll @LongRange(min = 7, max = 60) long width,
      @ForAll @LongRange(min = 7, max = 60) long height,
      @ForAll @IntRange(min = 0, max = 30) int x,
      @ForAll @IntRange(min = 1, max = 60) int regionWidth) {
    TissueMask mask = TissueMask.of(width, height, Masks.random(seed, 7, 5, 0.5), 0);
    double expected = 0;
    for (int row = 0; row < 5; row++) {
      for (int column = 0; column < 7; column++) {
        double left = Math.max(x, column * mask.downsampleX());
        double right = Math.min(x + regionWidth, (column + 1) * mask.downsampleX());
        if (mask.isTissue(column, row) && right > left) {
          expected += (right - left) * mask.downsampleY();
        }
      }
    }
    assertThat(mask.share(new Region(x, 0, regionWidth, height)))
        .isCloseTo(expected / ((double) regionWidth * height), within(1e-9));
  }

  @Property(tries = 200, seed = "20261125")
  void cell_ofEveryIndex_namesEachTissueCellOnce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int columns,
      @ForAll @IntRange(min = 1, max = 20) int rows) {
    TissueMask mask =
        TissueMask.of(columns * 3L, rows * 4L, Masks.random(seed, columns, rows, 0.4), 0);
    Set<Point> seen = new HashSet<>();
    Point before = new Point(-1, -1);
    for (long i = 0; i < mask.cells(); i++) {
      Point cell = mask.cell(i);
      assertThat(mask.contains(cell.x(), cell.y())).isTrue();
      assertThat(seen.add(cell)).isTrue();
      assertThat(cell.y() > before.y() || cell.y() == before.y() && cell.x() > before.x()).isTrue();
      before = cell;
    }
    assertThat(mask.area()).isEqualTo(mask.cells() * 12.0);
  }

  @Property(tries = 100, seed = "20261125")
  void filled_leavesNoHoleAndTakesNothingAway(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int side) {
    TissueMask mask = TissueMask.of(side, side, Masks.random(seed, side, side, 0.6), 0);
    TissueMask filled = mask.filled();
    assertThat(filled.filled().cells()).isEqualTo(filled.cells());
    for (long i = 0; i < mask.cells(); i++) {
      Point cell = mask.cell(i);
      assertThat(filled.contains(cell.x(), cell.y())).isTrue();
    }
  }

  @Property(tries = 200, seed = "20261125")
  void grid_coversTheSlideWithinTheLimit(
      @ForAll @LongRange(min = 1, max = 3_000_000) long width,
      @ForAll @LongRange(min = 1, max = 3_000_000) long height,
      @ForAll @DoubleRange(min = 0.1, max = 64) double wanted) {
    MaskGrid grid = MaskGrid.of(width, height, wanted, wanted);
    assertThat((long) grid.columns() * grid.rows()).isBetween(1L, (long) TissueMask.MAX_CELLS);
    assertThat(grid.scaleX() * grid.columns()).isCloseTo(width, within(1e-6 * width));
    assertThat(grid.scaleX()).isGreaterThanOrEqualTo(1);
  }
}
