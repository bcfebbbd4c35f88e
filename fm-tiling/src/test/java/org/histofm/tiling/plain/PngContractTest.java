package org.histofm.tiling.plain;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.histofm.Seed;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.testkit.SlideReaderContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class PngContractTest extends SlideReaderContract {
  @TempDir private static Path folder;

  @BeforeAll
  static void writeSlide() throws IOException {
    SplittableRandom random = Seed.of(1).random();
    BufferedImage image = new BufferedImage(131, 113, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    if (!ImageIO.write(image, "png", folder.resolve("noise.png").toFile())) {
      throw new AssertionError("this JDK writes no PNG");
    }
  }

  @Override
  protected SlideReaderProvider provider() {
    return new PlainImageProvider();
  }

  @Override
  protected Path slide() {
    return folder.resolve("noise.png");
  }

  @Override
  protected Optional<Mpp> mpp() {
    return Optional.of(new Mpp(0.5, 0.25));
  }
}
