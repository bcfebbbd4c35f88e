package org.histofm.tiling.tissue;

import java.util.Arrays;
import java.util.List;
import org.histofm.tiling.shape.Point;
import org.histofm.tiling.shape.Polygon;

/** Marks the cells whose centres lie in polygons. */
final class Raster {
  private Raster() {}

  /** Sets to 1 what lies in any of the polygons; rows of cells are scanned by the even-odd rule. */
  static Plane of(List<Polygon> polygons, int columns, int rows, double scaleX, double scaleY) {
    Plane mask = new Plane(columns, rows);
    for (Polygon polygon : polygons) {
      double[][] crossings = new double[rows][];
      int[] counts = new int[rows];
      for (List<Point> ring : polygon.rings()) {
        Point a = ring.get(ring.size() - 1);
        for (Point b : ring) {
          edge(a, b, scaleY, crossings, counts);
          a = b;
        }
      }
      for (int row = 0; row < rows; row++) {
        if (counts[row] > 0) {
          fill(mask, row, crossings[row], counts[row], scaleX);
        }
      }
    }
    return mask;
  }

  private static void edge(Point a, Point b, double scaleY, double[][] crossings, int[] counts) {
    Point low = a.y() < b.y() ? a : b;
    Point high = a.y() < b.y() ? b : a;
    int last = counts.length - 1;
    int from = (int) Math.max(0, Math.floor(low.y() / scaleY - 0.5));
    int to = (int) Math.min(last, Math.ceil(high.y() / scaleY - 0.5));
    for (int row = from; row <= to; row++) {
      double y = (row + 0.5) * scaleY;
      if (low.y() > y != high.y() > y) {
        double[] known = crossings[row];
        if (known == null) {
          known = new double[4];
        } else if (counts[row] == known.length) {
          known = Arrays.copyOf(known, known.length * 2);
        }
        known[counts[row]++] =
            low.x() + (y - low.y()) * (high.x() - low.x()) / (high.y() - low.y());
        crossings[row] = known;
      }
    }
  }

  private static void fill(Plane mask, int row, double[] crossings, int count, double scaleX) {
    Arrays.sort(crossings, 0, count);
    for (int i = 0; i + 1 < count; i += 2) {
      int from = firstFrom(crossings[i], mask.columns, scaleX);
      int to = firstFrom(crossings[i + 1], mask.columns, scaleX);
      for (int column = from; column < to; column++) {
        mask.set(column, row, 1);
      }
    }
  }

  /** The first column whose centre lies at {@code x} or right of it. */
  private static int firstFrom(double x, int columns, double scaleX) {
    int column = (int) Math.max(0, Math.min(columns, Math.floor(x / scaleX - 0.5)));
    while (column < columns && (column + 0.5) * scaleX < x) {
      column++;
    }
    return column;
  }
}
