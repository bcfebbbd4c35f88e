package org.histofm.tiling.tiff;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.testkit.SlideReaderContract;
import org.histofm.testkit.SlideWriter;
import org.histofm.testkit.SlideWriter.Compression;
import org.histofm.testkit.SlideWriter.Recorded;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class TiffSlideContractTest extends SlideReaderContract {
  @TempDir private static Path folder;

  @BeforeAll
  static void writeSlide() throws IOException {
    SlideWriter.of(261, 197)
        .withTilePx(64)
        .withLevels(1, 2, 4)
        .withCompression(Compression.JPEG)
        .withMpp(Mpp.of(0.499), Recorded.APERIO)
        .write(folder.resolve("slide.svs"), (x, y) -> (int) (x << 16 & 0xff0000 | y << 8 & 0xff00));
  }

  @Override
  protected SlideReaderProvider provider() {
    return new TiffSlideProvider();
  }

  @Override
  protected Path slide() {
    return folder.resolve("slide.svs");
  }

  @Override
  protected Optional<Mpp> mpp() {
    return Optional.empty();
  }
}
