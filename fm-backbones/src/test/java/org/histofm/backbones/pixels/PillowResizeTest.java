package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.histofm.backbone.Preprocessing.Filter;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;

class PillowResizeTest {
  @Test
  void resize_everyFixture_equalsPillowByteForByte() {
    JsonNode cases = Fixtures.json("resize.json").get("cases");
    assertThat(cases.size()).isGreaterThan(100);
    for (JsonNode c : cases) {
      RgbImage resized =
          PillowResize.resize(
              Fixtures.image(c),
              c.get("toWidth").asInt(),
              c.get("toHeight").asInt(),
              Filter.valueOf(c.get("filter").asText()));
      assertThat(resized.width()).isEqualTo(c.get("toWidth").asInt());
      assertThat(resized.height()).isEqualTo(c.get("toHeight").asInt());
      assertThat(Fixtures.hash(resized)).as(c.toString()).isEqualTo(c.get("sha256").asText());
    }
  }

  @Test
  void resize_sameSize_isTheImageItself() {
    RgbImage image = Fixtures.image(1, 20, 10, false);
    assertThat(PillowResize.resize(image, 20, 10, Filter.BICUBIC)).isSameAs(image);
  }
}
