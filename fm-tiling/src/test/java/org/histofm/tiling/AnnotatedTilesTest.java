package org.histofm.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.AnnotatedTiles.LabelledTile;
import org.histofm.tiling.AnnotatedTiles.Labelling;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.Polygon;
import org.histofm.tiling.tissue.Masks;
import org.histofm.tiling.tissue.TissueMask;
import org.junit.jupiter.api.Test;

class AnnotatedTilesTest {
  private static final TileSettings SETTINGS = TileSettings.of(Mpp.of(0.5), 100);
  private static final TissueMask ALL =
      TissueMask.of(500, 100, List.of(Polygon.of(new Region(0, 0, 500, 100))));
  private static final List<Annotation> ANNOTATIONS =
      List.of(
          annotation("Tumour", 0, 180),
          annotation("Stroma", 130, 170),
          annotation("Fold", 290, 5),
          Annotation.of(Polygon.of(new Region(300, 0, 100, 100))));

  private final SlideReader slide = Masks.slide(500, 100, 0.5, (x, y) -> 0xffffff);

  private static Annotation annotation(String name, int x, int width) {
    return Annotation.of(Polygon.of(new Region(x, 0, width, 100))).withClass(name);
  }

  private List<String> labels(Labelling labelling) {
    return AnnotatedTiles.plan(slide, ALL, ANNOTATIONS, SETTINGS, labelling).stream()
        .map(tile -> tile.tile().index() + " " + tile.className().orElse("-"))
        .toList();
  }

  @Test
  void plan_byShare_labelsWhatIsCovered() {
    assertThat(labels(Labelling.of(0.5))).containsExactly("0 Tumour", "1 Tumour", "2 Stroma");
    assertThat(labels(Labelling.of(0.75))).containsExactly("0 Tumour", "1 Tumour", "2 Stroma");
    assertThat(labels(Labelling.of(0.9))).containsExactly("0 Tumour", "2 Stroma");
  }

  @Test
  void plan_priority_goesBeforeTheLargerShare() {
    assertThat(labels(new Labelling(0.5, List.of("Stroma"), List.of(), 0, false)))
        .containsExactly("0 Tumour", "1 Stroma", "2 Stroma");
  }

  @Test
  void plan_excludedClass_takesItsTilesAway() {
    assertThat(labels(new Labelling(0.5, List.of(), List.of("Fold"), 0, false)))
        .containsExactly("0 Tumour", "1 Tumour");
    assertThat(labels(new Labelling(0.5, List.of(), List.of("Fold"), 0.06, false))).hasSize(3);
  }

  @Test
  void plan_unlabelled_isKeptOnRequest() {
    assertThat(labels(new Labelling(0.5, List.of(), List.of(), 0, true)))
        .containsExactly("0 Tumour", "1 Tumour", "2 Stroma", "3 -", "4 -");
  }

  @Test
  void plan_limit_isDrawnAfterLabelling() {
    List<LabelledTile> two =
        AnnotatedTiles.plan(
            slide, ALL, ANNOTATIONS, SETTINGS.withLimit(2, Seed.of(3)), Labelling.of(0.5));
    assertThat(two).hasSize(2).allMatch(tile -> tile.className().isPresent());
  }

  @Test
  void plan_share_isThatOfTheClass() {
    LabelledTile second =
        AnnotatedTiles.plan(slide, ALL, ANNOTATIONS, SETTINGS, Labelling.of(0.5)).get(1);
    assertThat(second.className()).isEqualTo(Optional.of("Tumour"));
    assertThat(second.share()).isCloseTo(0.8, within(1e-9));
  }

  @Test
  void labelling_contradiction_isRefused() {
    assertThatThrownBy(() -> new Labelling(0.5, List.of("A"), List.of("A"), 0, false))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> Labelling.of(0)).isInstanceOf(InputException.class);
  }
}
