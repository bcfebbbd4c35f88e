package org.histofm.tiling.openslide;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.testkit.SlideReaderContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class OpenSlideContractTest extends SlideReaderContract {
  @TempDir private static Path folder;

  @BeforeAll
  static void writeSlide() throws IOException {
    OpenSlideHere.assumeInstalled();
    TestSlides.pyramid(folder.resolve("slide.tif"));
  }

  @Override
  protected SlideReaderProvider provider() {
    return new OpenSlideProvider();
  }

  @Override
  protected Path slide() {
    return folder.resolve("slide.tif");
  }

  @Override
  protected Optional<Mpp> mpp() {
    return Optional.empty();
  }
}
