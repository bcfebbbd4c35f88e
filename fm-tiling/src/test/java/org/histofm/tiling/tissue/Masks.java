package org.histofm.tiling.tissue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.pyramid.PixelLevels;
import org.histofm.tiling.pyramid.PyramidReader;

/** Slides of computed pixels and random masks. */
public final class Masks {
  private Masks() {}

  /** Colour of a level-0 pixel, as {@code 0xRRGGBB}; throws where the slide is damaged. */
  public interface Painter {
    int rgb(long x, long y) throws java.io.IOException;
  }

  /** A slide of one level. */
  public static SlideReader slide(long width, long height, double mpp, Painter painter) {
    PixelLevels pixels =
        new PixelLevels() {
          @Override
          public String format() {
            return "computed";
          }

          @Override
          public List<Level> levels() {
            return List.of(new Level(width, height, 1, 1));
          }

          @Override
          public List<PixelSize> recordedPixelSizes() {
            return List.of();
          }

          @Override
          public void read(int level, int x, int y, int w, int h, byte[] rgb)
              throws java.io.IOException {
            for (int row = 0, i = 0; row < h; row++) {
              for (int column = 0; column < w; column++, i += 3) {
                int colour = painter.rgb(x + column, y + row);
                rgb[i] = (byte) (colour >> 16);
                rgb[i + 1] = (byte) (colour >> 8);
                rgb[i + 2] = (byte) colour;
              }
            }
          }

          @Override
          public List<String> associatedImages() {
            return List.of();
          }

          @Override
          public RgbImage associatedImage(String name) {
            throw new AssertionError(name);
          }

          @Override
          public void close() {}
        };
    return PyramidReader.of(
        SlideLocation.of(java.nio.file.Path.of("computed")), pixels, Optional.of(Mpp.of(mpp)));
  }

  static Plane random(long seed, int columns, int rows, double share) {
    SplittableRandom random = new SplittableRandom(seed);
    Plane mask = new Plane(columns, rows);
    for (int i = 0; i < mask.cells.length; i++) {
      mask.cells[i] = random.nextDouble() < share ? (byte) 1 : 0;
    }
    return mask;
  }
}
