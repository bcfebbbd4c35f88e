package org.histofm.backbones.bag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.histofm.provenance.Facts;
import org.histofm.slide.Mpp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TridentGridTest {
  private static TridentGrid grid(int tilePx, int overlapPx, double mpp, double level0) {
    return new TridentGrid("S1", tilePx, overlapPx, mpp, Mpp.of(level0), 1000, 900);
  }

  @ParameterizedTest
  @CsvSource({
    "0.25, 40", "0.2431, 40", "0.2325, 40", "0.2277, 40", "0.5, 20", "0.499, 20", "0.5476, 20",
    "1, 10", "2, 5", "4, 2.5", "0.125, 80", "0.1667, 60", "0.35, 28.57", "0.75, 13.33"
  })
  void magnification_ofAPixelSize_isTheUsualWhenNear(double mpp, double expected) {
    assertThat(TridentGrid.magnification(mpp)).isEqualTo(expected);
  }

  @Test
  void attributes_areTridentsThenOurs() {
    assertThat(grid(256, 32, 0.5, 0.25).attributes().asMap().keySet())
        .containsExactly(
            "patch_size",
            "patch_size_level0",
            "level0_magnification",
            "target_magnification",
            "overlap",
            "name",
            "savetodir",
            "level0_width",
            "level0_height",
            "tile_px",
            "tile_level0_px",
            "mpp",
            "level0_mpp_x",
            "level0_mpp_y");
    assertThat(grid(256, 32, 0.5, 0.25).attributes().asMap())
        .containsEntry("patch_size_level0", 512L)
        .containsEntry("level0_magnification", 40L)
        .containsEntry("savetodir", "20x_256px_32px_overlap");
  }

  @Test
  void places_ofFiles_areTridents() {
    TridentGrid grid = grid(224, 0, 0.35, 0.25);
    TridentEncoder encoder = new TridentEncoder("uni2-h", 4, "ab", "p", "float32", Facts.none());

    assertThat(TridentFile.patches(Path.of("out"), grid))
        .isEqualTo(Path.of("out", "28.57x_224px_0px_overlap", "patches", "S1_patches.h5"));
    assertThat(TridentFile.features(Path.of("out"), grid, encoder))
        .isEqualTo(Path.of("out", "28.57x_224px_0px_overlap", "features_uni2-h", "S1.h5"));
  }

  @Test
  void new_nameWithSlash_isRefused() {
    assertThatThrownBy(() -> new TridentGrid("../S1", 256, 0, 0.5, Mpp.of(0.25), 1000, 900))
        .hasMessageContaining("slide '../S1'");
    assertThatThrownBy(() -> new TridentEncoder("a/b", 4, "ab", "p", "float32", Facts.none()))
        .hasMessageContaining("by 'a/b'");
  }

  @Test
  void new_factOfATakenName_isRefused() {
    assertThatThrownBy(
            () ->
                new TridentEncoder(
                    "toy", 4, "ab", "p", "float32", Facts.none().with("encoder", "other")))
        .hasMessageContaining("fact 'encoder' is written anyway");
  }

  @Test
  void new_impossibleGrid_isRefused() {
    assertThatThrownBy(() -> grid(256, 256, 0.5, 0.25)).hasMessageContaining("overlap 256");
    assertThatThrownBy(() -> grid(256, 0, 0, 0.25)).hasMessageContaining("read at 0.0");
  }
}
