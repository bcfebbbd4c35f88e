package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every file of the shared slides; skipped where they are not at hand. */
class SharedSlidesTest {
  private static final Mpp MPP = Mpp.of(0.5);

  private static Path file(String name) {
    Path file = shared().resolve("data/slides").resolve(name);
    Assumptions.assumeTrue(
        Files.exists(file), "needs " + name + " below data/slides of HISTOFM_SHARED or ../shared");
    return file;
  }

  private static Path shared() {
    Map<String, String> environment = System.getenv();
    if (environment.containsKey("HISTOFM_SHARED")) {
      return Path.of(environment.get("HISTOFM_SHARED"));
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("shared"))) {
      folder = folder.getParent();
    }
    return folder == null ? Path.of("shared") : folder.resolve("shared");
  }

  private static SlideReader open(Path file) {
    return new TiffSlideProvider().open(SlideLocation.of(file), Optional.of(MPP));
  }

  private static void readAll(SlideReader slide) {
    for (Level level : slide.levels()) {
      double scale = level.downsampleX();
      if (level.width() * level.height() < 100_000_000) {
        slide.read(
            new Region(0, 0, slide.width(), slide.height()), new Mpp(0.5 * scale, 0.5 * scale));
      }
    }
    for (String name : slide.associatedImages()) {
      slide.associatedImage(name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "real/TCGA-CR-7395-no-mpp.svs, UNSUPPORTED, JPEG 2000",
    "real/hamamatsu-fluorescence-tritc.ndpi, UNSUPPORTED, Hamamatsu",
    "odd/yb10kx5k.zstd.tiff, UNSUPPORTED, Zstandard",
    "odd/zero_gi.tif, DAMAGED, 2 x 0 px",
    "odd/notanimage.txt, NOT_A_SLIDE, no TIFF",
    "damaged/zero-length.svs, DAMAGED, 0 bytes",
    "damaged/truncated-header-7-bytes.tif, DAMAGED, 7 bytes",
    "damaged/truncated-cmu-first-500kB.svs, DAMAGED, ends at byte 500000",
    "damaged/truncated-pyramid-60pct.tif, DAMAGED, ends at byte 69310",
    "damaged/ifd-offset-past-end.tif, DAMAGED, ends at byte 65536",
    "damaged/ifd-loop.tif, DAMAGED, leads back",
    "damaged/claims-2-billion-pixels-square.tif, TOO_LARGE, '2,147,483,632'",
    "damaged/openslide-unopenable.tiff, UNSUPPORTED, 52479",
    "damaged/histolab-broken.svs, NOT_A_SLIDE, no TIFF",
    "damaged/a-png-named.svs, NOT_A_SLIDE, no TIFF",
    "damaged/a-jpeg-named.tif, NOT_A_SLIDE, no TIFF",
    "damaged/text-named.ndpi, NOT_A_SLIDE, no TIFF",
    "damaged/html-error-page.svs, NOT_A_SLIDE, no TIFF",
    "damaged/git-lfs-pointer-normal_001.tif, NOT_A_SLIDE, no TIFF"
  })
  void open_isRefusedWithTheRightReason(String name, Reason reason, String says) {
    Path file = file(name);
    SlideException e =
        Objects.requireNonNull(
            catchThrowableOfType(SlideException.class, () -> open(file).close()));
    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e).hasMessageContaining(says).hasMessageContaining(file.getFileName().toString());
    boolean tiff = reason != Reason.NOT_A_SLIDE && !name.contains("zero-length");
    assertThat(new TiffSlideProvider().supports(SlideLocation.of(file))).isEqualTo(tiff);
  }

  @ParameterizedTest
  @CsvSource({
    "damaged/bitrot-pixels-200-bits.tif",
    "damaged/tile-bytecount-2GB.tif",
    "damaged/openslide-unreadable.svs"
  })
  void read_damagedTile_isUnreadable(String name) {
    try (SlideReader slide = open(file(name))) {
      SlideException e =
          Objects.requireNonNull(catchThrowableOfType(SlideException.class, () -> readAll(slide)));
      assertThat(e.reason()).isEqualTo(Reason.UNREADABLE_REGION);
    }
  }

  @Test
  void read_besideTheTileOf2Gb_works() {
    try (SlideReader slide = open(file("damaged/tile-bytecount-2GB.tif"))) {
      assertThat(slide.read(new Region(128, 0, 384, 512), MPP).width()).isEqualTo(384);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "real/CMU-1-Small-Region.svs, 2220, 2967, 1",
    "real/made-flat-strips-no-tiles.tif, 256, 256, 1",
    "real/made-pyramid-bigtiff-subifds-no-resolution.tif, 384, 384, 3",
    "real/made-pyramid-mpp0.499.tif, 1536, 1536, 4",
    "real/made-pyramid-placeholder-10px-per-cm.tif, 512, 512, 2",
    "real/made-pyramid-small-undamaged.tif, 512, 512, 3",
    "real/openslide-boxes.tiff, 300, 250, 4",
    "real/openslide-small.svs, 16, 16, 1",
    "real/pathml-levels-deflate.tiff, 300, 250, 4",
    "odd/grey10kx5k.tif, 10000, 5000, 1",
    "odd/small_la.tiff, 2, 1, 1",
    "odd/test_orient1.tif, 120, 180, 3",
    "odd/test_orient3.tif, 120, 180, 3",
    "odd/test_orient6.tif, 180, 120, 3",
    "odd/test_orient8.tif, 180, 120, 3",
    "damaged/tiny-1x1.tif, 1, 1, 1",
    "damaged/tiny-16x16.tif, 16, 16, 1"
  })
  void open_sound_readsWhole(String name, long width, long height, int levels) {
    try (SlideReader slide = open(file(name))) {
      assertThat(List.of(slide.width(), slide.height())).containsExactly(width, height);
      assertThat(slide.levels()).hasSize(levels);
      readAll(slide);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "real/made-pyramid-placeholder-10px-per-cm.tif, 1000",
    "real/made-pyramid-bigtiff-subifds-no-resolution.tif, records no pixel size"
  })
  void open_withoutBelievablePixelSize_isRefused(String name, String says) {
    Path file = file(name);
    SlideException e =
        Objects.requireNonNull(
            catchThrowableOfType(
                SlideException.class,
                () ->
                    new TiffSlideProvider()
                        .open(SlideLocation.of(file), Optional.empty())
                        .close()));
    assertThat(e.reason()).isEqualTo(Reason.NO_PIXEL_SIZE);
    assertThat(e).hasMessageContaining(says).hasMessageContaining("--mpp-override");
  }

  @Test
  void supports_dicomThatBeginsLikeATiff_isFalse() {
    assertThat(
            new TiffSlideProvider()
                .supports(SlideLocation.of(file("dicom/highdicom-ct_image.dcm"))))
        .isFalse();
  }
}
