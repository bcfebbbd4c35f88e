package org.histofm.backbones.pixels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.histofm.provenance.Sha256;
import org.histofm.tile.RgbImage;

/** What scripts in scripts/fixtures wrote, and the images that pillow_resize.py computes. */
final class Fixtures {
  private Fixtures() {}

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream("/pixels/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RgbImage image(JsonNode fixture) {
    return image(
        fixture.get("seed").asInt(),
        fixture.get("width").asInt(),
        fixture.get("height").asInt(),
        fixture.get("flat").asBoolean());
  }

  static RgbImage image(int seed, int width, int height, boolean flat) {
    byte[] rgb = new byte[3 * width * height];
    for (int k = 0; k < rgb.length; k++) {
      int value = (int) ((k + 1 + 977L * seed) * 2654435761L) >>> 24;
      rgb[k] = (byte) (flat ? (value >= 128 ? 255 : 0) : value);
    }
    return RgbImage.of(width, height, rgb);
  }

  static String hash(RgbImage image) {
    return new Sha256().add(image.toBytes()).hex();
  }
}
