package org.histofm.tiling.heatmap;

import java.nio.file.Path;
import java.util.List;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.Tile;
import org.histofm.tiling.shape.Point;
import org.histofm.tiling.shape.Polygon;
import org.histofm.tiling.tissue.TissueMask;

/**
 * A picture of a slide with the outline of its tissue (green) and its tiles (blue), as a PNG file
 * of at most {@value #MAX_SIDE} px a side.
 */
public final class TileOverview {
  private static final int MAX_SIDE = 1500;
  private static final int TISSUE = 0x00a03c;
  private static final int TILE = 0x2050d0;

  private TileOverview() {}

  /**
   * Writes the picture, whole or not at all; parts of the slide that cannot be decoded are grey.
   *
   * @throws org.histofm.EnvironmentException if the file cannot be written
   */
  public static void write(Path png, SlideReader slide, TissueMask tissue, List<Tile> tiles) {
    Thumbnail picture = Thumbnail.of(slide, MAX_SIDE);
    for (Tile tile : tiles) {
      picture.frame(tile.region(), TILE);
    }
    for (Polygon polygon : tissue.polygons()) {
      for (List<Point> ring : polygon.rings()) {
        Point a = ring.get(ring.size() - 1);
        for (Point b : ring) {
          picture.line(a.x(), a.y(), b.x(), b.y(), TISSUE);
          a = b;
        }
      }
    }
    Png.write(png, picture.width(), picture.height(), picture.rgb());
  }
}
