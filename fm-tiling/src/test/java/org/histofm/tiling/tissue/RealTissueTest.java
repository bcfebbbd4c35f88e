package org.histofm.tiling.tissue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.Slides;
import org.histofm.tiling.TileSettings;
import org.histofm.tiling.TissueTiles;
import org.histofm.tiling.plain.SharedSlides;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On slides that are not part of the repository. */
class RealTissueTest {
  private static final TileSettings TILES = TileSettings.of(Mpp.of(0.5), 224);

  private static SlideReader open(String name, Optional<Mpp> mpp) {
    SlideLocation slide = SlideLocation.of(SharedSlides.file(name));
    try {
      return Slides.withDefaults().open(slide, mpp);
    } catch (SlideException e) {
      assumeTrue(
          e.reason() != SlideException.Reason.UNSUPPORTED,
          () -> "no reader here opens " + name + ": " + e.problem());
      throw e;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "real/CMU-1-Small-Region.svs, 0.33, 43",
    "real/made-pyramid-mpp0.499.tif, 0.62, 30",
    "real/made-pyramid-small-undamaged.tif, 0.95, 4",
    "damaged/bitrot-pixels-200-bits.tif, 0.95, 4"
  })
  void find_realSlide_givesItsTissue(String name, double share, int tiles) {
    try (SlideReader slide = open(name, Optional.empty())) {
      TissueMask mask = TissueMask.find(slide, TissueSettings.otsu());
      assertThat(mask.share()).isCloseTo(share, within(0.03));
      assertThat(TissueTiles.plan(slide, mask, TILES)).hasSizeBetween(tiles - 2, tiles + 2);
    }
  }

  @Test
  void find_jpeg2000Slide_givesItsTissue() {
    try (SlideReader slide = open("real/TCGA-CR-7395-no-mpp.svs", Optional.of(Mpp.of(0.5)))) {
      assertThat(TissueMask.find(slide, TissueSettings.otsu()).share())
          .isCloseTo(0.62, within(0.03));
    }
  }

  @Test
  void find_fluorescence_isNoTissue() {
    try (SlideReader slide = open("real/hamamatsu-fluorescence-tritc.ndpi", Optional.empty())) {
      assertThat(TissueMask.find(slide, TissueSettings.otsu()).isEmpty()).isTrue();
      for (TissueSettings other : List.of(TissueSettings.clam(), TissueSettings.eva())) {
        assertThat(TissueTiles.plan(slide, TissueMask.find(slide, other), TILES)).isEmpty();
      }
    }
  }

  @Test
  void polygons_ofARealSlide_giveItsMaskBack() {
    try (SlideReader slide = open("real/CMU-1-Small-Region.svs", Optional.empty())) {
      TissueMask mask = TissueMask.find(slide, TissueSettings.otsu());
      TissueMask again = TissueMask.of(slide.width(), slide.height(), mask.polygons());
      assertThat(again.share()).isCloseTo(mask.share(), within(0.002));
    }
  }
}
