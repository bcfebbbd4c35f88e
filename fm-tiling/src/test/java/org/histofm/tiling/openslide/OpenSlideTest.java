package org.histofm.tiling.openslide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The system's OpenSlide, on slides made here and, where they are, on the shared ones. */
class OpenSlideTest {
  private static final Mpp STATED = Mpp.of(0.5);

  @TempDir private static Path folder;

  @BeforeAll
  static void writeSlide() throws IOException {
    OpenSlideHere.assumeInstalled();
    TestSlides.pyramid(folder.resolve("slide.tif"));
  }

  private static SlideReader open(Path slide, Optional<Mpp> mpp) {
    return new OpenSlideProvider().open(SlideLocation.of(slide), mpp);
  }

  @Test
  void read_atTheSlidesOwnPixelSize_isThePicture() {
    try (SlideReader slide = open(folder.resolve("slide.tif"), Optional.empty())) {
      RgbImage read = slide.read(new Region(301, 211, 90, 70), slide.mpp());
      for (int y = 0; y < 70; y++) {
        for (int x = 0; x < 90; x++) {
          int rgb = read.get(x, y, 0) << 16 | read.get(x, y, 1) << 8 | read.get(x, y, 2);
          assertThat(rgb).as("%s, %s", x, y).isEqualTo(TestSlides.rgb(301 + x, 211 + y));
        }
      }
    }
  }

  @Test
  void description_isThatOfTheFile() {
    try (SlideReader slide = open(folder.resolve("slide.tif"), Optional.empty())) {
      assertThat(slide.format()).startsWith("generic-tiff (openslide ");
      assertThat(slide.levels()).hasSize(3);
      assertThat(slide.levels().get(2).downsampleX()).isEqualTo(4);
      assertThat(slide.mpp().x()).isEqualTo(0.5, org.assertj.core.data.Offset.offset(1e-6));
      assertThat(slide.pixelSize().origin()).isIn("tiff.XResolution", "openslide.mpp-x");
    }
  }

  @Test
  void close_whileFourThreadsRead_isRefusedOrWhole() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 10; round++) {
        SlideReader slide = open(folder.resolve("slide.tif"), Optional.empty());
        Region region = new Region(40, 30, 300, 200);
        RgbImage expected = slide.read(region, STATED);
        CountDownLatch reading = new CountDownLatch(4);
        Callable<Integer> read =
            () -> {
              for (int n = 0; ; n++) {
                try {
                  assertThat(slide.read(region, STATED)).isEqualTo(expected);
                } catch (IllegalStateException e) {
                  return n;
                } finally {
                  reading.countDown();
                }
              }
            };
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          readers.add(pool.submit(read));
        }
        reading.await();
        slide.close();
        for (Future<Integer> reader : readers) {
          assertThat(reader.get()).isNotNegative();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void openReadClose_manyTimes_keepsMemoryFlat() throws IOException {
    Path status = Path.of("/proc/self/status");
    Assumptions.assumeTrue(Files.isReadable(status), "this system has no /proc/self/status");
    openReadClose(100);
    long before = residentKb(status);
    openReadClose(200);
    // A leaked handle of this slide keeps 2 MB of decoded tiles, so 200 would keep 400 MB.
    assertThat(residentKb(status) - before).as("growth in kB").isLessThan(100_000);
  }

  private static void openReadClose(int times) {
    for (int i = 0; i < times; i++) {
      try (SlideReader slide = open(folder.resolve("slide.tif"), Optional.empty())) {
        slide.read(new Region(0, 0, TestSlides.WIDTH, TestSlides.HEIGHT), STATED);
      }
    }
  }

  private static long residentKb(Path status) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void name_notAscii_isOpened() throws IOException {
    Path slide;
    try {
      slide = Files.copy(folder.resolve("slide.tif"), folder.resolve("schnitt-\u00e4\u00b5.tif"));
    } catch (java.nio.file.InvalidPathException e) {
      Assumptions.abort("this system's locale has ASCII file names only");
      return;
    }
    try (SlideReader reader = open(slide, Optional.empty())) {
      assertThat(reader.width()).isEqualTo(TestSlides.WIDTH);
    }
  }

  @Test
  void file_thatOpenSlideDoesNotKnow_isLeftToOthers() throws IOException {
    Path tiff = folder.resolve("header-only.tif");
    Files.write(tiff, "II*\0 and nothing that is a directory".getBytes(StandardCharsets.US_ASCII));
    assertThat(new OpenSlideProvider().supports(SlideLocation.of(tiff))).isTrue();
    assertThatThrownBy(() -> open(tiff, Optional.empty()))
        .isInstanceOfSatisfying(
            SlideException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED))
        .hasMessageContaining("header-only.tif");
  }

  @Test
  void slide_jpeg2000WithoutPixelSize_isRefusedUntilOneIsStated() {
    Path slide = OpenSlideHere.sharedSlide("real/TCGA-CR-7395-no-mpp.svs");
    assertThatThrownBy(() -> open(slide, Optional.empty()))
        .isInstanceOfSatisfying(
            SlideException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_PIXEL_SIZE))
        .hasMessageContaining("--mpp-override");
    try (SlideReader reader = open(slide, Optional.of(Mpp.of(0.25)))) {
      RgbImage tissue = reader.read(new Region(1000, 1000, 448, 448), STATED);
      assertThat(tissue.width()).isEqualTo(224);
      assertThat(reader.associatedImages()).contains("thumbnail");
      assertThat(reader.associatedImage("thumbnail").width()).isPositive();
      // Its second level is 2.0005 times smaller, which OpenSlide interpolates, always alike.
      RgbImage large = reader.read(new Region(2600, 1000, 800, 600), STATED);
      RgbImage small = reader.read(new Region(2800, 1200, 100, 80), STATED);
      for (int y = 0; y < small.height(); y++) {
        for (int x = 0; x < small.width(); x++) {
          assertThat(small.get(x, y, 1)).isEqualTo(large.get(x + 100, y + 100, 1));
        }
      }
    }
  }

  @Test
  void slide_ndpi_isOpened() {
    Path slide = OpenSlideHere.sharedSlide("real/hamamatsu-fluorescence-tritc.ndpi");
    try (SlideReader reader = open(slide, Optional.empty())) {
      assertThat(reader.levels()).hasSize(7);
      assertThat(reader.mpp().x()).isEqualTo(0.228175, org.assertj.core.data.Offset.offset(1e-5));
      assertThat(reader.read(new Region(500, 500, 500, 500), STATED).width()).isEqualTo(228);
    }
  }

  @Test
  void slide_withDamagedTiles_staysReadableElsewhere() throws Exception {
    Path damaged = OpenSlideHere.sharedSlide("damaged/bitrot-pixels-200-bits.tif");
    List<Region> tiles = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      tiles.add(new Region(i % 4 * 128L, i / 4 * 128L, 128, 128));
    }
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (SlideReader slide = open(damaged, Optional.of(STATED))) {
      List<Boolean> alone = tiles.stream().map(tile -> isReadable(slide, tile)).toList();
      assertThat(alone.stream().filter(good -> !good)).hasSize(4);
      // By four threads at once, exactly the same regions fail: no thread spoils another's.
      for (int round = 0; round < 5; round++) {
        List<Callable<Boolean>> reads = new ArrayList<>();
        tiles.forEach(tile -> reads.add(() -> isReadable(slide, tile)));
        List<Boolean> together = new ArrayList<>();
        for (Future<Boolean> read : pool.invokeAll(reads)) {
          together.add(read.get());
        }
        assertThat(together).isEqualTo(alone);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean isReadable(SlideReader slide, Region region) {
    try {
      slide.read(region, STATED);
      return true;
    } catch (SlideException e) {
      assertThat(e.reason()).isEqualTo(Reason.UNREADABLE_REGION);
      assertThat(e).hasMessageContaining("bitrot").hasMessageContaining(region.x() + ", ");
      return false;
    }
  }

  @Test
  void files_hostile_neverEndTheProcess() throws IOException {
    Path damaged = OpenSlideHere.sharedSlide("damaged/tiny-1x1.tif").resolveSibling(".");
    for (int round = 0; round < 3; round++) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(damaged)) {
        for (Path file : files) {
          try (SlideReader slide = open(file, Optional.of(STATED))) {
            slide.associatedImages().forEach(slide::associatedImage);
            slide.read(new Region(0, 0, slide.width(), slide.height()), Mpp.of(4));
          } catch (SlideException e) {
            assertThat(e).hasMessageContaining(file.getFileName().toString());
          }
        }
      }
    }
  }
}
