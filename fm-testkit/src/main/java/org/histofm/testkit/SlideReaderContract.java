package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.Resolution;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of a {@link SlideReaderProvider}: extend it in a test and supply the provider and a
 * slide of at least 96 x 96 px that is not of one colour.
 */
public abstract class SlideReaderContract extends ProviderContract<SlideReaderProvider> {
  /** For a test that extends it. */
  protected SlideReaderContract() {
    super(SlideReaderProvider.class);
  }

  /** A slide that {@link #provider} opens. */
  protected abstract Path slide();

  /** The pixel size to state when opening {@link #slide}; none if its file records one. */
  protected abstract Optional<Mpp> mpp();

  /** The colour of what lies outside the slide, 0xRRGGBB: white until overridden. */
  protected int paddingRgb() {
    return 0xffffff;
  }

  @Test
  void supports_tellsByFile(@TempDir Path folder) throws IOException {
    assertThat(provider().supports(SlideLocation.of(slide()))).as("supports(%s)", slide()).isTrue();
    Path text = folder.resolve("notes" + extension());
    Files.write(text, "no slide at all".repeat(9).getBytes(StandardCharsets.UTF_8));
    assertThat(provider().supports(SlideLocation.of(text)))
        .as("supports(a text file named %s)", text)
        .isFalse();
  }

  @Test
  void levels_describeThePyramid() {
    try (SlideReader reader = open()) {
      List<Level> levels = reader.levels();
      assertThat(levels.get(0))
          .as("level 0")
          .isEqualTo(new Level(reader.width(), reader.height(), 1, 1));
      for (int i = 1; i < levels.size(); i++) {
        assertThat(levels.get(i).downsampleX())
            .as("reduction of level %s over the one before", i)
            .isGreaterThan(levels.get(i - 1).downsampleX());
      }
      for (double scale : scales()) {
        Mpp target = scaled(reader.mpp(), scale);
        Resolution resolution = reader.resolution(target);
        Level level = levels.get(resolution.level());
        assertThat(resolution.requested()).as("requested pixel size").isEqualTo(target);
        assertThat(resolution.read().x())
            .as("pixel size of the level that is read")
            .isCloseTo(reader.mpp().x() * level.downsampleX(), withinPercentage(0.001));
        assertThat(resolution.filter()).as("filter").isNotBlank();
      }
      assertThat(reader.format()).as("format").isNotBlank();
      assertThat(reader.pixelSize().origin()).as("origin of the pixel size").isNotBlank();
    }
  }

  @Test
  void associatedImages_openByName() {
    try (SlideReader reader = open()) {
      for (String name : reader.associatedImages()) {
        assertThat(reader.associatedImage(name).width()).as("width of %s", name).isPositive();
      }
      refusal(
          "an image that is not there",
          IllegalArgumentException.class,
          () -> reader.associatedImage("no such image"));
    }
  }

  @Test
  void open_statedMpp_overridesTheFiles() {
    try (SlideReader reader =
        provider().open(SlideLocation.of(slide()), Optional.of(new Mpp(0.3, 0.4)))) {
      assertThat(reader.mpp()).as("pixel size after one was stated").isEqualTo(new Mpp(0.3, 0.4));
      assertThat(reader.width()).as("width").isGreaterThanOrEqualTo(96);
      assertThat(reader.height()).as("height").isGreaterThanOrEqualTo(96);
    }
  }

  @Test
  void read_size_isThatOfTheTargetGrid() {
    try (SlideReader reader = open()) {
      for (double scale : scales()) {
        Mpp target = scaled(reader.mpp(), scale);
        RgbImage image = reader.read(new Region(5, 7, 61, 43), target);
        assertThat(image.width())
            .as("columns at scale %s", scale)
            .isEqualTo(round(66 / scale) - round(5 / scale));
        assertThat(image.height())
            .as("rows at scale %s", scale)
            .isEqualTo(round(50 / scale) - round(7 / scale));
      }
      RgbImage dot = reader.read(new Region(3, 3, 1, 1), scaled(reader.mpp(), 8));
      assertThat(List.of(dot.width(), dot.height())).as("smallest read").isEqualTo(List.of(1, 1));
    }
  }

  @Test
  void read_isTheCropOfALargerRead() {
    try (SlideReader reader = open()) {
      for (double scale : scales()) {
        Mpp target = scaled(reader.mpp(), scale);
        RgbImage whole = reader.read(new Region(0, 0, 96, 96), target);
        for (int[] at : new int[][] {{0, 0}, {12, 20}, {68, 0}, {0, 68}, {68, 68}}) {
          double left = at[0] / scale;
          double top = at[1] / scale;
          // Only a region that starts between two pixels of the result is a crop by definition.
          if (isWhole(left) && isWhole(top)) {
            RgbImage part = reader.read(new Region(at[0], at[1], 28, 24), target);
            assertThat(part)
                .as("read at %s, %s at scale %s", at[0], at[1], scale)
                .isEqualTo(crop(whole, round(left), round(top), part.width(), part.height()));
          }
        }
      }
    }
  }

  @Test
  void read_differsOverTheSlide() {
    try (SlideReader reader = open()) {
      List<RgbImage> parts = new ArrayList<>();
      for (int y = 0; y < 96; y += 32) {
        for (int x = 0; x < 96; x += 32) {
          parts.add(reader.read(new Region(x, y, 32, 32), reader.mpp()));
        }
      }
      assertThat(parts.stream().distinct().count())
          .as("different images over a slide that is not of one colour")
          .isGreaterThan(1);
    }
  }

  @Test
  void read_outsideTheSlide_isPadded() {
    try (SlideReader reader = open()) {
      long w = reader.width();
      long h = reader.height();
      for (double scale : scales()) {
        Mpp target = scaled(reader.mpp(), scale);
        for (Region outside :
            List.of(
                new Region(-64, -64, 32, 32),
                new Region(w + 64, 0, 32, 32),
                new Region(0, h + 64, 32, 32),
                new Region(1L << 40, 1L << 40, 32, 32))) {
          assertPadding(reader.read(outside, target), 0, 0, outside + " at scale " + scale);
        }
      }
      RgbImage across = reader.read(new Region(w - 20, h - 20, 40, 40), reader.mpp());
      assertThat(crop(across, 0, 0, 20, 20))
          .as("the part inside of a read across the edge")
          .isEqualTo(reader.read(new Region(w - 20, h - 20, 20, 20), reader.mpp()));
      assertPadding(across, 20, 0, "right of the edge");
      assertPadding(across, 0, 20, "below the edge");
    }
  }

  @Test
  void read_again_isTheSame() {
    try (SlideReader reader = open();
        SlideReader other = open()) {
      Region region = new Region(11, 13, 50, 40);
      Mpp target = scaled(reader.mpp(), 2);
      RgbImage first = reader.read(region, target);
      assertThat(reader.read(region, target)).as("the same read again").isEqualTo(first);
      assertThat(other.read(region, target)).as("the same read by another").isEqualTo(first);
    }
  }

  @Test
  void read_twoThreads_isTheSame() {
    try (SlideReader reader = open()) {
      List<Region> regions = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        regions.add(new Region(4L * i, 3L * i, 32, 32));
      }
      List<RgbImage> one = regions.stream().map(r -> reader.read(r, reader.mpp())).toList();
      assertThat(TwoThreads.map(regions, r -> reader.read(r, reader.mpp())))
          .as("reads by two threads at once")
          .isEqualTo(one);
    }
  }

  @Test
  void read_tooLarge_isRefused() {
    try (SlideReader reader = open()) {
      refusal(
          "a result of 2^40 px",
          IllegalArgumentException.class,
          () -> reader.read(new Region(0, 0, 1 << 20, 1 << 20), reader.mpp()));
    }
  }

  @Test
  void close_twice_isFineAndReadingAfterIsRefused() {
    SlideReader reader = open();
    reader.close();
    assertThatCode(reader::close).as("closing again").doesNotThrowAnyException();
    refusal(
        "a read after close",
        IllegalStateException.class,
        () -> reader.read(new Region(0, 0, 8, 8), Mpp.of(1)));
  }

  @Test
  void open_missingOrDamaged_isRefusedByName(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing" + extension());
    Path empty = Files.createFile(folder.resolve("empty" + extension()));
    Path cut = folder.resolve("cut" + extension());
    byte[] whole = Files.readAllBytes(slide());
    Files.write(cut, Arrays.copyOf(whole, Math.min(12, whole.length / 2)));
    for (Path file : List.of(missing, empty, cut)) {
      assertThat(
              refusal(
                  "slide " + file.getFileName(),
                  SlideException.class,
                  () -> provider().open(SlideLocation.of(file), Optional.of(Mpp.of(0.5))).close()))
          .hasMessageContaining(file.getFileName().toString());
    }
  }

  private SlideReader open() {
    SlideReader reader = provider().open(SlideLocation.of(slide()), mpp());
    mpp().ifPresent(stated -> assertThat(reader.mpp()).as("pixel size").isEqualTo(stated));
    return reader;
  }

  private String extension() {
    String name = slide().getFileName().toString();
    return name.substring(Math.max(0, name.lastIndexOf('.')));
  }

  /** Target pixel size over the slide's: finer, equal, coarser, and not whole-numbered. */
  private static double[] scales() {
    return new double[] {0.5, 1, 1.7, 2, 4};
  }

  private static Mpp scaled(Mpp mpp, double scale) {
    return new Mpp(mpp.x() * scale, mpp.y() * scale);
  }

  private static boolean isWhole(double value) {
    return Math.abs(value - Math.rint(value)) < 1e-9;
  }

  private static int round(double value) {
    return (int) Math.round(value);
  }

  private static RgbImage crop(RgbImage image, int left, int top, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          rgb[(y * width + x) * 3 + channel] = (byte) image.get(left + x, top + y, channel);
        }
      }
    }
    return RgbImage.of(width, height, rgb);
  }

  private void assertPadding(RgbImage image, int left, int top, String where) {
    for (int y = top; y < image.height(); y++) {
      for (int x = left; x < image.width(); x++) {
        int rgb = image.get(x, y, 0) << 16 | image.get(x, y, 1) << 8 | image.get(x, y, 2);
        assertThat(rgb).as("padding at %s, %s of %s", x, y, where).isEqualTo(paddingRgb());
      }
    }
  }
}
