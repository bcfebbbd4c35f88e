package org.histofm.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.shape.Polygon;
import org.histofm.tiling.tissue.Masks;
import org.histofm.tiling.tissue.TissueMask;
import org.junit.jupiter.api.Test;

class TissueTilesTest {
  private static final TileSettings SETTINGS = TileSettings.of(Mpp.of(0.5), 100);

  private final SlideReader slide = Masks.slide(1000, 800, 0.5, (x, y) -> 0xffffff);

  private static TissueMask mask(Region... areas) {
    return TissueMask.of(1000, 800, List.of(areas).stream().map(Polygon::of).toList());
  }

  @Test
  void plan_keepsTilesWithEnoughTissue() {
    TissueMask half = mask(new Region(0, 0, 250, 100));
    assertThat(TissueTiles.plan(slide, half, SETTINGS))
        .extracting(Tile::index)
        .containsExactly(0, 1, 2);
    assertThat(TissueTiles.plan(slide, half, SETTINGS.withMinTissue(0.51)))
        .extracting(Tile::index)
        .containsExactly(0, 1);
    assertThat(TissueTiles.plan(slide, half, SETTINGS.withMinTissue(0))).hasSize(3);
  }

  @Test
  void plan_withoutTissue_isEmpty() {
    assertThat(TissueTiles.plan(slide, mask(), SETTINGS)).isEmpty();
  }

  @Test
  void plan_limit_drawsASeededSubsetInOrder() {
    TissueMask all = mask(new Region(0, 0, 1000, 800));
    List<Tile> every = TissueTiles.plan(slide, all, SETTINGS);
    List<Tile> some = TissueTiles.plan(slide, all, SETTINGS.withLimit(7, Seed.of(1)));
    assertThat(every).hasSize(80);
    assertThat(some)
        .hasSize(7)
        .isSubsetOf(every)
        .isSortedAccordingTo((a, b) -> a.index() - b.index());
    assertThat(TissueTiles.plan(slide, all, SETTINGS.withLimit(7, Seed.of(1)))).isEqualTo(some);
    assertThat(TissueTiles.plan(slide, all, SETTINGS.withLimit(7, Seed.of(2)))).isNotEqualTo(some);
    assertThat(TissueTiles.plan(slide, all, SETTINGS.withLimit(80, Seed.of(2)))).isEqualTo(every);
  }

  @Test
  void plan_holes_countByPolicy() {
    Polygon ring =
        Polygon.of(
            Polygon.of(new Region(0, 0, 300, 300)).outer(),
            List.of(Polygon.of(new Region(100, 100, 100, 100)).outer()));
    TissueMask mask = TissueMask.of(1000, 800, List.of(ring));
    assertThat(TissueTiles.plan(slide, mask, SETTINGS)).hasSize(8);
    assertThat(TissueTiles.plan(slide, mask, SETTINGS.withHoles(HolesPolicy.FILLED))).hasSize(9);
  }

  @Test
  void plan_edges_followThePolicy() {
    TissueMask all = mask(new Region(0, 0, 1000, 800));
    TileSettings odd = TileSettings.of(Mpp.of(0.5), 300).withMinTissue(0.1);
    assertThat(TissueTiles.plan(slide, all, odd)).hasSize(12);
    assertThat(TissueTiles.plan(slide, all, odd.withEdges(EdgePolicy.DROP))).hasSize(6);
  }

  @Test
  void plan_maskOfAnotherSlide_isRefused() {
    TissueMask other = TissueMask.of(999, 800, List.of());
    assertThatThrownBy(() -> TissueTiles.plan(slide, other, SETTINGS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThatThrownBy(() -> SETTINGS.withOverlapPx(100))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("0 to 99");
    assertThatThrownBy(() -> SETTINGS.withMinTissue(Double.NaN)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> TileSettings.of(Mpp.of(1), 0)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> SETTINGS.withLimit(-1, Seed.of(0))).isInstanceOf(InputException.class);
  }

  @Test
  void facts_nameTheSeedOnlyWithALimit() {
    assertThat(SETTINGS.facts().asMap()).doesNotContainKey("tile seed");
    assertThat(SETTINGS.withLimit(5, Seed.of(9)).facts().asMap()).containsEntry("tile seed", "9");
  }
}
