package org.histofm.backbones.embedding;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.tile.RgbImage;

/** Samples of distinct noise tiles. */
final class Tiles {
  private Tiles() {}

  static RgbImage image(int number) {
    byte[] rgb = new byte[3 * 6 * 7];
    new SplittableRandom(number).nextBytes(rgb);
    return RgbImage.of(6, 7, rgb);
  }

  static Sample inMemory(int number) {
    return sample("tile-" + number, new Source.InMemory(image(number)));
  }

  static List<Sample> inMemory(int from, int to) {
    return IntStream.range(from, to).mapToObj(Tiles::inMemory).toList();
  }

  static Sample file(Path path) {
    return sample(String.valueOf(path.getFileName()), new Source.ImageFile(path));
  }

  /** Writes tile {@code number} as an uncompressed file, so that all have one length. */
  static Path write(Path path, int number) throws IOException {
    RgbImage tile = image(number);
    BufferedImage image =
        new BufferedImage(tile.width(), tile.height(), BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < tile.height(); y++) {
      for (int x = 0; x < tile.width(); x++) {
        image.setRGB(x, y, tile.get(x, y, 0) << 16 | tile.get(x, y, 1) << 8 | tile.get(x, y, 2));
      }
    }
    ImageIO.write(image, "bmp", path.toFile());
    return path;
  }

  private static Sample sample(String id, Source source) {
    return Sample.of(id, "slide-1", source, new Target.ClassLabel("normal"));
  }
}
