package org.histofm.tiling.tissue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.histofm.InputException;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TissueFinderTest {
  private static final int GLASS = 0xf2f0f3;
  private static final int TISSUE = 0xc060a0;

  static Stream<TissueSettings> everyWay() {
    return Stream.of(
        TissueSettings.otsu(),
        TissueSettings.otsu().withPenRejected(true),
        TissueSettings.clam(),
        TissueSettings.clamBiopsy(),
        TissueSettings.eva());
  }

  private static boolean inDisc(long x, long y, long centreX, long centreY, long radius) {
    return (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY) < radius * radius;
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void find_slideOfOneColour_hasNoTissue(TissueSettings settings) {
    for (int colour : List.of(0xffffff, 0x000000, TISSUE, 0x808080, 0x050301)) {
      try (SlideReader slide = Masks.slide(3000, 2000, 1, (x, y) -> colour)) {
        assertThat(TissueMask.find(slide, settings).isEmpty()).as("%06x", colour).isTrue();
      }
    }
  }

  @Test
  void find_paleNoise_isNoTissue() {
    try (SlideReader slide =
        Masks.slide(1000, 1000, 8, (x, y) -> 0xf0f0f0 + (int) (x * 31 + y * 17) % 7)) {
      assertThat(TissueMask.find(slide, TissueSettings.otsu()).isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void find_darkFluorescence_isNoTissue(TissueSettings settings) {
    try (SlideReader slide =
        Masks.slide(
            4000,
            3000,
            1,
            (x, y) -> inDisc(x, y, 2000, 1500, 900) ? 0x230000 : (int) (x * 7 + y * 3) % 3)) {
      assertThat(TissueMask.find(slide, settings).isEmpty()).isTrue();
    }
  }

  @Test
  void find_disc_isFoundWithItsArea() {
    try (SlideReader slide =
        Masks.slide(4000, 3000, 1, (x, y) -> inDisc(x, y, 1800, 1400, 1000) ? TISSUE : GLASS)) {
      TissueMask mask = TissueMask.find(slide, TissueSettings.otsu());
      assertThat(mask.area()).isCloseTo(Math.PI * 1e6, within(0.02 * Math.PI * 1e6));
      assertThat(mask.polygons()).hasSize(1);
      assertThat(mask.contains(1800, 1400)).isTrue();
      assertThat(mask.contains(100, 100)).isFalse();
    }
  }

  @Test
  void find_slideWithoutGlass_isNotDividedWithinItsTissue() {
    try (SlideReader slide =
        Masks.slide(500, 500, 1, (x, y) -> (x / 50 + y / 50) % 2 == 0 ? 0xc060a0 : 0xc080a8)) {
      assertThat(TissueMask.find(slide, TissueSettings.otsu()).share()).isEqualTo(1);
      assertThat(TissueMask.find(slide, TissueSettings.otsu().withCeiling(254)).share())
          .as("Otsu's own threshold")
          .isLessThan(0.7);
    }
  }

  @Test
  void find_smallSpecks_areLeftOutAndSmallHolesFilled() {
    Masks.Painter painter =
        (x, y) -> {
          boolean hole = inDisc(x, y, 1500, 1500, 25) || inDisc(x, y, 2200, 1500, 200);
          boolean tissue = inDisc(x, y, 1800, 1500, 1000) || inDisc(x, y, 3500, 300, 40);
          return tissue && !hole ? TISSUE : GLASS;
        };
    try (SlideReader slide = Masks.slide(4000, 3000, 1, painter)) {
      TissueMask mask = TissueMask.find(slide, TissueSettings.otsu());
      assertThat(mask.contains(3500, 300)).as("speck").isFalse();
      assertThat(mask.contains(1500, 1500)).as("small hole").isTrue();
      assertThat(mask.contains(2200, 1500)).as("large hole").isFalse();
      assertThat(mask.polygons()).singleElement().satisfies(p -> assertThat(p.holes()).hasSize(1));
      assertThat(mask.filled().contains(2200, 1500)).isTrue();
      assertThat(TissueMask.find(slide, TissueSettings.otsu().withHoles(0, 0)).contains(2200, 1500))
          .as("no hole allowed")
          .isTrue();
    }
  }

  @Test
  void find_penMarks_areLeftOutAndTissueKept() {
    int[] inks = {0x108030, 0x2040c0, 0xd02018, 0x202020};
    for (int ink : inks) {
      Masks.Painter painter =
          (x, y) -> {
            if (x > 3000 && x < 3200) {
              return ink;
            }
            return inDisc(x, y, 1500, 1500, 900) ? TISSUE : GLASS;
          };
      try (SlideReader slide = Masks.slide(4000, 3000, 1, painter)) {
        TissueMask mask = TissueMask.find(slide, TissueSettings.otsu().withPenRejected(true));
        assertThat(mask.contains(3100, 1500)).as("ink %06x", ink).isFalse();
        assertThat(mask.area())
            .as("tissue beside ink %06x", ink)
            .isCloseTo(Math.PI * 810_000, within(0.03 * Math.PI * 810_000));
      }
    }
  }

  @Test
  void find_blurredHalf_isLeftOut() {
    Masks.Painter painter =
        (x, y) -> {
          if (!inDisc(x, y, 2000, 1500, 1200)) {
            return GLASS;
          }
          int texture = (x / 8 + y / 8) % 2 == 0 ? 60 : 0;
          return x < 2000 ? TISSUE - (texture << 8) : TISSUE - (30 << 8);
        };
    try (SlideReader slide = Masks.slide(4000, 3000, 1, painter)) {
      TissueMask all = TissueMask.find(slide, TissueSettings.otsu());
      TissueMask sharp = TissueMask.find(slide, TissueSettings.otsu().withBlurRejected(40));
      assertThat(all.contains(2800, 1500)).isTrue();
      assertThat(sharp.contains(2800, 1500)).as("blurred").isFalse();
      assertThat(sharp.contains(1200, 1500)).as("sharp").isTrue();
    }
  }

  @Test
  void find_damagedPart_isTakenForTissueAndCounted() {
    Masks.Painter painter =
        (x, y) -> {
          if (x > 3000 && y > 2000) {
            throw new IOException("bad tile");
          }
          return inDisc(x, y, 1000, 1000, 700) ? TISSUE : GLASS;
        };
    try (SlideReader slide = Masks.slide(4000, 3000, 1, painter)) {
      TissueMask mask = TissueMask.find(slide, TissueSettings.otsu());
      assertThat(mask.unreadableCells()).isPositive();
      assertThat(mask.contains(3900, 2900)).isTrue();
      assertThat(mask.contains(1000, 1000)).isTrue();
      assertThat(mask.contains(2000, 2900)).isFalse();
    }
  }

  @Test
  void find_nothingReadable_isReported() {
    try (SlideReader slide =
        Masks.slide(
            400,
            300,
            8,
            (x, y) -> {
              throw new IOException("bad tile");
            })) {
      assertThatThrownBy(() -> TissueMask.find(slide, TissueSettings.otsu()))
          .isInstanceOf(SlideException.class)
          .hasMessageContaining("bad tile");
    }
  }

  @Test
  void find_inBands_equalsInOne() {
    Masks.Painter painter = (x, y) -> (x * x + 3 * y * y) / 9000 % 3 == 0 ? TISSUE : GLASS;
    try (SlideReader slide = Masks.slide(1531, 1403, 1, painter)) {
      TissueSettings fine = TissueSettings.otsu().withMpp(1.3).withMedianPx(1).withClosingPx(0);
      TissueMask mask = TissueMask.find(slide, fine);
      assertThat(mask.columns()).isEqualTo(1178);
      for (int row = 0; row < mask.rows(); row += 97) {
        for (int column = 0; column < mask.columns(); column += 89) {
          double x = (column + 0.5) * mask.downsampleX();
          double y = (row + 0.5) * mask.downsampleY();
          assertThat(mask.contains(x, y)).isEqualTo(mask.isTissue(column, row));
        }
      }
    }
  }

  @Test
  void settings_outOfRange_areRefused() {
    TissueSettings otsu = TissueSettings.otsu();
    assertThatThrownBy(() -> otsu.withMedianPx(4)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> otsu.withMpp(0)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> otsu.withThreshold(255)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> otsu.withBlurRejected(Double.NaN)).isInstanceOf(InputException.class);
  }

  @Test
  void facts_nameEveryValueThatChanges() {
    assertThat(TissueSettings.clam().facts().asMap())
        .containsEntry("tissue method", "fixed")
        .containsEntry("tissue min area um2", "1638400.0");
    assertThat(TissueSettings.otsu().withBlurRejected(30).facts())
        .isNotEqualTo(TissueSettings.otsu().facts());
  }
}
