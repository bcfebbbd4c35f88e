package org.histofm.tiling.online;

import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;

/**
 * Reads a tile of an exact number of target pixels, wherever its centre lies. Where target pixels
 * are finer than the slide's, no region of whole level-0 pixels need give that number, so a larger
 * one is read and cut.
 *
 * @param region what is read
 * @param cutX columns left of the tile in what is read
 * @param cutY rows above the tile in what is read
 */
record TileRead(Region region, int cutX, int cutY) {
  /**
   * @param x the tile's centre, in level-0 pixels
   * @param y the tile's centre, in level-0 pixels
   * @param sizePx side in target pixels
   */
  static TileRead around(double x, double y, int sizePx, Mpp mpp, Mpp target) {
    Axis across = Axis.around(x, sizePx, target.x() / mpp.x());
    Axis down = Axis.around(y, sizePx, target.y() / mpp.y());
    return new TileRead(
        new Region(across.from, down.from, across.to - across.from, down.to - down.from),
        across.cut,
        down.cut);
  }

  private record Axis(long from, long to, int cut) {
    /** As {@link SlideReader#read} has it, column i of a read from x is column round(x / s) + i. */
    static Axis around(double centre, int sizePx, double scale) {
      long first = Math.round(centre / scale - sizePx / 2.0);
      long from = Math.round(first * scale);
      while (Math.round(from / scale) > first) {
        from--;
      }
      long to = Math.max(from + 1, Math.round((first + sizePx) * scale));
      while (Math.round(to / scale) < first + sizePx) {
        to++;
      }
      return new Axis(from, to, (int) (first - Math.round(from / scale)));
    }
  }

  /**
   * The tile.
   *
   * @throws org.histofm.slide.SlideException if it cannot be decoded
   */
  RgbImage read(SlideReader reader, int sizePx, Mpp target) {
    RgbImage image = reader.read(region, target);
    if (image.width() == sizePx && image.height() == sizePx) {
      return image;
    }
    if (image.width() < cutX + sizePx || image.height() < cutY + sizePx) {
      throw new IllegalStateException(
          reader.format() + " gave " + image + " for " + region + ", which is too small");
    }
    byte[] whole = image.toBytes();
    byte[] cut = new byte[3 * sizePx * sizePx];
    for (int row = 0; row < sizePx; row++) {
      int from = 3 * ((cutY + row) * image.width() + cutX);
      System.arraycopy(whole, from, cut, 3 * row * sizePx, 3 * sizePx);
    }
    return RgbImage.of(sizePx, sizePx, cut);
  }
}
