package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.histofm.InputException;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
  private static final ImageFiles IMAGES = ImageFiles.withDefaults();

  @Test
  void decode_everyKindOfImage_equalsPillow() {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, JsonNode> file : fixtures(false)) {
      JsonNode expected = file.getValue();
      try {
        RgbImage image = IMAGES.decode(file.getKey(), bytes(file.getKey()));
        byte[] pillow = Base64.getDecoder().decode(expected.get("rgb").asText());
        if (image.width() != expected.get("width").asInt()
            || image.height() != expected.get("height").asInt()) {
          wrong.add(file.getKey() + ": " + image);
        } else if (largestDifference(image.toBytes(), pillow) > expected.get("tolerance").asInt()) {
          wrong.add(file.getKey() + ": differs by " + largestDifference(image.toBytes(), pillow));
        }
      } catch (InputException e) {
        wrong.add(file.getKey() + ": " + e.getMessage());
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void decode_kindWhoseColoursWouldBeWrong_isRefusedByName() {
    List<Map.Entry<String, JsonNode>> refused = fixtures(true);
    assertThat(refused).hasSizeGreaterThan(3);
    for (Map.Entry<String, JsonNode> file : refused) {
      assertThatThrownBy(() -> IMAGES.decode(file.getKey(), bytes(file.getKey())))
          .as(file.getKey())
          .isInstanceOf(InputException.class)
          .hasMessageContaining(file.getKey())
          .hasMessageContaining(file.getValue().get("refused").asText())
          .hasMessageContaining("Convert it to 8-bit RGB PNG.");
    }
  }

  @Test
  void decode_fileCutShort_isRefusedOrComplete() {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, JsonNode> file : fixtures(false)) {
      byte[] bytes = bytes(file.getKey());
      RgbImage whole = IMAGES.decode(file.getKey(), bytes);
      for (int length = 1; length < bytes.length; length += 1 + bytes.length / 60) {
        try {
          if (!IMAGES.decode(file.getKey(), Arrays.copyOf(bytes, length)).equals(whole)) {
            wrong.add(file.getKey() + " cut to " + length + " of " + bytes.length);
          }
        } catch (InputException e) {
          assertThat(e.problem()).contains(file.getKey()).endsWith(".");
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void decode_pngWithAFlippedByte_isRefused() {
    byte[] bytes = bytes("images/rgb.png");
    bytes[bytes.length / 2] ^= 1;
    assertThatThrownBy(() -> IMAGES.decode("tile.png", bytes))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tile.png is a damaged PNG image (checksum of chunk IDAT is wrong)");
  }

  @Test
  void decode_jpegWhoseDataEndsEarly_isRefusedThoughItsEndIsMarked() {
    byte[] whole = bytes("images/rgb444.jpg");
    byte[] cut = Arrays.copyOf(whole, whole.length * 2 / 3);
    cut[cut.length - 2] = (byte) 0xff;
    cut[cut.length - 1] = (byte) 0xd9;
    assertThatThrownBy(() -> IMAGES.decode("tile.jpg", cut))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tile.jpg is a damaged JPEG image")
        .hasMessageContaining("premature end");
  }

  @Test
  void decode_imageBeyondTheHeap_isRefused() {
    // 26,750 x 26,750 pixels fill 2 GiB but for 0.8 MB; tests run in 2 GiB.
    ByteBuffer png = ByteBuffer.wrap(bytes("images/rgb.png").clone());
    png.putInt(16, 26_750).putInt(20, 26_750);
    CRC32 crc = new CRC32();
    crc.update(png.array(), 12, 17);
    png.putInt(29, (int) crc.getValue());
    assumeThat(Runtime.getRuntime().maxMemory())
        .as("needs a heap of at most 2 GiB (-Xmx2g)")
        .isLessThanOrEqualTo(2L << 30);
    assertThatThrownBy(
            () -> IMAGES.withMaxPixels(Integer.MAX_VALUE / 3).decode("big.png", png.array()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("big.png does not fit into Java's memory");
  }

  @Test
  void decode_anyFlippedByte_isAnImageOrAnInputException() {
    for (Map.Entry<String, JsonNode> file : fixtures(false)) {
      byte[] bytes = bytes(file.getKey());
      for (int i = 0; i < bytes.length; i += 1 + bytes.length / 40) {
        byte[] damaged = bytes.clone();
        damaged[i] ^= (byte) 0x95;
        try {
          assertThat(IMAGES.decode(file.getKey(), damaged).width()).isPositive();
        } catch (InputException e) {
          assertThat(e.problem()).contains(file.getKey());
        }
      }
    }
  }

  @Test
  void decode_moreThanTheBound_isRefusedBeforeDecoding() {
    // The bound is on the header: the pixel data of this image is cut off.
    assertThatThrownBy(() -> IMAGES.withMaxPixels(116).decode("big.tif", bytes("images/rgb.tif")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("big.tif has 13 x 9 pixels, more than the bound of 116")
        .hasMessageContaining("withMaxPixels");
    assertThat(IMAGES.withMaxPixels(117).decode("ok", bytes("images/rgb.tif")).width())
        .isEqualTo(13);
  }

  @Test
  void read_whatIsNoImageFile_saysWhatItIs(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("notes.png"), "not an image");
    Path zeros = Files.write(folder.resolve("zeros.png"), new byte[100]);
    Path empty = Files.createFile(folder.resolve("empty.png"));
    Path directory = Files.createDirectory(folder.resolve("tiles.png"));
    assertProblem(text, "notes.png is not a PNG, JPEG, TIFF, BMP or GIF image.");
    assertProblem(zeros, "zeros.png is not a PNG, JPEG, TIFF, BMP or GIF image.");
    assertProblem(empty, "empty.png is empty.");
    assertProblem(directory, "tiles.png is a folder.");
    assertProblem(folder.resolve("none.png"), "none.png does not exist.");
  }

  @Test
  void read_wrongExtension_goesByTheContent(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("tile.jpg"), bytes("images/rgb.png"));
    assertThat(IMAGES.read(file)).isEqualTo(IMAGES.decode("", bytes("images/rgb.png")));
  }

  @Test
  void read_fileLargerThanItsImageCanBe_isRefusedUnread(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("padded.png");
    Files.write(file, new byte[(1 << 20) + 9]);
    assertThatThrownBy(() -> IMAGES.withMaxPixels(1).read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has more than 1048584 bytes");
  }

  @Test
  void withMaxPixels_outOfRange_isRefused() {
    assertThatThrownBy(() -> IMAGES.withMaxPixels(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IMAGES.withMaxPixels(1L << 31))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void assertProblem(Path file, String ending) {
    InputException e = catchThrowableOfType(InputException.class, () -> IMAGES.read(file));
    assertThat(e.problem()).endsWith(ending);
    assertThat(e.remedy()).endsWith(".");
  }

  private static List<Map.Entry<String, JsonNode>> fixtures(boolean refused) {
    List<Map.Entry<String, JsonNode>> found = new ArrayList<>();
    Fixtures.json("images.json")
        .get("images")
        .properties()
        .forEach(
            e -> {
              if (e.getValue().has("refused") == refused) {
                found.add(Map.entry("images/" + e.getKey(), e.getValue()));
              }
            });
    return found;
  }

  private static byte[] bytes(String name) {
    return Fixtures.bytes(name);
  }

  private static int largestDifference(byte[] a, byte[] b) {
    int largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs((a[i] & 0xff) - (b[i] & 0xff)));
    }
    return largest;
  }
}
