package org.histofm.tiling.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each format may hold, on files made here. */
class PlainFormatsTest {
  private static final Mpp MPP = Mpp.of(0.5);
  private static final int WIDTH = 48;
  private static final int HEIGHT = 32;

  @TempDir private Path folder;

  private SlideReader open(byte[] file) throws IOException {
    return open(file, Optional.of(MPP));
  }

  private SlideReader open(byte[] file, Optional<Mpp> mpp) throws IOException {
    Path path = Files.write(folder.resolve("picture"), file);
    return new PlainImageProvider().open(SlideLocation.of(path), mpp);
  }

  private RgbImage whole(byte[] file) throws IOException {
    try (SlideReader reader = open(file)) {
      return reader.read(new Region(0, 0, reader.width(), reader.height()), MPP);
    }
  }

  private SlideException refusal(byte[] file) {
    SlideException refused = catchThrowableOfType(SlideException.class, () -> whole(file));
    assertThat(refused).isNotNull();
    assertThat(refused).hasMessageContaining("picture");
    return refused;
  }

  private static BufferedImage picture(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    SplittableRandom random = new SplittableRandom(5);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }

  private static byte[] file(BufferedImage image, String format, boolean progressive)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
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

  /** A PNG of one unfiltered scanline after another, with other chunks before the pixels. */
  private static byte[] png(int width, int height, int bits, int colour, byte[] rows, byte[] chunks)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    out.writeBytes(
        chunk(
            "IHDR",
            ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) bits)
                .put((byte) colour)
                .array()));
    out.writeBytes(chunks);
    out.writeBytes(chunk("IDAT", deflated(rows)));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] chunk(String name, byte[] body) {
    byte[] typed = new byte[4 + body.length];
    System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, typed, 0, 4);
    System.arraycopy(body, 0, typed, 4, body.length);
    CRC32 crc = new CRC32();
    crc.update(typed);
    return ByteBuffer.allocate(typed.length + 8)
        .putInt(body.length)
        .put(typed)
        .putInt((int) crc.getValue())
        .array();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void read_ofLosslessFormats_isThePicture(String format) throws IOException {
    BufferedImage image = picture(BufferedImage.TYPE_3BYTE_BGR);
    RgbImage read = whole(file(image, format, false));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int rgb = read.get(x, y, 0) << 16 | read.get(x, y, 1) << 8 | read.get(x, y, 2);
        assertThat(rgb).isEqualTo(image.getRGB(x, y) & 0xffffff);
      }
    }
    assertThat(whole(file(image, "png", true))).as("interlaced").isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void read_ofJpeg_equalsTheCodecsOwnConversion(boolean progressive) throws IOException {
    byte[] file = file(picture(BufferedImage.TYPE_INT_RGB), "jpeg", progressive);
    BufferedImage expected = ImageIO.read(new ByteArrayInputStream(file));
    RgbImage read = whole(file);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int rgb = read.get(x, y, 0) << 16 | read.get(x, y, 1) << 8 | read.get(x, y, 2);
        assertThat(rgb).isEqualTo(expected.getRGB(x, y) & 0xffffff);
      }
    }
  }

  @Test
  void read_ofTransparency_liesOverWhite() throws IOException {
    byte[] rgba = {0, 100, 0, 50, (byte) 255, 100, 0, 50, 0, 10, 20, 30, (byte) 128};
    RgbImage read = whole(png(3, 1, 8, 6, rgba, new byte[0]));
    assertThat(read.toBytes())
        .isEqualTo(
            new byte[] {100, 0, 50, -1, -1, -1, over(10, 128), over(20, 128), over(30, 128)});
    byte[] grey = {0, 100, (byte) 255, 100, 0, 10, (byte) 128};
    assertThat(whole(png(3, 1, 8, 4, grey, new byte[0])).toBytes())
        .as("grey with alpha")
        .isEqualTo(
            new byte[] {100, 100, 100, -1, -1, -1, over(10, 128), over(10, 128), over(10, 128)});
    byte[] keyed = {0, 100, 7, 10};
    assertThat(whole(png(3, 1, 8, 0, keyed, chunk("tRNS", new byte[] {0, 7}))).toBytes())
        .as("grey of which one shade is transparent")
        .isEqualTo(new byte[] {100, 100, 100, -1, -1, -1, 10, 10, 10});
    byte[] palette = chunk("PLTE", new byte[] {1, 2, 3, 40, 50, 60});
    byte[] clear = chunk("tRNS", new byte[] {(byte) 255, 0});
    byte[] both =
        ByteBuffer.allocate(palette.length + clear.length).put(palette).put(clear).array();
    assertThat(whole(png(3, 1, 1, 3, new byte[] {0, 0b01000000}, both)).toBytes())
        .as("a palette with a transparent colour")
        .isEqualTo(new byte[] {1, 2, 3, -1, -1, -1, 1, 2, 3});
  }

  private static byte over(int value, int alpha) {
    return (byte) Math.round((value * alpha + 255.0 * (255 - alpha)) / 255);
  }

  @Test
  void read_ofSixteenBits_keepsTheEightHighest() throws IOException {
    byte[] rgb = {0, 1, (byte) 255, 2, (byte) 255, 3, (byte) 255};
    assertThat(whole(png(1, 1, 16, 2, rgb, new byte[0])).toBytes()).isEqualTo(new byte[] {1, 2, 3});
    byte[] grey = {0, 77, (byte) 200, (byte) 200, 0};
    assertThat(whole(png(2, 1, 16, 0, grey, new byte[0])).toBytes())
        .isEqualTo(new byte[] {77, 77, 77, (byte) 200, (byte) 200, (byte) 200});
    assertThat(whole(png(2, 1, 2, 0, new byte[] {0, (byte) 0b01100000}, new byte[0])).toBytes())
        .as("2 bits, stretched")
        .isEqualTo(new byte[] {85, 85, 85, (byte) 170, (byte) 170, (byte) 170});
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void orientation_isHonoured(int tag) throws IOException {
    byte[] plain = file(picture(BufferedImage.TYPE_INT_RGB), "jpeg", false);
    RgbImage stored = whole(plain);
    byte[] turned = withExif(plain, tag, 100, 200);
    try (SlideReader reader = open(turned)) {
      boolean swapped = tag >= 5;
      assertThat(reader.width()).isEqualTo(swapped ? HEIGHT : WIDTH);
      RgbImage all = reader.read(new Region(0, 0, reader.width(), reader.height()), MPP);
      for (int y = 0; y < all.height(); y++) {
        for (int x = 0; x < all.width(); x++) {
          // EXIF 2.3, orientation: which edges of the picture are the 0th row and column
          int right = all.width() - 1 - x;
          int below = all.height() - 1 - y;
          int fromX = new int[] {x, right, right, x, y, y, below, below}[tag - 1];
          int fromY = new int[] {y, y, below, below, x, right, right, x}[tag - 1];
          for (int c = 0; c < 3; c++) {
            assertThat(all.get(x, y, c)).isEqualTo(stored.get(fromX, fromY, c));
          }
        }
      }
      RgbImage part = reader.read(new Region(3, 5, 11, 7), MPP);
      assertThat(part.get(10, 6, 1)).as("part").isEqualTo(all.get(13, 11, 1));
      assertThat(part.get(0, 6, 1)).as("part").isEqualTo(all.get(3, 11, 1));
    }
  }

  private static byte[] withExif(byte[] jpeg, int orientation, int perCmX, int perCmY) {
    ByteBuffer exif = ByteBuffer.allocate(100);
    exif.put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8).putShort((short) 4);
    exif.putShort((short) 274).putShort((short) 3).putInt(1).putShort((short) orientation);
    exif.putShort((short) 0);
    exif.putShort((short) 282).putShort((short) 5).putInt(1).putInt(62);
    exif.putShort((short) 283).putShort((short) 5).putInt(1).putInt(70);
    exif.putShort((short) 296).putShort((short) 3).putInt(1).putShort((short) 3);
    exif.putShort((short) 0).putInt(0);
    exif.putInt(perCmX * 100).putInt(1).putInt(perCmY * 100).putInt(1);
    byte[] body = Arrays.copyOf(exif.array(), exif.position());
    return ByteBuffer.allocate(jpeg.length + 4 + body.length)
        .put(jpeg, 0, 2)
        .putShort((short) 0xffe1)
        .putShort((short) (body.length + 2))
        .put(body)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  @Test
  void pixelSize_isTheOneThatTheFileRecords() throws IOException {
    byte[] one = {0, 1};
    byte[] phys =
        chunk(
            "pHYs",
            ByteBuffer.allocate(9).putInt(4_000_000).putInt(2_000_000).put((byte) 1).array());
    try (SlideReader reader = open(png(1, 1, 8, 0, one, phys), Optional.empty())) {
      assertThat(reader.mpp()).isEqualTo(new Mpp(0.25, 0.5));
      assertThat(reader.pixelSize().origin()).isEqualTo("PNG pHYs");
    }
    byte[] screen =
        chunk("pHYs", ByteBuffer.allocate(9).putInt(2835).putInt(2835).put((byte) 1).array());
    assertThat(noSize(png(1, 1, 8, 0, one, screen))).contains("PNG pHYs says 352.7");
    assertThat(noSize(png(1, 1, 8, 0, one, new byte[0]))).contains("no pixel size");

    byte[] jpeg = file(picture(BufferedImage.TYPE_INT_RGB), "jpeg", false);
    jpeg[13] = 2; // JFIF: pixels per centimetre
    jpeg[14] = (byte) (20_000 >> 8);
    jpeg[15] = (byte) 20_000;
    jpeg[16] = (byte) (10_000 >> 8);
    jpeg[17] = (byte) 10_000;
    try (SlideReader reader = open(jpeg, Optional.empty())) {
      assertThat(reader.mpp()).isEqualTo(new Mpp(0.5, 1));
      assertThat(reader.pixelSize().origin()).isEqualTo("JFIF density");
    }
    jpeg[13] = 0;
    byte[] exif = withExif(jpeg, 6, 100, 200);
    try (SlideReader reader = open(exif, Optional.empty())) {
      assertThat(reader.mpp().x()).as("of the turned picture").isCloseTo(0.5, within(1e-12));
      assertThat(reader.mpp().y()).isCloseTo(1, within(1e-12));
      assertThat(reader.pixelSize().origin()).isEqualTo("EXIF XResolution");
    }
  }

  private String noSize(byte[] file) {
    SlideException refused =
        catchThrowableOfType(SlideException.class, () -> open(file, Optional.empty()).close());
    assertThat(refused.reason()).isEqualTo(Reason.NO_PIXEL_SIZE);
    return refused.problem();
  }

  @Test
  void sizes_overTheLimits_areRefused() throws IOException {
    byte[] few = {0, 1};
    assertThat(refusal(png(40_000, 30_000, 8, 0, few, new byte[0])).reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(png(5_000_000, 1, 8, 0, few, new byte[0])).reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(png(Integer.MAX_VALUE, Integer.MAX_VALUE, 16, 6, few, new byte[0])).reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(png(0, 3, 8, 0, few, new byte[0])).reason()).isEqualTo(Reason.DAMAGED);
    byte[] table = chunk("PLTE", new byte[6]);
    table[0] = 0x7f; // claims 2 GB
    assertThat(refusal(png(3, 1, 1, 3, few, table)).problem()).contains("'PLTE'");
    assertThat(refusal(png(3, 1, 1, 3, few, chunk("tRNS", new byte[9000]))).reason())
        .isEqualTo(Reason.DAMAGED);
    byte[] interlaced = png(10_000, 10_000, 8, 0, few, new byte[0]);
    interlaced[28] = 1;
    assertThat(refusal(interlaced).problem()).contains("interlaced");
    byte[] progressive = file(picture(BufferedImage.TYPE_INT_RGB), "jpeg", true);
    int at = 2;
    while ((progressive[at + 1] & 0xff) != 0xc2) {
      at += 2 + ((progressive[at + 2] & 0xff) << 8 | progressive[at + 3] & 0xff);
    }
    Arrays.fill(progressive, at + 5, at + 9, (byte) 0x7f);
    assertThat(refusal(progressive).reason()).isEqualTo(Reason.TOO_LARGE);
    progressive[at + 4] = 12;
    assertThat(refusal(progressive).reason()).isEqualTo(Reason.UNSUPPORTED);
  }

  @Test
  void chunk_thatUnpacksToMuch_isNotUnpacked() throws IOException {
    byte[] text = "comment\0\0".getBytes(StandardCharsets.US_ASCII);
    byte[] zeros = deflated(new byte[200 << 20]);
    byte[] bomb = ByteBuffer.allocate(text.length + zeros.length).put(text).put(zeros).array();
    byte[] palette = chunk("PLTE", new byte[] {1, 2, 3, 40, 50, 60});
    byte[] packed = chunk("zTXt", bomb);
    byte[] chunks =
        ByteBuffer.allocate(palette.length + packed.length).put(palette).put(packed).array();
    byte[] file = png(3, 1, 1, 3, new byte[] {0, 0b01000000}, chunks);
    long before = allocated();
    assertThat(whole(file).toBytes()).isEqualTo(new byte[] {1, 2, 3, 40, 50, 60, 1, 2, 3});
    assertThat(allocated() - before).isLessThan(20 << 20);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void damage_endsInTheRightReason() throws IOException {
    byte[] png = file(picture(BufferedImage.TYPE_3BYTE_BGR), "png", false);
    assertThat(refusal(Arrays.copyOf(png, 20)).reason()).isEqualTo(Reason.DAMAGED);
    assertThat(refusal(Arrays.copyOf(png, png.length / 2)).reason())
        .isEqualTo(Reason.UNREADABLE_REGION);
    byte[] jpeg = file(picture(BufferedImage.TYPE_INT_RGB), "jpeg", false);
    assertThat(refusal(Arrays.copyOf(jpeg, 100)).reason()).isEqualTo(Reason.DAMAGED);
    assertThat(refusal(Arrays.copyOf(jpeg, jpeg.length / 2)).reason())
        .isEqualTo(Reason.UNREADABLE_REGION);
    byte[] bmp = file(picture(BufferedImage.TYPE_3BYTE_BGR), "bmp", false);
    assertThat(refusal(Arrays.copyOf(bmp, 30)).reason()).isEqualTo(Reason.DAMAGED);
    assertThat(refusal(Arrays.copyOf(bmp, 500)).reason()).isEqualTo(Reason.UNREADABLE_REGION);
    assertThat(refusal(new byte[0]).reason()).isEqualTo(Reason.NOT_A_SLIDE);
  }

  @Test
  void read_afterAFailure_stillWorks() throws IOException {
    byte[] tall = new byte[4000 * 8001];
    new SplittableRandom(1).nextBytes(tall);
    for (int row = 0; row < 4000; row++) {
      tall[row * 8001] = 0;
    }
    byte[] whole = png(8000, 4000, 8, 0, tall, new byte[0]);
    try (SlideReader reader = open(Arrays.copyOf(whole, whole.length * 3 / 4))) {
      RgbImage before = reader.read(new Region(0, 0, 8, 8), MPP);
      assertThat(
              catchThrowableOfType(
                      SlideException.class, () -> reader.read(new Region(0, 3990, 8, 8), MPP))
                  .reason())
          .isEqualTo(Reason.UNREADABLE_REGION);
      assertThat(reader.read(new Region(0, 0, 8, 8), MPP)).isEqualTo(before);
    }
  }

  @Test
  void file_withBitsTurnedOver_isReadOrRefused() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    for (String format : new String[] {"png", "jpeg", "bmp", "tiff"}) {
      byte[] sound = file(picture(BufferedImage.TYPE_3BYTE_BGR), format, false);
      for (int i = 0; i < 150; i++) {
        byte[] bad = sound.clone();
        int within = i % 2 == 0 ? Math.min(200, bad.length) : bad.length;
        for (int k = 0; k < 3; k++) {
          bad[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
          whole(bad);
        } catch (SlideException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }

  /** An uncompressed TIFF of one strip; {@code tags} are pairs of a tag and its one short value. */
  private static byte[] tiff(int width, int height, byte[] samples, int... tags) {
    int channels = Math.max(1, samples.length / (width * height));
    TreeMap<Integer, Integer> values = new TreeMap<>();
    int[] base = {
      256,
      width,
      257,
      height,
      258,
      8,
      259,
      1,
      262,
      channels < 3 ? 1 : 2,
      273,
      8,
      277,
      channels,
      278,
      height,
      279,
      samples.length
    };
    for (int i = 0; i < base.length; i += 2) {
      values.put(base[i], base[i + 1]);
    }
    for (int i = 0; i < tags.length; i += 2) {
      values.put(tags[i], tags[i + 1]);
    }
    ByteBuffer out = ByteBuffer.allocate(8 + samples.length + 2 + 12 * values.size() + 4 + 8);
    out.order(ByteOrder.LITTLE_ENDIAN);
    int directory = 8 + samples.length;
    out.put(new byte[] {'I', 'I', 42, 0}).putInt(directory).put(samples);
    out.putShort((short) values.size());
    int bits = directory + 2 + 12 * values.size() + 4;
    values.forEach(
        (tag, value) -> {
          boolean isBits = tag == 258 && channels > 2;
          out.putShort(tag.shortValue()).putShort((short) 3).putInt(isBits ? channels : 1);
          out.putInt(isBits ? bits : value);
        });
    out.putInt(0);
    for (int i = 0; i < 4; i++) {
      out.putShort((short) 8);
    }
    return out.array();
  }

  @Test
  void tiff_thatOthersRefuse_isReadOnlyWhereItsColoursAreKnown() throws IOException {
    byte[] rgba = {34, 93, 17, (byte) 128};
    assertThat(whole(tiff(1, 1, rgba, 338, 1)).toBytes())
        .as("colours that are blended already")
        .isEqualTo(new byte[] {(byte) 161, (byte) 220, (byte) 144});
    assertThat(whole(tiff(1, 1, rgba, 338, 2)).toBytes())
        .as("colours to be blended")
        .isEqualTo(new byte[] {over(34, 128), over(93, 128), over(17, 128)});
    assertThat(whole(tiff(1, 1, rgba, 338, 0)).toBytes())
        .as("a fourth channel that is no transparency")
        .isEqualTo(new byte[] {34, 93, 17});
    assertThat(whole(tiff(2, 1, new byte[] {10, 20}, 262, 0)).toBytes())
        .as("white is zero")
        .isEqualTo(new byte[] {-11, -11, -11, -21, -21, -21});
    assertThat(whole(tiff(2, 1, new byte[] {10, 20}, 274, 6)))
        .as("turned by a quarter")
        .isEqualTo(RgbImage.of(1, 2, new byte[] {10, 10, 10, 20, 20, 20}));
    for (int[] tag : new int[][] {{262, 5}, {259, 33005}, {339, 3}}) {
      SlideException refused = refusal(tiff(1, 1, rgba, tag));
      assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED);
      assertThat(refused.problem()).contains(String.valueOf(tag[1]));
    }
    assertThat(refusal(tiff(1, 1, rgba, 257, 0)).reason()).isEqualTo(Reason.DAMAGED);
    assertThat(refusal(tiff(1, 1, rgba, 279, 30_000)).reason()).isEqualTo(Reason.DAMAGED);
    assertThat(refusal(tiff(30_000, 30_000, new byte[0], 277, 3, 262, 2)).reason())
        .as("one strip of 900 million pixels")
        .isEqualTo(Reason.TOO_LARGE);
  }
}
