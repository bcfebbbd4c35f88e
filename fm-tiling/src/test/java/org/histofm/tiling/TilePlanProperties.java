package org.histofm.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;

class TilePlanProperties {
  private static int[][] cover(TilePlan plan, Region area) {
    int[][] times = new int[(int) area.height()][(int) area.width()];
    plan.tiles()
        .forEach(
            tile -> {
              Region r = tile.region();
              long right = Math.min(area.x() + area.width(), r.x() + r.width());
              long bottom = Math.min(area.y() + area.height(), r.y() + r.height());
              for (long y = r.y(); y < bottom; y++) {
                for (long x = r.x(); x < right; x++) {
                  times[(int) (y - area.y())][(int) (x - area.x())]++;
                }
              }
            });
    return times;
  }

  @Property(tries = 300, seed = "20261125")
  void grid_withoutOverlap_coversEveryPixelExactlyOnce(
      @ForAll @IntRange(min = 0, max = 500) int x,
      @ForAll @IntRange(min = 0, max = 500) int y,
      @ForAll @IntRange(min = 1, max = 200) int width,
      @ForAll @IntRange(min = 1, max = 200) int height,
      @ForAll @IntRange(min = 1, max = 64) int size,
      @ForAll @DoubleRange(min = 1, max = 4.3) double scale) {
    Region area = new Region(x, y, width, height);
    TilePlan plan =
        TilePlan.grid(area, Mpp.of(0.25), Mpp.of(0.25 * scale), size, 0, EdgePolicy.PAD);
    for (int[] row : cover(plan, area)) {
      for (int times : row) {
        assertThat(times).isEqualTo(1);
      }
    }
  }

  @Property(tries = 300, seed = "20261125")
  void grid_withOverlap_coversEveryPixelAndNeighboursShareTheOverlap(
      @ForAll @IntRange(min = 1, max = 200) int width,
      @ForAll @IntRange(min = 1, max = 200) int height,
      @ForAll @IntRange(min = 2, max = 64) int size,
      @ForAll @IntRange(min = 1, max = 63) int overlapDraw) {
    int overlap = 1 + overlapDraw % (size - 1);
    Region area = new Region(7, 3, width, height);
    TilePlan plan = TilePlan.grid(area, Mpp.of(0.5), Mpp.of(0.5), size, overlap, EdgePolicy.PAD);
    for (int[] row : cover(plan, area)) {
      for (int times : row) {
        assertThat(times).isGreaterThanOrEqualTo(1);
      }
    }
    for (int i = 1; i < plan.columns(); i++) {
      Region before = plan.tile(i - 1).region();
      assertThat(before.x() + before.width() - plan.tile(i).region().x()).isEqualTo(overlap);
    }
  }

  @Property(tries = 300, seed = "20261125")
  void grid_withOverlap_coversEveryPixelOnceByWhatNoNextTileBegins(
      @ForAll @IntRange(min = 1, max = 150) int width,
      @ForAll @IntRange(min = 1, max = 150) int height,
      @ForAll @IntRange(min = 1, max = 64) int size,
      @ForAll @IntRange(min = 0, max = 63) int overlapDraw,
      @ForAll @DoubleRange(min = 1, max = 3.7) double scale) {
    Region area = new Region(3, 11, width, height);
    TilePlan plan =
        TilePlan.grid(
            area, Mpp.of(0.5), Mpp.of(0.5 * scale), size, overlapDraw % size, EdgePolicy.PAD);
    int[][] times = new int[height][width];
    for (int i = 0; i < plan.size(); i++) {
      Tile tile = plan.tile(i);
      Region r = tile.region();
      boolean last = tile.column() == plan.columns() - 1;
      boolean lowest = tile.row() == plan.rows() - 1;
      long right = last ? r.x() + r.width() : plan.tile(i + 1).region().x();
      long bottom = lowest ? r.y() + r.height() : plan.tile(i + plan.columns()).region().y();
      for (long y = r.y(); y < Math.min(bottom, area.y() + height); y++) {
        for (long x = r.x(); x < Math.min(right, area.x() + width); x++) {
          times[(int) (y - area.y())][(int) (x - area.x())]++;
        }
      }
    }
    for (int[] row : times) {
      assertThat(row).containsOnly(1);
    }
  }

  @Property(tries = 200, seed = "20261125")
  void grid_dropped_staysInside(
      @ForAll @IntRange(min = 1, max = 300) int width,
      @ForAll @IntRange(min = 1, max = 300) int height,
      @ForAll @IntRange(min = 1, max = 64) int size) {
    Region area = new Region(0, 0, width, height);
    TilePlan plan = TilePlan.grid(area, Mpp.of(1), Mpp.of(1), size, 0, EdgePolicy.DROP);
    assertThat(plan.size()).isEqualTo((width / size) * (height / size));
    assertThat(plan.tiles()).allMatch(tile -> area.contains(tile.region()));
  }

  @Property(tries = 200, seed = "20261125")
  void tile_ofAnySlide_hasThePlannedPhysicalSize(
      @ForAll @DoubleRange(min = 0.1, max = 0.5) double mpp,
      @ForAll @IntRange(min = 1, max = 64) int overlap) {
    Region area = new Region(0, 0, 5000, 4000);
    TilePlan plan = TilePlan.grid(area, Mpp.of(mpp), Mpp.of(0.5), 224, overlap, EdgePolicy.DROP);
    assertThat(plan.tiles().toList())
        .isNotEmpty()
        .allSatisfy(
            tile -> assertThat(tile.region().width() * mpp).isCloseTo(112, within(mpp * 1.0001)));
  }

  @Property(tries = 100, seed = "20261125")
  void order_isRowByRow(
      @ForAll @IntRange(min = 1, max = 100) int width,
      @ForAll @IntRange(min = 1, max = 100) int height) {
    TilePlan plan =
        TilePlan.grid(new Region(0, 0, width, height), Mpp.of(1), Mpp.of(1), 7, 2, EdgePolicy.PAD);
    List<Tile> tiles = plan.tiles().toList();
    for (int i = 0; i < tiles.size(); i++) {
      assertThat(tiles.get(i).index()).isEqualTo(i);
      assertThat(tiles.get(i).row() * plan.columns() + tiles.get(i).column()).isEqualTo(i);
    }
  }

  @Example
  void overlap_ofAWholeTile_isRefused() {
    assertThatThrownBy(
            () -> TilePlan.grid(new Region(0, 0, 9, 9), Mpp.of(1), Mpp.of(1), 8, 8, EdgePolicy.PAD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overlap");
  }
}
