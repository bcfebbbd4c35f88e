package org.histofm.tiling.pyramid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.histofm.tiling.pyramid.JpegDecoder.Colours;
import org.histofm.tiling.pyramid.JpegDecoder.Pixels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JpegDecoderTest {
  private static final byte[] NO_TABLES = new byte[0];
  private static final int WIDTH = 83;
  private static final int HEIGHT = 61;

  private final JpegDecoder decoder = new JpegDecoder();

  @AfterEach
  void close() {
    decoder.close();
  }

  private static BufferedImage picture(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, (x * 3) << 16 | (y * 4) << 8 | (x * y & 0xff));
      }
    }
    return image;
  }

  private static byte[] jpeg(BufferedImage image, boolean progressive) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] rgbOf(BufferedImage image) {
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      int pixel = image.getRGB(i / 3 % image.getWidth(), i / 3 / image.getWidth());
      rgb[i] = (byte) (pixel >> 16);
      rgb[i + 1] = (byte) (pixel >> 8);
      rgb[i + 2] = (byte) pixel;
    }
    return rgb;
  }

  private Pixels decode(byte[] stream) throws IOException {
    return decoder.decode(stream, NO_TABLES, Colours.AS_MARKED, 1 << 20);
  }

  @Test
  void decode_ofAJfifStream_equalsTheCodecsOwnConversion() throws IOException {
    for (boolean progressive : new boolean[] {false, true}) {
      byte[] stream = jpeg(picture(BufferedImage.TYPE_INT_RGB), progressive);
      Pixels pixels = decode(stream);
      assertThat(pixels.channels()).isEqualTo(3);
      assertThat(pixels.samples()).isEqualTo(rgbOf(ImageIO.read(new ByteArrayInputStream(stream))));
    }
  }

  @Test
  void decode_ofGrey_hasOneChannel() throws IOException {
    byte[] stream = jpeg(picture(BufferedImage.TYPE_BYTE_GRAY), false);
    Pixels pixels = decode(stream);
    assertThat(pixels.channels()).isEqualTo(1);
    int[] expected =
        ImageIO.read(new ByteArrayInputStream(stream))
            .getRaster()
            .getPixels(0, 0, WIDTH, HEIGHT, (int[]) null);
    byte[] samples = pixels.samples();
    for (int i = 0; i < expected.length; i++) {
      assertThat(samples[i] & 0xff).isEqualTo(expected[i]);
    }
    byte[] rgb = new byte[5 * 4 * 3];
    pixels.copyTo(7, 9, 3, 2, rgb, 3 * (5 + 1), 5);
    assertThat(rgb[3 * 6]).isEqualTo(samples[9 * WIDTH + 7]);
    assertThat(rgb[3 * 6 + 2]).isEqualTo(samples[9 * WIDTH + 7]);
    assertThat(rgb[3 * 13]).isEqualTo(samples[10 * WIDTH + 9]);
    assertThat(rgb[0]).isZero();
  }

  @Test
  void decode_withColoursStated_goesBeforeTheMarkers() throws IOException {
    byte[] stream = jpeg(picture(BufferedImage.TYPE_INT_RGB), false);
    byte[] raw = decoder.decode(stream, NO_TABLES, Colours.RGB, 1 << 20).samples();
    byte[] ycc = decoder.decode(stream, NO_TABLES, Colours.YCC, 1 << 20).samples();
    assertThat(raw).isNotEqualTo(ycc);
    YccToRgb.convert(raw);
    assertThat(raw).isEqualTo(ycc).isEqualTo(decode(stream).samples());
  }

  @Test
  void decode_ofComponentsNamedRgb_convertsNothing() throws IOException {
    byte[] stream = withoutJfif(jpeg(picture(BufferedImage.TYPE_INT_RGB), false));
    byte[] unnamed = decode(stream).samples();
    assertThat(unnamed)
        .isEqualTo(decoder.decode(stream, NO_TABLES, Colours.YCC, 1 << 20).samples());
    rename(stream, "RGB");
    assertThat(decode(stream).samples())
        .isEqualTo(decoder.decode(stream, NO_TABLES, Colours.RGB, 1 << 20).samples())
        .isNotEqualTo(unnamed);
  }

  @Test
  void decode_withTablesApart_isTheSame() throws IOException {
    byte[] whole = jpeg(picture(BufferedImage.TYPE_INT_RGB), false);
    ByteArrayOutputStream tables = new ByteArrayOutputStream();
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    tables.write(whole, 0, 2);
    rest.write(whole, 0, 2);
    int at = 2;
    while ((whole[at + 1] & 0xff) != 0xda) {
      int end = at + 2 + ((whole[at + 2] & 0xff) << 8 | whole[at + 3] & 0xff);
      int marker = whole[at + 1] & 0xff;
      (marker == 0xdb || marker == 0xc4 ? tables : rest).write(whole, at, end - at);
      at = end;
    }
    rest.write(whole, at, whole.length - at);
    tables.write(0xff);
    tables.write(0xd9);
    assertThat(
            decoder
                .decode(rest.toByteArray(), tables.toByteArray(), Colours.AS_MARKED, 1 << 20)
                .samples())
        .isEqualTo(decode(whole).samples());
    assertThatThrownBy(() -> decode(rest.toByteArray())).isInstanceOf(IOException.class);
    assertThat(decode(whole).samples()).as("after a failure").hasSize(WIDTH * HEIGHT * 3);
  }

  @Test
  void decode_ofDamage_isRefused() throws IOException {
    byte[] whole = jpeg(picture(BufferedImage.TYPE_INT_RGB), false);
    assertThat(decode(Arrays.copyOf(whole, whole.length - 2)).samples())
        .as("only the end marker is missing")
        .isEqualTo(decode(whole).samples());
    for (int length : new int[] {0, 1, 3, 20, 200, whole.length / 2, whole.length - 100}) {
      assertThatThrownBy(() -> decode(Arrays.copyOf(whole, length)))
          .as("cut to %s bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("JPEG");
    }
    assertThatThrownBy(() -> decoder.decode(whole, NO_TABLES, Colours.AS_MARKED, 1000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("83 x 61 px");
    byte[] huge = whole.clone();
    int frame = frame(huge);
    Arrays.fill(huge, frame + 5, frame + 9, (byte) 0xff);
    assertThatThrownBy(() -> decode(huge))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("65535 x 65535 px");
    byte[] lossless = whole.clone();
    lossless[frame + 1] = (byte) 0xc3;
    assertThatThrownBy(() -> decode(lossless)).hasMessageContaining("lossless");
  }

  @Test
  void decode_ofRandomDamage_endsInAnIoExceptionAtWorst() throws IOException {
    byte[] whole = jpeg(picture(BufferedImage.TYPE_INT_RGB), false);
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bad = whole.clone();
      for (int k = 0; k < 3; k++) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        decode(bad);
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    assertThat(decode(whole).samples()).hasSize(WIDTH * HEIGHT * 3);
  }

  @Test
  void decode_byManyThreads_isTheSame() throws Exception {
    byte[] stream = jpeg(picture(BufferedImage.TYPE_INT_RGB), false);
    byte[] alone = decode(stream).samples();
    ExecutorService pool = Executors.newFixedThreadPool(6);
    try {
      Callable<byte[]> task = () -> decode(stream).samples();
      for (Future<byte[]> other : pool.invokeAll(Collections.nCopies(40, task))) {
        assertThat(other.get()).isEqualTo(alone);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static byte[] withoutJfif(byte[] stream) {
    List<Integer> start = List.of(0xff, 0xd8, 0xff, 0xe0);
    for (int i = 0; i < 4; i++) {
      assertThat(stream[i] & 0xff).isEqualTo(start.get(i));
    }
    int end = 4 + ((stream[4] & 0xff) << 8 | stream[5] & 0xff);
    byte[] without = Arrays.copyOfRange(stream, end - 2, stream.length);
    without[0] = (byte) 0xff;
    without[1] = (byte) 0xd8;
    return without;
  }

  private static int frame(byte[] stream) {
    int at = 2;
    while ((stream[at + 1] & 0xff) != 0xc0) {
      at += 2 + ((stream[at + 2] & 0xff) << 8 | stream[at + 3] & 0xff);
    }
    return at;
  }

  private static void rename(byte[] stream, String names) {
    int frame = frame(stream);
    int at = frame;
    while ((stream[at + 1] & 0xff) != 0xda) {
      at += 2 + ((stream[at + 2] & 0xff) << 8 | stream[at + 3] & 0xff);
    }
    for (int i = 0; i < 3; i++) {
      stream[frame + 10 + 3 * i] = (byte) names.charAt(i);
      stream[at + 5 + 2 * i] = (byte) names.charAt(i);
    }
  }
}
