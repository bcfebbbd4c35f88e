package org.histofm.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideReaderProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class PlainSlideReaderContractTest extends SlideReaderContract {
  private Path folder;

  @BeforeEach
  void write(@TempDir Path fresh) throws IOException {
    folder = fresh;
    FaultySlideReader.write(slide());
  }

  @Override
  protected SlideReaderProvider provider() {
    return new FaultySlideReader.Provider();
  }

  @Override
  protected Path slide() {
    return folder.resolve("slide.plain");
  }

  @Override
  protected Optional<Mpp> mpp() {
    return Optional.of(Mpp.of(0.5));
  }
}
