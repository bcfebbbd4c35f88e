package org.histofm.tiling.heatmap;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.histofm.EnvironmentException;

/** Writes RGB pixels as a PNG file, whole or not at all. */
final class Png {
  private Png() {}

  static void write(Path file, int width, int height, byte[] rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i += 3) {
        row[x] = (rgb[i] & 0xff) << 16 | (rgb[i + 1] & 0xff) << 8 | rgb[i + 2] & 0xff;
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    Path whole = file.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(part);
          MemoryCacheImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
        if (!ImageIO.write(image, "png", png)) {
          throw new AssertionError("every Java platform writes PNG");
        }
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EnvironmentException(
          "picture " + file + " cannot be written: " + e + ".",
          "Check that the folder exists, may be written and has room.",
          e);
    }
  }
}
