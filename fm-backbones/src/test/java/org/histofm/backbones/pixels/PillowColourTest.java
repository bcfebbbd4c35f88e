package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.histofm.backbones.pixels.ColourJitter.Kind;
import org.histofm.provenance.Sha256;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;

class PillowColourTest {
  private static final JsonNode EVERY_INPUT = Fixtures.json("jitter.json").get("exhaustive");

  @Test
  void grey_everyColour_equalsPillow() {
    Sha256 hash = new Sha256();
    byte[] greys = new byte[1 << 16];
    for (int red = 0; red < 256; red++) {
      for (int k = 0; k < greys.length; k++) {
        greys[k] = (byte) PillowColour.grey(red, k >> 8, k & 0xff);
      }
      hash.add(greys);
    }
    assertThat(hash.hex()).isEqualTo(EVERY_INPUT.get("grey").asText());
  }

  @Test
  void toHsv_everyColour_equalsPillow() {
    assertThat(hashOfEvery(c -> PillowColour.toHsv(c >> 16, c >> 8 & 0xff, c & 0xff)))
        .isEqualTo(EVERY_INPUT.get("toHsv").asText());
  }

  @Test
  void toRgb_everyColour_equalsPillow() {
    assertThat(hashOfEvery(c -> PillowColour.toRgb(c >> 16, c >> 8 & 0xff, c & 0xff)))
        .isEqualTo(EVERY_INPUT.get("toRgb").asText());
  }

  private static String hashOfEvery(IntUnaryOperator convert) {
    Sha256 hash = new Sha256();
    byte[] converted = new byte[3 << 16];
    for (int first = 0; first < 1 << 24; first += 1 << 16) {
      for (int k = 0; k < 1 << 16; k++) {
        int colour = convert.applyAsInt(first + k);
        converted[3 * k] = (byte) (colour >> 16);
        converted[3 * k + 1] = (byte) (colour >> 8);
        converted[3 * k + 2] = (byte) colour;
      }
      hash.add(converted);
    }
    return hash.hex();
  }

  @Test
  void blend_everyPair_equalsPillow() {
    assertThat(EVERY_INPUT.get("factors")).hasSize(200);
    Sha256 hash = new Sha256();
    byte[] blends = new byte[1 << 16];
    for (JsonNode factor : EVERY_INPUT.get("factors")) {
      for (int k = 0; k < blends.length; k++) {
        blends[k] = (byte) PillowColour.blend(k >> 8, k & 0xff, (float) factor.asDouble());
      }
      hash.add(blends);
    }
    assertThat(hash.hex()).isEqualTo(EVERY_INPUT.get("blend").asText());
  }

  @Test
  void adjustment_everyFixture_equalsTorchvisionOnPilByteForByte() {
    JsonNode cases = Fixtures.json("jitter.json").get("adjust");
    assertThat(cases).hasSize(96);
    for (JsonNode c : cases) {
      Kind kind = Kind.valueOf(c.get("adjust").asText());
      ColourJitter one = ColourJitterTest.jitter(c);
      RgbImage image = Fixtures.image(c);
      // Between other bytes, which stay.
      int length = 3 * image.width() * image.height();
      byte[] rgb = new byte[length + 5];
      Arrays.fill(rgb, (byte) 77);
      image.copyTo(rgb, 2);
      one.apply(rgb, 2, 2 + length);
      byte[] adjusted = Arrays.copyOfRange(rgb, 2, 2 + length);
      assertThat(new Sha256().add(adjusted).hex())
          .as(kind + " " + c)
          .isEqualTo(c.get("sha256").asText());
      assertThat(new byte[] {rgb[0], rgb[1], rgb[length + 2], rgb[length + 3], rgb[length + 4]})
          .containsOnly(77);
    }
  }
}
