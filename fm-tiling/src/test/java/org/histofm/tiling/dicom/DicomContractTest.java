package org.histofm.tiling.dicom;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.histofm.Seed;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.testkit.SlideReaderContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class DicomContractTest extends SlideReaderContract {
  @TempDir private static Path folder;

  @BeforeAll
  static void writeSlide() throws IOException {
    noise(131, 113).write(folder.resolve("slide.dcm"));
    DicomWriter half = noise(66, 57);
    half.write(folder.resolve("half.dcm"));
    DicomWriter label = noise(40, 30);
    label.imageType = "ORIGINAL\\PRIMARY\\LABEL\\NONE";
    label.write(folder.resolve("label.dcm"));
  }

  private static DicomWriter noise(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    Seed.of(width).random().nextBytes(rgb);
    return new DicomWriter(width, height).rawFrames(rgb, 7);
  }

  @Override
  protected SlideReaderProvider provider() {
    return new DicomSlideProvider();
  }

  @Override
  protected Path slide() {
    return folder.resolve("slide.dcm");
  }

  @Override
  protected Optional<Mpp> mpp() {
    return Optional.empty();
  }
}
