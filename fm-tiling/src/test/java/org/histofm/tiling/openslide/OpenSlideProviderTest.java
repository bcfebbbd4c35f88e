package org.histofm.tiling.openslide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.histofm.EnvironmentException;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no library. */
class OpenSlideProviderTest {
  @TempDir private Path folder;

  private SlideLocation file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, content, StandardCharsets.ISO_8859_1);
    return SlideLocation.of(file);
  }

  private static boolean supports(SlideLocation slide) {
    return new OpenSlideProvider().supports(slide);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"II*\0", "MM\0*", "II+\0", "[Virtual Microscope Specimen]\n", "SQLite format 3\0"})
  void supports_firstBytesOfASlide_isTrue(String start) throws IOException {
    assertThat(supports(file("slide.xyz", start))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.svs", "a.ndpi", "a.mrxs", "a.scn", "a.dcm"})
  void supports_textUnderASlidesName_isFalse(String name) throws IOException {
    assertThat(supports(file(name, "no slide".repeat(40)))).isFalse();
    assertThat(supports(file(name, ""))).isFalse();
  }

  @Test
  void supports_miraxWithItsFolder_isTrue() throws IOException {
    Files.createDirectory(folder.resolve("case"));
    Files.writeString(folder.resolve("case").resolve("Slidedat.ini"), "[GENERAL]");
    assertThat(supports(file("case.mrxs", "\u00ff\u00d8"))).isTrue();
  }

  @Test
  void supports_farAwayOrNoFile_isFalse() {
    assertThat(supports(SlideLocation.of(URI.create("https://example.org/a.svs")))).isFalse();
    assertThat(supports(SlideLocation.of(folder))).isFalse();
    assertThat(supports(SlideLocation.of(folder.resolve("absent.svs")))).isFalse();
  }

  @Test
  void library_absent_namesThePackage() {
    assertThatThrownBy(() -> OpenSlideLibrary.find(List.of("libno-such.so.1", "no-such")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("libno-such.so.1, no-such")
        .hasMessageContaining("libopenslide0");
  }

  @Test
  void version_orders() {
    assertThat(OpenSlideLibrary.number("3.4.1")).isLessThan(OpenSlideLibrary.number("4.0.0"));
    assertThat(OpenSlideLibrary.number("3.10")).isGreaterThan(OpenSlideLibrary.number("3.9.9"));
    assertThat(OpenSlideLibrary.number("unknown")).isZero();
    assertThat(OpenSlideLibrary.readsDicom("3.4.1")).isFalse();
    assertThat(OpenSlideLibrary.readsDicom("4.0.1-rc1")).isTrue();
  }

  @Test
  void pixels_transparent_lieOverWhite() {
    byte[] rgb = new byte[9];
    OverWhite.copy(new int[] {0, 0xff102030, 0x80402010}, 0, 3, rgb, 0);
    assertThat(rgb)
        .containsExactly(255, 255, 255, 0x10, 0x20, 0x30, 0x40 + 127, 0x20 + 127, 0x10 + 127);
  }

  private static byte[] tiff(boolean little, boolean big, int orientation) {
    ByteBuffer out = ByteBuffer.allocate(96);
    out.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    out.put((byte) (little ? 'I' : 'M')).put((byte) (little ? 'I' : 'M'));
    if (big) {
      out.putShort((short) 43).putShort((short) 8).putShort((short) 0).putLong(24);
      out.position(24).putLong(1).putShort((short) 274).putShort((short) 3).putLong(1);
    } else {
      out.putShort((short) 42).putInt(24);
      out.position(24).putShort((short) 1).putShort((short) 274).putShort((short) 3).putInt(1);
    }
    return out.putShort((short) orientation).array();
  }

  @Test
  void tiff_storedTurned_isLeftToOthers() throws IOException {
    Path file = folder.resolve("turned.tif");
    for (boolean little : new boolean[] {true, false}) {
      for (boolean big : new boolean[] {true, false}) {
        Files.write(file, tiff(little, big, 6));
        assertThat(TiffOrientation.of(file)).isEqualTo(6);
        assertThatThrownBy(
                () -> new OpenSlideProvider().open(SlideLocation.of(file), Optional.empty()))
            .isInstanceOfSatisfying(
                SlideException.class,
                e -> assertThat(e.reason()).isEqualTo(SlideException.Reason.UNSUPPORTED))
            .hasMessageContaining("turned.tif")
            .hasMessageContaining("orientation 6");
        Files.write(file, tiff(little, big, 1));
        assertThat(TiffOrientation.of(file)).isEqualTo(1);
      }
    }
    Files.write(file, Arrays.copyOf(tiff(true, false, 6), 30));
    assertThat(TiffOrientation.of(file)).as("cut off").isEqualTo(1);
  }
}
