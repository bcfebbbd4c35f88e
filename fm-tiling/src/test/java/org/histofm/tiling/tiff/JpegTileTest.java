package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class JpegTileTest {
  private static final byte[] NO_TABLES = {};

  private static byte[] jpeg(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 3 * x << 16 | 4 * y << 8 | 100);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }

  private static byte[] decode(byte[] stored, int width, int height, boolean ycc)
      throws IOException {
    return new JpegTile().decode(stored, NO_TABLES, width, height, 3, ycc);
  }

  @Test
  void decode_tallerThanWanted_isCutToTheHeight() throws IOException {
    byte[] stored = jpeg(48, 64);
    byte[] whole = decode(stored, 48, 64, true);
    assertThat(decode(stored, 48, 20, true)).isEqualTo(Arrays.copyOf(whole, 48 * 20 * 3));
  }

  @Test
  void decode_sameBytesAsRgb_areNotConverted() throws IOException {
    byte[] stored = jpeg(48, 32);
    byte[] converted = decode(stored, 48, 32, true);
    byte[] kept = decode(stored, 48, 32, false);
    int blue = converted[2] & 0xff;
    assertThat(blue).isBetween(90, 110);
    assertThat(kept[1] & 0xff).isGreaterThan(128); // much blue is a high Cb
  }

  @Test
  void decode_ofAnotherSize_isRefused() throws IOException {
    byte[] stored = jpeg(48, 32);
    assertThatThrownBy(() -> decode(stored, 64, 32, true)).hasMessageContaining("48 x 32 px");
    assertThatThrownBy(() -> decode(stored, 48, 33, true)).hasMessageContaining("48 x 32 px");
  }

  @Test
  void decode_cutOff_isRefusedRatherThanGrey() throws IOException {
    byte[] stored = jpeg(48, 64);
    byte[] cut = Arrays.copyOf(stored, stored.length - 60);
    assertThatThrownBy(() -> decode(cut, 48, 64, true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void decode_afterAFailure_worksAgain() throws IOException {
    byte[] stored = jpeg(48, 32);
    JpegTile tile = new JpegTile();
    byte[] cut = Arrays.copyOf(stored, stored.length - 60);
    assertThatThrownBy(() -> tile.decode(cut, NO_TABLES, 48, 32, 3, true))
        .isInstanceOf(IOException.class);
    assertThat(tile.decode(stored, NO_TABLES, 48, 32, 3, true))
        .isEqualTo(decode(stored, 48, 32, true));
  }
}
