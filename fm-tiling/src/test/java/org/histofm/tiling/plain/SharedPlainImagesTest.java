package org.histofm.tiling.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Awkward files against Pillow 12.3.0: SHA-256 of all pixels, no tolerance. What Pillow leaves to
 * its user was done as the reader states it: 16 bits shifted right by 8, alpha over white.
 */
class SharedPlainImagesTest {
  private static final Mpp MPP = Mpp.of(0.5);

  private final PlainImageProvider provider = new PlainImageProvider();

  @ParameterizedTest
  @CsvSource({
    "odd/openslide-boxes-icc.png,300,250,"
        + "992e67f877e0c98d62d74820b6d02dd5603b0a95a01dad9ce035a30512ad4f09",
    "odd/test_LA_8.png,64,64,e7644fe3f111f9eac705815e27e46beb547fae004c47a8d7d32ec4004873f74d",
    "odd/test_L_16.png,64,64,e90ee91cf61ce745d4576b8c19a15ad7140452b3d4a66670de21334ee4ec0af3",
    "odd/test_RGBA_16.png,64,64,52dc966fce4d960bc4e9fdd8d615fda195526ef158ef9ecff4d8a3d0bbc8a80e",
    "odd/test_RGB_16.png,64,64,52dc966fce4d960bc4e9fdd8d615fda195526ef158ef9ecff4d8a3d0bbc8a80e",
    "odd/yb10kx5k.png,10000,5000,"
        + "c9e94579bc92b7395421c9dc10509f6736f36d82d8430d5deed82384c461eeab",
    "odd/yb10kx5ktrans.png,10000,5000,"
        + "f525d3c29cedb63daeea1ff8600a8bcf00c291072446e5b484fd712842c1c3cf",
    "damaged/a-png-named.svs,128,128,"
        + "1932be6bba42b6f99ac649c7aca9d054a76e7848c4f918de9f85f21e48e73f0e",
    "damaged/a-jpeg-named.tif,128,128,"
        + "538f95739b1fab9740df19f815b6127c38ee52030c6bdc67851624bc1a872cf1"
  })
  void file_isReadAsPillowDoes(String name, long width, long height, String sha256) {
    SlideLocation slide = SlideLocation.of(SharedSlides.file(name));
    assertThat(provider.supports(slide)).isTrue();
    try (SlideReader reader = provider.open(slide, Optional.of(MPP))) {
      assertThat(reader.width()).isEqualTo(width);
      assertThat(reader.height()).isEqualTo(height);
      assertThat(SharedSlides.sha256(reader)).isEqualTo(sha256);
    }
    assertThat(reasonWithoutMpp(slide)).isEqualTo(SlideException.Reason.NO_PIXEL_SIZE);
  }

  private SlideException.Reason reasonWithoutMpp(SlideLocation slide) {
    return catchThrowableOfType(
            SlideException.class, () -> provider.open(slide, Optional.empty()).close())
        .reason();
  }

  @Test
  void file_thatIsNoImage_isNotTaken() {
    Path text = SharedSlides.file("odd/notanimage.txt");
    SlideLocation slide = SlideLocation.of(text);
    assertThat(provider.supports(slide)).isFalse();
    assertThat(
            catchThrowableOfType(
                    SlideException.class, () -> provider.open(slide, Optional.of(MPP)).close())
                .reason())
        .isEqualTo(SlideException.Reason.NOT_A_SLIDE);
  }

  @Test
  void smallRead_ofAHugePicture_staysInItsBound() {
    SlideLocation slide = SlideLocation.of(SharedSlides.file("odd/yb10kx5k.png"));
    try (SlideReader reader = provider.open(slide, Optional.of(MPP))) {
      long before = allocated();
      reader.read(new Region(5000, 4700, 224, 224), MPP);
      assertThat(allocated() - before)
          .as("bytes allocated by one read, of which the picture would take 150 million")
          .isLessThan(100L << 20);
      before = allocated();
      reader.read(new Region(0, 4700, 224, 224), MPP);
      assertThat(allocated() - before).as("by a second read of the same rows").isLessThan(8 << 20);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
