package org.histofm.tiling.tissue;

import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;

/**
 * Leaves out what is out of focus: the slide is read at {@value #MPP} µm/px in cells of {@value
 * #SIDE} x {@value #SIDE} px (64 µm), and a cell is sharp if the variance of the Laplacian of its
 * grey values (four neighbours against the pixel, as OpenCV's with a kernel of 1) is at least that
 * asked for. Only cells that hold tissue are read. A slide that is coarser than {@value #MPP} µm/px
 * is judged at its own pixel size.
 *
 * @see "Pech-Pacheco et al. 2000, Diatom autofocusing in brightfield microscopy"
 */
final class Sharpness {
  static final double MPP = 2;
  static final int SIDE = 32;

  private final SlideReader slide;
  private final MaskGrid grid;
  private final double least;

  Sharpness(SlideReader slide, MaskGrid grid, double least) {
    this.slide = slide;
    this.grid = grid;
    this.least = least;
  }

  /** Sets to 0 what lies in cells that are not sharp. */
  void keepSharp(Plane mask) {
    double scaleX = Math.max(1, MPP / slide.mpp().x());
    double scaleY = Math.max(1, MPP / slide.mpp().y());
    Mpp target = new Mpp(slide.mpp().x() * scaleX, slide.mpp().y() * scaleY);
    long across = (long) Math.ceil(slide.width() / (scaleX * SIDE));
    long down = (long) Math.ceil(slide.height() / (scaleY * SIDE));
    for (long row = 0; row < down; row++) {
      for (long column = 0; column < across; column++) {
        Region cell = region(column, row, scaleX, scaleY);
        if (holdsTissue(mask, cell) && !sharp(cell, target)) {
          clear(mask, cell);
        }
      }
    }
  }

  private Region region(long column, long row, double scaleX, double scaleY) {
    long left = Math.round(column * SIDE * scaleX);
    long top = Math.round(row * SIDE * scaleY);
    long right = Math.round((column + 1) * SIDE * scaleX);
    long bottom = Math.round((row + 1) * SIDE * scaleY);
    return new Region(left, top, right - left, bottom - top);
  }

  /** The cells of the mask whose centres lie in a region: from and to column, from and to row. */
  private int[] cells(Plane mask, Region region) {
    return new int[] {
      first(region.x(), grid.scaleX(), mask.columns),
      first(region.x() + region.width(), grid.scaleX(), mask.columns),
      first(region.y(), grid.scaleY(), mask.rows),
      first(region.y() + region.height(), grid.scaleY(), mask.rows)
    };
  }

  private static int first(long edge, double scale, int count) {
    return (int) Math.max(0, Math.min(count, Math.ceil(edge / scale - 0.5)));
  }

  private boolean holdsTissue(Plane mask, Region region) {
    int[] part = cells(mask, region);
    for (int row = part[2]; row < part[3]; row++) {
      for (int column = part[0]; column < part[1]; column++) {
        if (mask.get(column, row) == 1) {
          return true;
        }
      }
    }
    return false;
  }

  private void clear(Plane mask, Region region) {
    int[] part = cells(mask, region);
    for (int row = part[2]; row < part[3]; row++) {
      for (int column = part[0]; column < part[1]; column++) {
        mask.set(column, row, 0);
      }
    }
  }

  private boolean sharp(Region cell, Mpp target) {
    try {
      return variance(slide.read(cell, target)) >= least;
    } catch (SlideException e) {
      if (e.reason() != SlideException.Reason.UNREADABLE_REGION) {
        throw e;
      }
      return true; // the tile that needs it will report it
    }
  }

  /** Variance of the Laplacian over all pixels that have four neighbours; 0 if none has. */
  static double variance(RgbImage image) {
    int width = image.width();
    int height = image.height();
    byte[] rgb = image.toBytes();
    int[] grey = new int[width * height];
    for (int i = 0; i < grey.length; i++) {
      grey[i] =
          (299 * (rgb[3 * i] & 0xff)
                  + 587 * (rgb[3 * i + 1] & 0xff)
                  + 114 * (rgb[3 * i + 2] & 0xff)
                  + 500)
              / 1000;
    }
    long count = 0;
    long sum = 0;
    long squares = 0;
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        int i = y * width + x;
        long edge = grey[i - 1] + grey[i + 1] + grey[i - width] + grey[i + width] - 4L * grey[i];
        count++;
        sum += edge;
        squares += edge * edge;
      }
    }
    if (count == 0) {
      return 0;
    }
    double mean = (double) sum / count;
    return (double) squares / count - mean * mean;
  }
}
