package org.histofm.tiling.openslide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.histofm.EnvironmentException;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The methods of OpenSlide Java that are called, on a stand-in that is compiled here. */
class OpenSlideJavaTest {
  /** A slide of 64 x 48 px and half of that, whose pixels tell where they lie; errors stick. */
  private static final String STAND_IN =
      """
      package org.openslide;

      public final class OpenSlide {
        private boolean failed;

        public OpenSlide(java.io.File file) throws java.io.IOException {
          if (file.getName().startsWith("other")) {
            throw new java.io.IOException(file + ": Not a file that OpenSlide can recognize");
          }
        }

        public static String getLibraryVersion() { return "VERSION"; }

        public int getLevelCount() { return 2; }

        public long getLevelWidth(int level) { return 64 >> level; }

        public long getLevelHeight(int level) { return 48 >> level; }

        public double getLevelDownsample(int level) { return 1 << level; }

        public java.util.Map<String, String> getProperties() {
          return java.util.Map.of(
              "openslide.vendor", "stand-in", "openslide.mpp-x", "0.25", "openslide.mpp-y", "0.25");
        }

        public java.util.Map<String, AssociatedImage> getAssociatedImages() {
          return java.util.Map.of("label", new AssociatedImage());
        }

        public void paintRegionARGB(int[] argb, long x, long y, int level, int w, int h)
            throws java.io.IOException {
          failed |= x == 60;
          if (failed) {
            throw new java.io.IOException("broken tile");
          }
          for (int i = 0; i < w * h; i++) {
            argb[i] = 0xff << 24 | level << 16 | (int) (x / (1 << level) + i % w) << 8
                | (int) (y / (1 << level) + i / w);
          }
        }

        public void CLOSE() { System.setProperty("stand-in.closed", "yes"); }
      }
      """;

  private static final String IMAGE =
      """
      package org.openslide;

      import java.awt.image.BufferedImage;

      public final class AssociatedImage {
        public BufferedImage toBufferedImage() {
          BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB_PRE);
          image.setRGB(1, 0, 0xff102030);
          return image;
        }
      }
      """;

  @TempDir private static Path folder;
  private static SlideLocation slide = SlideLocation.of(Path.of("none"));

  @BeforeAll
  static void writeFile() throws IOException {
    Path file = folder.resolve("slide.svs");
    Files.write(file, "II*\0".getBytes(StandardCharsets.US_ASCII));
    Files.copy(file, folder.resolve("other.tif"));
    slide = SlideLocation.of(file);
  }

  private static OpenSlideJavaProvider provider(String version, String close) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Assumptions.assumeTrue(compiler != null, "this Java is a runtime without a compiler");
    Path classes = Files.createTempDirectory(folder, "classes");
    Path code = Files.createDirectories(classes.resolve("org/openslide"));
    Path slideCode = code.resolve("OpenSlide.java");
    Path imageCode = code.resolve("AssociatedImage.java");
    Files.writeString(slideCode, STAND_IN.replace("VERSION", version).replace("CLOSE", close));
    Files.writeString(imageCode, IMAGE);
    assertThat(compiler.run(null, null, null, "" + slideCode, "" + imageCode)).isZero();
    File place = classes.toFile();
    return new OpenSlideJavaProvider(
        new URLClassLoader(
            new URL[] {place.toURI().toURL()}, OpenSlideJavaTest.class.getClassLoader()));
  }

  @Test
  void read_ofEitherVersion_isThatOfOpenSlideJava() throws IOException {
    for (String close : new String[] {"close", "dispose"}) {
      System.clearProperty("stand-in.closed");
      OpenSlideJavaProvider provider = provider("4.0.0", close);
      assertThat(provider.supports(slide)).isTrue();
      try (SlideReader reader = provider.open(slide, Optional.empty())) {
        assertThat(reader.format()).isEqualTo("stand-in (openslide-java 4.0.0)");
        RgbImage half = reader.read(new Region(20, 10, 8, 8), Mpp.of(0.5));
        assertThat(half.get(3, 2, 0)).isEqualTo(1);
        assertThat(half.get(3, 2, 1)).isEqualTo(13);
        assertThat(half.get(3, 2, 2)).isEqualTo(7);
        RgbImage label = reader.associatedImage("label");
        assertThat(label.toBytes()).containsExactly(255, 255, 255, 0x10, 0x20, 0x30);
      }
      assertThat(System.clearProperty("stand-in.closed")).isEqualTo("yes");
    }
  }

  @Test
  void read_afterOneThatFailed_worksOnAFreshHandle() throws IOException {
    try (SlideReader reader = provider("3.4.1", "close").open(slide, Optional.empty())) {
      assertThatThrownBy(() -> reader.read(new Region(60, 0, 4, 4), Mpp.of(0.25)))
          .isInstanceOf(SlideException.class)
          .hasMessageContaining("broken tile");
      assertThat(reader.read(new Region(50, 0, 4, 4), Mpp.of(0.25)).get(0, 0, 1)).isEqualTo(50);
    }
  }

  @Test
  void file_thatItDoesNotKnow_isLeftToOthers() throws IOException {
    OpenSlideJavaProvider provider = provider("3.4.1", "close");
    assertThatThrownBy(
            () -> provider.open(SlideLocation.of(folder.resolve("other.tif")), Optional.empty()))
        .isInstanceOfSatisfying(
            SlideException.class,
            e -> assertThat(e.reason()).isEqualTo(SlideException.Reason.UNSUPPORTED));
  }

  @Test
  void dicom_isSupportedFromVersion4On() throws IOException {
    byte[] start = new byte[200];
    System.arraycopy("DICM".getBytes(StandardCharsets.US_ASCII), 0, start, 128, 4);
    Path file = Files.write(folder.resolve("slide.dcm"), start);
    assertThat(provider("3.4.1", "close").supports(SlideLocation.of(file))).isFalse();
    assertThat(provider("4.0.0", "close").supports(SlideLocation.of(file))).isTrue();
  }

  @Test
  void withoutTheJar_noSlideIsSupported() {
    OpenSlideJavaProvider provider = new OpenSlideJavaProvider();
    assertThat(provider.ids()).containsExactly("openslide-java");
    assertThat(provider.supports(slide)).isFalse();
    assertThatThrownBy(() -> provider.open(slide, Optional.empty()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("HISTOFM_PLUGINS");
  }
}
