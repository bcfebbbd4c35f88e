package org.histofm.tiling.tissue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.histofm.tiling.shape.Point;
import org.histofm.tiling.shape.Polygon;

/**
 * Traces the borders of tissue exactly along the edges of cells, with tissue to the right.
 *
 * <p>Where two cells meet at a corner only, the line turns right, which keeps them apart: polygons
 * are 4-connected. Where a line would then touch itself, it is cut into two at that corner, so
 * every ring is simple, as QuPath wants it. A ring around tissue turns clockwise (y points down), a
 * ring around a hole the other way.
 */
final class Outlines {
  private static final int[] DX = {1, 0, -1, 0}; // east, south, west, north
  private static final int[] DY = {0, 1, 0, -1};

  private final Plane mask;
  private final double scaleX;
  private final double scaleY;
  private final Areas areas;
  private final BitSet tops; // cells whose top edge is in a ring already
  private final Map<Integer, List<List<Point>>> rings = new TreeMap<>(); // by area, outer first

  private Outlines(Plane mask, double scaleX, double scaleY) {
    this.mask = mask;
    this.scaleX = scaleX;
    this.scaleY = scaleY;
    this.areas = Areas.of(mask, 1, false);
    this.tops = new BitSet(mask.cells.length);
  }

  /** The polygons of a plane of 0 and 1 whose cells are {@code scaleX} x {@code scaleY} large. */
  static List<Polygon> of(Plane mask, double scaleX, double scaleY) {
    Outlines outlines = new Outlines(mask, scaleX, scaleY);
    for (int row = 0; row < mask.rows; row++) {
      for (int column = 0; column < mask.columns; column++) {
        int cell = row * mask.columns + column;
        if (outlines.tissue(column, row)
            && !outlines.tissue(column, row - 1)
            && !outlines.tops.get(cell)) {
          outlines.trace(column, row);
        }
      }
    }
    return outlines.rings.values().stream()
        .map(all -> Polygon.of(all.get(0), all.subList(1, all.size())))
        .toList();
  }

  private boolean tissue(int column, int row) {
    return column >= 0
        && row >= 0
        && column < mask.columns
        && row < mask.rows
        && mask.get(column, row) == 1;
  }

  /** Follows the border from the top left corner of a cell. */
  private void trace(int startX, int startY) {
    int area = areas.label(startY * mask.columns + startX);
    List<int[]> path = new ArrayList<>();
    Map<Long, Integer> corners = new HashMap<>(); // only looked up: where a ring may touch itself
    path.add(new int[] {startX, startY});
    corners.put(key(startX, startY), 0);
    int x = startX;
    int y = startY;
    int heading = 0;
    while (true) {
      if (heading == 0) {
        tops.set(y * mask.columns + x);
      }
      x += DX[heading];
      y += DY[heading];
      boolean right = ahead(x, y, heading, 1);
      boolean left = ahead(x, y, heading, -1);
      int next = right ? (left ? heading + 3 & 3 : heading) : heading + 1 & 3;
      if (x == startX && y == startY && next == 0) {
        break;
      }
      if (next != heading) {
        boolean touching = !right && left;
        Integer before = corners.get(key(x, y));
        if (before != null && before < path.size() && at(path.get(before), x, y)) {
          emit(area, path.subList(before, path.size()));
          path.subList(before + 1, path.size()).clear();
        } else {
          if (touching) {
            corners.put(key(x, y), path.size());
          }
          path.add(new int[] {x, y});
        }
      }
      heading = next;
    }
    emit(area, path);
  }

  private static long key(int x, int y) {
    return (long) y << 32 | x;
  }

  private static boolean at(int[] point, int x, int y) {
    return point[0] == x && point[1] == y;
  }

  /** Whether the cell ahead of a corner, to the right (1) or left (-1), is tissue. */
  private boolean ahead(int x, int y, int heading, int side) {
    int rightX = -DY[heading];
    int rightY = DX[heading];
    int column = x + Math.floorDiv(DX[heading] + side * rightX - 1, 2);
    int row = y + Math.floorDiv(DY[heading] + side * rightY - 1, 2);
    return tissue(column, row);
  }

  private void emit(int area, List<int[]> path) {
    List<Point> ring = new ArrayList<>(path.size());
    long twice = 0;
    int[] before = path.get(path.size() - 1);
    for (int[] corner : path) {
      ring.add(new Point(corner[0] * scaleX, corner[1] * scaleY));
      twice += (long) before[0] * corner[1] - (long) corner[0] * before[1];
      before = corner;
    }
    List<List<Point>> all = rings.computeIfAbsent(area, any -> new ArrayList<>());
    all.add(twice > 0 ? 0 : all.size(), ring);
  }
}
