package org.histofm.tiling.heatmap;

import java.util.Arrays;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideReader;

/** A small picture of a whole slide, to draw on. Confined to one thread. */
final class Thumbnail {
  private static final int STRIP = 64; // rows read at once; a damaged strip stays grey
  private static final byte GREY = (byte) 200;

  private final int width;
  private final int height;
  private final double scaleX;
  private final double scaleY;
  private final byte[] rgb;

  private Thumbnail(int width, int height, double scaleX, double scaleY) {
    this.width = width;
    this.height = height;
    this.scaleX = scaleX;
    this.scaleY = scaleY;
    this.rgb = new byte[width * height * 3];
  }

  /** A thumbnail whose longer side is at most {@code maxSide} pixels; grey where undecodable. */
  static Thumbnail of(SlideReader slide, int maxSide) {
    double scale = Math.max(1, Math.max(slide.width(), slide.height()) / (double) maxSide);
    int width = (int) Math.max(1, Math.min(maxSide, Math.round(slide.width() / scale)));
    int height = (int) Math.max(1, Math.min(maxSide, Math.round(slide.height() / scale)));
    Thumbnail picture =
        new Thumbnail(
            width, height, (double) slide.width() / width, (double) slide.height() / height);
    for (int row = 0; row < height; row += STRIP) {
      picture.read(slide, row, Math.min(STRIP, height - row));
    }
    return picture;
  }

  private void read(SlideReader slide, int row, int rows) {
    long top = Math.round(row * scaleY);
    long bottom = Math.round((row + rows) * scaleY);
    Mpp target = new Mpp(slide.mpp().x() * scaleX, slide.mpp().y() * scaleY);
    try {
      slide
          .read(new Region(0, top, slide.width(), bottom - top), target)
          .copyTo(rgb, row * width * 3);
    } catch (SlideException e) {
      if (e.reason() != SlideException.Reason.UNREADABLE_REGION) {
        throw e;
      }
      Arrays.fill(rgb, row * width * 3, (row + rows) * width * 3, GREY);
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  byte[] rgb() {
    return rgb;
  }

  /** The column that the level-0 place {@code x} is nearest to the left edge of. */
  int column(double x) {
    return (int) Math.round(x / scaleX);
  }

  /** The row that the level-0 place {@code y} is nearest to the upper edge of. */
  int row(double y) {
    return (int) Math.round(y / scaleY);
  }

  /** Colours a pixel; outside the picture nothing happens. */
  void dot(int x, int y, int colour) {
    if (x >= 0 && y >= 0 && x < width && y < height) {
      int i = (y * width + x) * 3;
      rgb[i] = (byte) (colour >> 16);
      rgb[i + 1] = (byte) (colour >> 8);
      rgb[i + 2] = (byte) colour;
    }
  }

  /** A line of one pixel's width between two level-0 places. */
  void line(double fromX, double fromY, double toX, double toY, int colour) {
    int x = Math.min(width - 1, column(fromX));
    int y = Math.min(height - 1, row(fromY));
    int endX = Math.min(width - 1, column(toX));
    int endY = Math.min(height - 1, row(toY));
    int steps = Math.max(Math.abs(endX - x), Math.abs(endY - y));
    for (int i = 0; i <= steps; i++) {
      double share = steps == 0 ? 0 : (double) i / steps;
      dot(
          (int) Math.round(x + share * (endX - x)),
          (int) Math.round(y + share * (endY - y)),
          colour);
    }
  }

  /** The border of a region, one pixel wide. */
  void frame(Region region, int colour) {
    double right = region.x() + region.width();
    double bottom = region.y() + region.height();
    line(region.x(), region.y(), right, region.y(), colour);
    line(region.x(), bottom, right, bottom, colour);
    line(region.x(), region.y(), region.x(), bottom, colour);
    line(right, region.y(), right, bottom, colour);
  }
}
