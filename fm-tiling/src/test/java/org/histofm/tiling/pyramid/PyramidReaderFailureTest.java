package org.histofm.tiling.pyramid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.bytes.UnreachableException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a failed read is taken for. */
class PyramidReaderFailureTest {
  private record Failing(IOException failure) implements PixelLevels {
    @Override
    public String format() {
      return "failing";
    }

    @Override
    public List<Level> levels() {
      return List.of(Level.of(100, 100, 100, 100));
    }

    @Override
    public List<PixelSize> recordedPixelSizes() {
      return List.of();
    }

    @Override
    public void read(int level, int x, int y, int width, int height, byte[] rgb)
        throws IOException {
      throw failure;
    }

    @Override
    public List<String> associatedImages() {
      return List.of();
    }

    @Override
    public RgbImage associatedImage(String name) throws IOException {
      throw failure;
    }

    @Override
    public void close() {
      // holds nothing
    }
  }

  static List<Object[]> failures() {
    IOException network = new IOException("the server did not answer");
    return List.of(
        new Object[] {new IOException("a tile is damaged"), Reason.UNREADABLE_REGION},
        new Object[] {new UnreachableException(network), Reason.MISSING});
  }

  @ParameterizedTest
  @MethodSource("failures")
  void read_thatFails_isDamageOnlyWhereBytesWereHad(IOException failure, Reason reason) {
    SlideLocation slide = SlideLocation.of(Path.of("slide.tif"));
    try (SlideReader reader =
        PyramidReader.of(slide, new Failing(failure), Optional.of(Mpp.of(0.5)))) {
      SlideException told =
          catchThrowableOfType(
              SlideException.class, () -> reader.read(new Region(0, 0, 9, 9), Mpp.of(0.5)));
      assertThat(told.reason()).isEqualTo(reason);
      assertThat(told).hasMessageContaining(failure.getMessage());
    }
  }
}
