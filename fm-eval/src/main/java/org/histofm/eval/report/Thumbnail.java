package org.histofm.eval.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.histofm.tile.RgbImage;

/** Small pictures that live inside the page. */
final class Thumbnail {
  private static final int SIDE_PX = 112;

  private Thumbnail() {}

  /** A PNG of at most about {@value #SIDE_PX} px a side as a data address. */
  static String of(RgbImage image) {
    int shrink = Math.max(1, (Math.max(image.width(), image.height()) + SIDE_PX - 1) / SIDE_PX);
    int width = Math.max(1, image.width() / shrink);
    int height = Math.max(1, image.height() / shrink);
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = rgb << 8 | mean(image, x * shrink, y * shrink, shrink, channel);
        }
        small.setRGB(x, y, rgb);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
      ImageIO.write(small, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }

  /** Mean over a square; it may reach over the edge of an image narrower than the square. */
  private static int mean(RgbImage image, int left, int top, int side, int channel) {
    int sum = 0;
    int count = 0;
    for (int y = top; y < Math.min(image.height(), top + side); y++) {
      for (int x = left; x < Math.min(image.width(), left + side); x++) {
        sum += image.get(x, y, channel);
        count++;
      }
    }
    return (sum + count / 2) / count;
  }
}
