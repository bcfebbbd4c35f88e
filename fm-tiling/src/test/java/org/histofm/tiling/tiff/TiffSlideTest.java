package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.testkit.SlideWriter;
import org.histofm.testkit.SlideWriter.Compression;
import org.histofm.testkit.SlideWriter.Recorded;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixtures are of scripts/fixtures/tiff_odd.py. */
class TiffSlideTest {
  private static final Mpp MPP = Mpp.of(0.5);

  @TempDir private Path folder;

  /** A colour at a pixel, [3]. */
  private interface Picture {
    int[] at(int x, int y);
  }

  private static final Picture RAMP = (x, y) -> new int[] {6 * x, 8 * y, 3 * x + 4 * y};

  private static SlideReader open(Path file) {
    return new TiffSlideProvider().open(SlideLocation.of(file), Optional.of(MPP));
  }

  private static SlideException refused(Path file) {
    return Objects.requireNonNull(
        catchThrowableOfType(SlideException.class, () -> open(file).close()));
  }

  private static Path fixture(String name) {
    try {
      URL found = Objects.requireNonNull(TiffSlideTest.class.getResource("/tiff/" + name));
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static RgbImage whole(SlideReader slide) {
    return slide.read(new Region(0, 0, slide.width(), slide.height()), MPP);
  }

  private static void assertShows(RgbImage image, Picture picture, int tolerance) {
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int[] expected = picture.at(x, y);
        for (int c = 0; c < 3; c++) {
          assertThat(image.get(x, y, c))
              .as("channel %s at %s, %s", c, x, y)
              .isCloseTo(expected[c], within(tolerance));
        }
      }
    }
  }

  private static int noise(long x, long y) {
    return (int) ((x * 0x9E3779B97F4A7C15L ^ y * 0xC2B2AE3D27D4EB4FL) * 0xBF58476D1CE4E5B9L >>> 40);
  }

  static List<Arguments> layouts() {
    List<Arguments> layouts = new ArrayList<>();
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      for (boolean big : new boolean[] {false, true}) {
        for (Compression c : List.of(Compression.NONE, Compression.LZW, Compression.DEFLATE)) {
          layouts.add(Arguments.of(order, big, c));
        }
      }
    }
    return layouts;
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void read_anyLosslessLayout_isWhatWasWritten(ByteOrder order, boolean big, Compression how)
      throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(301, 203)
        .withTilePx(64)
        .withLevels(1, 3)
        .withByteOrder(order)
        .withBigTiff(big)
        .withSubIfds(big)
        .withPredictor(order == ByteOrder.BIG_ENDIAN)
        .withCompression(how)
        .write(file, TiffSlideTest::noise);
    try (SlideReader slide = open(file)) {
      assertThat(slide.levels())
          .containsExactly(new Level(301, 203, 1, 1), new Level(100, 67, 3, 3));
      assertShows(
          whole(slide),
          (x, y) -> {
            int rgb = noise(x, y);
            return new int[] {rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff};
          },
          0);
      int sum = 0;
      for (int i = 0; i < 9; i++) {
        sum += noise(6 + i % 3, 9 + i / 3) & 0xff;
      }
      RgbImage reduced = slide.read(new Region(0, 0, 300, 201), Mpp.of(1.5));
      assertThat(reduced.get(2, 3, 2)).isEqualTo((sum + 4) / 9);
    }
  }

  @Test
  void read_jpegTiles_isCloseToWhatWasWritten() throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(200, 130)
        .withTilePx(64)
        .withCompression(Compression.JPEG)
        .write(file, (x, y) -> (int) (x << 16 | y << 8 | (x + y) / 2));
    try (SlideReader slide = open(file)) {
      assertShows(whole(slide), (x, y) -> new int[] {x, y, (x + y) / 2}, 12);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb16.tif",
        "planes.tif",
        "alpha-unspecified.tif",
        "lzw-predictor-strips.tif",
        "turned1.tif",
        "turned2.tif",
        "turned3.tif",
        "turned4.tif",
        "turned5.tif",
        "turned6.tif",
        "turned7.tif",
        "turned8.tif"
      })
  void read_oddKindOfColour_showsThePicture(String name) {
    try (SlideReader slide = open(fixture(name))) {
      assertThat(List.of(slide.width(), slide.height())).containsExactly(40L, 30L);
      assertShows(whole(slide), RAMP, 0);
      RgbImage part = slide.read(new Region(17, 5, 11, 20), MPP);
      assertShows(part, (x, y) -> RAMP.at(x + 17, y + 5), 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey16-big-endian.tif", "white-is-zero.tif"})
  void read_grey_isGrey(String name) {
    try (SlideReader slide = open(fixture(name))) {
      assertShows(whole(slide), (x, y) -> new int[] {5 * x + y, 5 * x + y, 5 * x + y}, 0);
    }
  }

  @Test
  void read_palette_givesItsColours() {
    try (SlideReader slide = open(fixture("palette-packbits.tif"))) {
      assertShows(
          whole(slide), (x, y) -> new int[] {5 * x + y, 255 - 5 * x - y, (5 * x + y) / 2}, 0);
    }
  }

  @Test
  void read_jpegWithTablesApart_showsThePicture() {
    try (SlideReader slide = open(fixture("jpeg-tables.tif"))) {
      assertShows(whole(slide), RAMP, 12);
    }
  }

  @Test
  void read_alpha_liesOverWhite() {
    Picture over =
        (x, y) -> {
          int[] colour = RAMP.at(x, y).clone();
          for (int c = 0; c < 3; c++) {
            colour[c] = (int) (colour[c] * (6 * x) / 255.0 + 255 - 6 * x + 0.5);
          }
          return colour;
        };
    try (SlideReader slide = open(fixture("alpha-unassociated.tif"))) {
      assertShows(whole(slide), over, 0);
    }
    try (SlideReader slide = open(fixture("alpha-associated.tif"))) {
      assertShows(whole(slide), over, 1); // its colours were rounded when they were multiplied
    }
  }

  @Test
  void read_tileThatWasLeftOut_isWhite() throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(16, 16).withTilePx(16).write(file, (x, y) -> 0);
    TiffPatch.set(file, Directory.TILE_BYTE_COUNTS, 0);
    try (SlideReader slide = open(file)) {
      assertShows(whole(slide), (x, y) -> new int[] {255, 255, 255}, 0);
    }
  }

  @Test
  void open_aperio_tellsLevelsFromImagesBeside() {
    try (SlideReader slide =
        new TiffSlideProvider().open(SlideLocation.of(fixture("aperio.svs")), Optional.empty())) {
      assertThat(slide.format()).startsWith("Aperio SVS");
      assertThat(slide.pixelSize().origin()).isEqualTo("aperio.MPP");
      assertThat(slide.mpp()).isEqualTo(Mpp.of(0.499));
      assertThat(slide.levels())
          .containsExactly(new Level(160, 120, 1, 1), new Level(40, 30, 4, 4));
      assertThat(slide.associatedImages()).containsExactly("thumbnail", "label", "macro");
      assertShows(slide.associatedImage("macro"), RAMP, 0);
      assertThat(slide.associatedImage("macro").width()).isEqualTo(24);
      assertShows(slide.associatedImage("thumbnail"), (x, y) -> RAMP.at(2 * x, 2 * y), 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"OME, ome.PhysicalSizeX", "RESOLUTION, TIFF XResolution"})
  void pixelSize_recorded_isFound(Recorded how, String origin) throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(64, 64).withMpp(new Mpp(0.25, 0.3), how).write(file, (x, y) -> 0);
    try (SlideReader slide =
        new TiffSlideProvider().open(SlideLocation.of(file), Optional.empty())) {
      assertThat(slide.pixelSize().origin()).isEqualTo(origin);
      assertThat(slide.mpp().x()).isCloseTo(0.25, within(1e-6));
      assertThat(slide.mpp().y()).isCloseTo(0.3, within(1e-6));
    }
  }

  @Test
  void pixelSize_placeholder_isNotBelieved() throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(64, 64).withMpp(Mpp.of(1000), Recorded.RESOLUTION).write(file, (x, y) -> 0);
    SlideException e =
        Objects.requireNonNull(
            catchThrowableOfType(
                SlideException.class,
                () ->
                    new TiffSlideProvider()
                        .open(SlideLocation.of(file), Optional.empty())
                        .close()));
    assertThat(e.reason()).isEqualTo(Reason.NO_PIXEL_SIZE);
    assertThat(e).hasMessageContaining("TIFF XResolution says 1000");
  }

  @ParameterizedTest
  @CsvSource({
    "6, old-style JPEG",
    "33003, JPEG 2000",
    "33005, JPEG 2000",
    "50000, Zstandard",
    "50001, WebP",
    "50002, JPEG XL",
    "52479, unknown"
  })
  void open_otherCompression_isUnsupportedByName(int code, String name) throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(64, 64).write(file, (x, y) -> 0);
    TiffPatch.set(file, Directory.COMPRESSION, code);
    SlideException e = refused(file);
    assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED);
    assertThat(e).hasMessageContaining(name).hasMessageContaining(Integer.toString(code));
    assertThat(e.remedy()).contains(name.equals("JPEG 2000") ? "OpenSlide" : "Convert");
  }

  @Test
  void open_hamamatsu_isLeftToTheNextReader() throws IOException {
    Path file = folder.resolve("slide.ndpi");
    SlideWriter.of(64, 64).write(file, (x, y) -> 0);
    TiffPatch.rename(file, Directory.SAMPLES_PER_PIXEL, Directory.HAMAMATSU);
    assertThat(refused(file).reason()).isEqualTo(Reason.UNSUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({
    "256, 2147483632, TOO_LARGE",
    "256, 0, DAMAGED",
    "322, 0, DAMAGED",
    "322, 1048576, TOO_LARGE",
    "322, 16, DAMAGED",
    "262, 5, UNSUPPORTED",
    "277, 1000, UNSUPPORTED"
  })
  void open_impossibleClaim_isRefused(int tag, int value, Reason reason) throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(2048, 2048).write(file, (x, y) -> 0);
    TiffPatch.set(file, tag, value);
    if (value == Integer.MAX_VALUE - 15) {
      TiffPatch.set(file, Directory.IMAGE_LENGTH, value);
    }
    assertThat(refused(file).reason()).isEqualTo(reason);
  }

  @Test
  void read_damagedTile_failsOnlyWhereItIs() throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(128, 64)
        .withTilePx(64)
        .withCompression(Compression.DEFLATE)
        .write(file, TiffSlideTest::noise);
    byte[] bytes = Files.readAllBytes(file);
    bytes[8 + 100] ^= 0x55; // in the first tile
    Files.write(file, bytes);
    try (SlideReader slide = open(file)) {
      SlideException e =
          Objects.requireNonNull(
              catchThrowableOfType(
                  SlideException.class, () -> slide.read(new Region(60, 0, 8, 8), MPP)));
      assertThat(e.reason()).isEqualTo(Reason.UNREADABLE_REGION);
      assertThat(slide.read(new Region(64, 0, 64, 64), MPP).width()).isEqualTo(64);
    }
  }

  @Test
  void read_tallUncompressedStrip_readsOnlyThePieceThatIsNeeded() throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(1040, 1040).withTilePx(1040).write(file, TiffSlideTest::noise);
    TiffPatch.rename(file, Directory.TILE_OFFSETS, Directory.STRIP_OFFSETS);
    TiffPatch.rename(file, Directory.TILE_BYTE_COUNTS, Directory.STRIP_BYTE_COUNTS);
    TiffPatch.rename(file, Directory.TILE_LENGTH, Directory.ROWS_PER_STRIP);
    TiffSlideProvider provider = new TiffSlideProvider();
    try (SlideReader slide = provider.open(SlideLocation.of(file), Optional.of(MPP))) {
      RgbImage below = slide.read(new Region(1000, 1020, 30, 20), MPP);
      assertThat(below.get(7, 3, 2)).isEqualTo(noise(1007, 1023) & 0xff);
      assertThat(provider.meter().bytesRead()).isEqualTo(32L * 1040 * 3);
      RgbImage across = slide.read(new Region(0, 1000, 20, 20), MPP);
      assertThat(across.get(3, 7, 0)).isEqualTo(noise(3, 1007) >> 16 & 0xff);
      assertThat(across.get(3, 8, 0)).isEqualTo(noise(3, 1008) >> 16 & 0xff);
    }
  }

  @Test
  void read_again_decodesNothing() throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(128, 64).withTilePx(64).write(file, TiffSlideTest::noise);
    TiffSlideProvider provider = new TiffSlideProvider();
    try (SlideReader slide = provider.open(SlideLocation.of(file), Optional.of(MPP))) {
      whole(slide);
      whole(slide);
      ReadMeter meter = provider.meter();
      assertThat(meter.tilesDecoded()).isEqualTo(2);
      assertThat(meter.cacheHits()).isEqualTo(2);
      assertThat(meter.bytesRead()).isEqualTo(2L * 64 * 64 * 3);
      assertThat(meter.decodeNanos()).isPositive();
      assertThat(meter.readNanos()).isPositive();
    }
  }
}
