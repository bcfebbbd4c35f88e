package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.Preprocessing.Filter;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;

class TilePreprocessorTest {
  @Test
  void apply_everyFixture_equalsTorchvisionOnPilByteForByte() {
    JsonNode cases = Fixtures.json("preprocess.json").get("cases");
    assertThat(cases.size()).isGreaterThan(40);
    for (JsonNode c : cases) {
      RgbImage out =
          preprocessor(
                  c.get("resize").asInt(),
                  c.get("crop").asInt(),
                  Filter.valueOf(c.get("filter").asText()))
              .apply(Fixtures.image(c));
      assertThat(Fixtures.hash(out)).as(c.toString()).isEqualTo(c.get("sha256").asText());
    }
  }

  @Test
  void apply_tileOfTheRightSize_isTheTileItself() {
    RgbImage tile = Fixtures.image(3, 224, 224, false);
    assertThat(preprocessor(224, 224, Filter.BICUBIC).apply(tile)).isSameAs(tile);
  }

  @Test
  void apply_thinLine_computesOnlyTheCropOfTheHugeResize() {
    // Resized as a whole it would be 224 x 448,000,000 pixels.
    RgbImage line = Fixtures.image(3, 1, 2_000_000, false);
    RgbImage out = preprocessor(224, 224, Filter.BICUBIC).apply(line);
    assertThat(List.of(out.width(), out.height())).containsExactly(224, 224);
    // Between two pixels the filter blends; at the centre of one it returns it.
    assertThat(out.get(0, 112, 0)).isBetween(0, 255);
  }

  static TilePreprocessor preprocessor(int resize, int crop, Filter filter) {
    return TilePreprocessor.of(
        Preprocessing.of(crop, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5))
            .withResize(resize)
            .withFilter(filter));
  }
}
