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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract on an image of noise in one format. */
abstract class NoiseImageContract extends SlideReaderContract {
  private final String format;
  private Path file = Path.of("");

  /**
   * @param format name of the format in ImageIO, and suffix of the file
   */
  NoiseImageContract(String format) {
    this.format = format;
  }

  @BeforeEach
  void writeSlide(@TempDir Path folder) throws IOException {
    SplittableRandom random = Seed.of(1).random();
    BufferedImage image = new BufferedImage(131, 113, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    file = folder.resolve("noise." + format);
    if (!ImageIO.write(image, format, file.toFile())) {
      throw new AssertionError("this JDK writes no " + format);
    }
  }

  @Override
  protected SlideReaderProvider provider() {
    return new PlainImageProvider();
  }

  @Override
  protected Path slide() {
    return file;
  }

  @Override
  protected Optional<Mpp> mpp() {
    return Optional.of(new Mpp(0.5, 0.25));
  }
}
