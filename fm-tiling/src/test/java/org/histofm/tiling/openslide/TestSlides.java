package org.histofm.tiling.openslide;

import java.io.IOException;
import java.nio.file.Path;
import org.histofm.slide.Mpp;
import org.histofm.testkit.SlideWriter;

final class TestSlides {
  static final int WIDTH = 800;
  static final int HEIGHT = 608;
  static final Mpp MPP = Mpp.of(0.5);

  private TestSlides() {}

  /** A tiled slide of three levels, with 0.5 µm/px in its resolution. */
  static void pyramid(Path file) throws IOException {
    SlideWriter.of(WIDTH, HEIGHT)
        .withTilePx(64)
        .withLevels(1, 2, 4)
        .withCompression(SlideWriter.Compression.LZW)
        .withMpp(MPP, SlideWriter.Recorded.RESOLUTION)
        .write(file, TestSlides::rgb);
  }

  /** A colour that differs from those around it. */
  static int rgb(long x, long y) {
    return (int) (x * 7919 + y * 104_729 + x * y * 31) & 0xffffff;
  }
}
