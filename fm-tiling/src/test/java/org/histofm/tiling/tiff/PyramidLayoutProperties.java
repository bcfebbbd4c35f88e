package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.testkit.SlideWriter;
import org.histofm.testkit.SlideWriter.Compression;
import org.histofm.tile.RgbImage;

/** What a tile holds does not depend on how the slide is stored. */
class PyramidLayoutProperties {
  // A picture that changes by at most 2 values a pixel: levels that are reduced by up to 4 move a
  // pixel's centre by no more than two of them.
  private static final int SMOOTH_BOUND = 4;
  private static final int WIDTH = 250;
  private static final int HEIGHT = 180;

  private static Path folder = Path.of("");

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("layouts");
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.deleteIfExists(folder.resolve("a.tif"));
    Files.deleteIfExists(folder.resolve("b.tif"));
    Files.deleteIfExists(folder);
  }

  private static int smooth(long x, long y) {
    int red = (int) (128 + 100 * Math.sin(x / 50.0));
    int green = (int) (128 + 100 * Math.cos(y / 50.0));
    return red << 16 | green << 8 | (int) ((x + y) / 2);
  }

  private static int noise(long x, long y) {
    return (int) ((x * 0x9E3779B97F4A7C15L ^ y * 0xC2B2AE3D27D4EB4FL) * 0xBF58476D1CE4E5B9L >>> 40);
  }

  private static SlideWriter random(SplittableRandom random) {
    int[][] levels = {{1}, {1, 2}, {1, 4}, {1, 2, 4}, {1, 3}};
    Compression[] lossless = {Compression.NONE, Compression.LZW, Compression.DEFLATE};
    return SlideWriter.of(WIDTH, HEIGHT)
        .withTilePx(16 * random.nextInt(1, 6))
        .withLevels(levels[random.nextInt(levels.length)])
        .withCompression(lossless[random.nextInt(3)])
        .withPredictor(random.nextBoolean())
        .withBigTiff(random.nextBoolean())
        .withSubIfds(random.nextBoolean())
        .withByteOrder(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static SlideReader open(String name) {
    return new TiffSlideProvider()
        .open(SlideLocation.of(folder.resolve(name)), Optional.of(Mpp.of(0.5)));
  }

  @Property(tries = 60, seed = "20261125")
  void read_ofAnyLayout_isTheCropOfALargerRead(@ForAll long draw) throws IOException {
    SplittableRandom random = new SplittableRandom(draw);
    random(random).write(folder.resolve("a.tif"), PyramidLayoutProperties::noise);
    double scale = random.nextDouble(0.6, 5);
    Mpp target = Mpp.of(0.5 * scale);
    try (SlideReader slide = open("a.tif")) {
      RgbImage all = slide.read(new Region(0, 0, WIDTH + 40, HEIGHT + 40), target);
      int x = random.nextInt(WIDTH);
      int y = random.nextInt(HEIGHT);
      Region region = new Region(x, y, random.nextInt(1, 40), random.nextInt(1, 40));
      RgbImage part = slide.read(region, target);
      int left = (int) Math.round(x / scale);
      int top = (int) Math.round(y / scale);
      for (int row = 0; row < part.height(); row++) {
        for (int column = 0; column < part.width(); column++) {
          if (left + column < all.width() && top + row < all.height()) {
            for (int c = 0; c < 3; c++) {
              assertThat(part.get(column, row, c)).isEqualTo(all.get(left + column, top + row, c));
            }
          }
        }
      }
    }
  }

  @Property(tries = 40, seed = "20261125")
  void read_ofTwoLayouts_hasOneAreaAndNearlyOneContent(@ForAll long draw) throws IOException {
    SplittableRandom random = new SplittableRandom(draw);
    random(random).write(folder.resolve("a.tif"), PyramidLayoutProperties::smooth);
    random(random).write(folder.resolve("b.tif"), PyramidLayoutProperties::smooth);
    double scale = random.nextDouble(0.6, 5);
    try (SlideReader a = open("a.tif");
        SlideReader b = open("b.tif")) {
      Region region = new Region(random.nextInt(100), random.nextInt(60), 120, 90);
      RgbImage one = a.read(region, Mpp.of(0.5 * scale));
      RgbImage other = b.read(region, Mpp.of(0.5 * scale));
      assertThat(a.resolution(Mpp.of(0.5 * scale)).effective())
          .isEqualTo(b.resolution(Mpp.of(0.5 * scale)).effective());
      assertThat(one.width()).isEqualTo(other.width());
      assertThat(one.height()).isEqualTo(other.height());
      for (int y = 0; y < one.height(); y++) {
        for (int x = 0; x < one.width(); x++) {
          for (int c = 0; c < 3; c++) {
            assertThat(one.get(x, y, c)).isCloseTo(other.get(x, y, c), within(SMOOTH_BOUND));
          }
        }
      }
    }
  }
}
