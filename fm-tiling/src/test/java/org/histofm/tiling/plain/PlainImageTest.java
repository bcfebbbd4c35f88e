package org.histofm.tiling.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.plugins.tiff.TIFFTag;
import javax.imageio.stream.ImageOutputStream;
import org.histofm.InputException;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.EdgePolicy;
import org.histofm.tiling.TilePlan;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlainImageTest {
  private static final int WIDTH = 700;
  private static final int HEIGHT = 500;
  private static final Mpp MPP = Mpp.of(0.25);

  private Path folder = Path.of("");
  private BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);

  @BeforeAll
  void writeSlides(@TempDir Path given) throws IOException {
    folder = given;
    picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(1);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        picture.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    writeTiff("strips.tif", 0, "LZW", 0);
    writeTiff("tiles.tif", 64, "Deflate", 0);
    writeTiff("plain.tif", 128, "none", 0);
    writeTiff("sized.tif", 128, "none", 40_000);
    writeTiff("screen.tif", 0, "none", 28);
    ImageIO.write(picture, "png", folder.resolve("picture.png").toFile());
  }

  private void writeTiff(String name, int tile, String compression, int pixelsPerCm)
      throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    if (tile > 0) {
      param.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
      param.setTiling(tile, tile, 0, 0);
    }
    if (!compression.equals("none")) {
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionType(compression);
    }
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(picture), param);
    if (pixelsPerCm > 0) {
      TIFFDirectory directory = TIFFDirectory.createFromMetadata(metadata);
      BaselineTIFFTagSet tags = BaselineTIFFTagSet.getInstance();
      long[][] value = {{pixelsPerCm, 1}};
      for (int tag :
          List.of(BaselineTIFFTagSet.TAG_X_RESOLUTION, BaselineTIFFTagSet.TAG_Y_RESOLUTION)) {
        directory.addTIFFField(new TIFFField(tags.getTag(tag), TIFFTag.TIFF_RATIONAL, 1, value));
      }
      directory.addTIFFField(
          new TIFFField(
              tags.getTag(BaselineTIFFTagSet.TAG_RESOLUTION_UNIT),
              BaselineTIFFTagSet.RESOLUTION_UNIT_CENTIMETER));
      metadata = directory.getAsMetadata();
    }
    try (ImageOutputStream out = ImageIO.createImageOutputStream(folder.resolve(name).toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, metadata), param);
    } finally {
      writer.dispose();
    }
  }

  private SlideReader open(String name) {
    return new PlainImageProvider().open(SlideLocation.of(folder.resolve(name)), Optional.of(MPP));
  }

  static Stream<String> slides() {
    return Stream.of("strips.tif", "tiles.tif", "plain.tif", "picture.png");
  }

  private static RgbImage crop(RgbImage image, int left, int top, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[(y * width + x) * 3 + c] = (byte) image.get(left + x, top + y, c);
        }
      }
    }
    return RgbImage.of(width, height, rgb);
  }

  @ParameterizedTest
  @MethodSource("slides")
  void read_atTheSlidesOwnPixelSize_isThePicture(String name) {
    try (SlideReader slide = open(name)) {
      RgbImage read = slide.read(new Region(100, 50, 200, 150), MPP);
      assertThat(read.width()).isEqualTo(200);
      assertThat(read.height()).isEqualTo(150);
      for (int y = 0; y < 150; y++) {
        for (int x = 0; x < 200; x++) {
          int rgb = picture.getRGB(100 + x, 50 + y);
          assertThat(read.get(x, y, 0)).isEqualTo(rgb >> 16 & 0xff);
          assertThat(read.get(x, y, 1)).isEqualTo(rgb >> 8 & 0xff);
          assertThat(read.get(x, y, 2)).isEqualTo(rgb & 0xff);
        }
      }
    }
  }

  @Test
  void read_atTwiceThePixelSize_isTheMeanOfFourPixels() {
    try (SlideReader slide = open("tiles.tif")) {
      RgbImage read = slide.read(new Region(20, 40, 2, 2), Mpp.of(0.5));
      int sum = 0;
      for (int y = 40; y < 42; y++) {
        for (int x = 20; x < 22; x++) {
          sum += picture.getRGB(x, y) & 0xff;
        }
      }
      assertThat(read.width()).isEqualTo(1);
      assertThat(read.get(0, 0, 2)).isEqualTo((int) (sum / 4.0 + 0.5));
    }
  }

  @ParameterizedTest
  @MethodSource("slides")
  void read_isTheCropOfEveryLargerRead(String name) {
    SplittableRandom random = new SplittableRandom(2);
    try (SlideReader slide = open(name)) {
      for (double target : new double[] {0.25, 0.33, 0.5, 0.61, 1.0}) {
        double scale = target / MPP.x();
        RgbImage whole = slide.read(new Region(0, 0, WIDTH, HEIGHT), Mpp.of(target));
        for (int i = 0; i < 5; i++) {
          int x = random.nextInt(WIDTH - 60);
          int y = random.nextInt(HEIGHT - 60);
          Region region = new Region(x, y, 20 + random.nextInt(40), 20 + random.nextInt(40));
          RgbImage read = slide.read(region, Mpp.of(target));
          int left = (int) Math.round(x / scale);
          int top = (int) Math.round(y / scale);
          assertThat(read).isEqualTo(crop(whole, left, top, read.width(), read.height()));
        }
      }
    }
  }

  @Test
  void read_ofNeighbours_fitTogether() {
    try (SlideReader slide = open("tiles.tif")) {
      Mpp target = Mpp.of(0.33);
      TilePlan plan =
          TilePlan.grid(new Region(0, 0, WIDTH, HEIGHT), MPP, target, 100, 0, EdgePolicy.PAD);
      RgbImage whole = slide.read(new Region(0, 0, WIDTH + 200, HEIGHT + 200), target);
      plan.tiles()
          .forEach(
              tile ->
                  assertThat(slide.read(tile.region(), target))
                      .isEqualTo(crop(whole, tile.column() * 100, tile.row() * 100, 100, 100)));
    }
  }

  @Test
  void read_outsideTheSlide_isWhite() {
    try (SlideReader slide = open("strips.tif")) {
      byte[] far = slide.read(new Region(-500, -500, 40, 40), MPP).toBytes();
      byte[] white = new byte[far.length];
      Arrays.fill(white, (byte) 255);
      assertThat(far).isEqualTo(white);
      RgbImage corner = slide.read(new Region(WIDTH - 10, HEIGHT - 10, 20, 20), MPP);
      assertThat(corner.get(9, 9, 0)).isEqualTo(picture.getRGB(699, 499) >> 16 & 0xff);
      assertThat(corner.get(10, 9, 0)).isEqualTo(255);
    }
  }

  @Test
  void read_byTwoThreads_equalsReadByOne() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (SlideReader slide = open("tiles.tif")) {
      Callable<RgbImage> read = () -> slide.read(new Region(33, 44, 300, 200), Mpp.of(0.4));
      RgbImage alone = read.call();
      for (Future<RgbImage> other : pool.invokeAll(List.of(read, read, read, read))) {
        assertThat(other.get()).isEqualTo(alone);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void pixelSize_isReadFromTheResolution() {
    try (SlideReader slide =
        new PlainImageProvider()
            .open(SlideLocation.of(folder.resolve("sized.tif")), Optional.empty())) {
      assertThat(slide.mpp()).isEqualTo(MPP);
    }
  }

  @ParameterizedTest
  @MethodSource("withoutPixelSize")
  void pixelSize_absentOrAPlaceholder_isAskedFor(String name) {
    assertThatThrownBy(
            () ->
                new PlainImageProvider()
                    .open(SlideLocation.of(folder.resolve(name)), Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("State the scanner's pixel size");
  }

  static Stream<String> withoutPixelSize() {
    return Stream.of("screen.tif", "strips.tif", "picture.png");
  }

  @Test
  void file_thatIsNoImage_isRefused() throws IOException {
    Path text = folder.resolve("text.tif");
    Files.writeString(text, "no image at all");
    assertThat(new PlainImageProvider().supports(SlideLocation.of(text))).isFalse();
    assertThatThrownBy(() -> open("text.tif"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("text.tif");
    assertThatThrownBy(() -> open("absent.tif"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void file_cutShort_isRefusedWhenReadThere() throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve("picture.png"));
    Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
    try (SlideReader slide = open("cut.png")) {
      assertThatThrownBy(() -> slide.read(new Region(0, HEIGHT - 50, 50, 50), MPP))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("cut.png");
    }
  }

  @Test
  void read_tooLarge_isRefused() {
    try (SlideReader slide = open("plain.tif")) {
      assertThatThrownBy(() -> slide.read(new Region(0, 0, 200_000, 200_000), MPP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("over the limit");
    }
  }

  @Test
  void closed_isRefusedByName() {
    SlideReader slide = open("plain.tif");
    slide.close();
    slide.close();
    assertThatThrownBy(() -> slide.read(new Region(0, 0, 10, 10), MPP))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("plain.tif");
  }
}
