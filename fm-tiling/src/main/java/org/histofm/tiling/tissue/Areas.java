package org.histofm.tiling.tissue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Connected areas of a plane of 0 and 1. Areas of tissue touch at edges or corners (8 neighbours),
 * those of background at edges (4), so that the border of each is one closed line, as in OpenCV.
 */
final class Areas {
  private final int[] labels; // 0 where the plane holds another value, else from 1
  private final List<Area> found = new ArrayList<>();

  /**
   * One area.
   *
   * @param first its first cell, row by row
   * @param cells how many cells it has
   * @param atBorder whether it touches the plane's border
   */
  record Area(int first, long cells, boolean atBorder) {}

  private Areas(int cells) {
    labels = new int[cells];
  }

  /** The areas of cells that hold {@code value}, in the order of their first cells. */
  static Areas of(Plane plane, int value, boolean corners) {
    Areas areas = new Areas(plane.cells.length);
    int[] stack = new int[1024];
    for (int cell = 0; cell < plane.cells.length; cell++) {
      if (plane.cells[cell] == value && areas.labels[cell] == 0) {
        stack = areas.flood(plane, cell, value, corners, stack);
      }
    }
    return areas;
  }

  private int[] flood(Plane plane, int first, int value, boolean corners, int[] start) {
    int label = found.size() + 1;
    int[] stack = start;
    int depth = 0;
    stack[depth++] = first;
    labels[first] = label;
    long cells = 0;
    boolean atBorder = false;
    while (depth > 0) {
      int cell = stack[--depth];
      cells++;
      int column = cell % plane.columns;
      int row = cell / plane.columns;
      atBorder |= column == 0 || row == 0 || column == plane.columns - 1 || row == plane.rows - 1;
      if (depth + 8 > stack.length) {
        stack = Arrays.copyOf(stack, stack.length * 2);
      }
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int x = column + dx;
          int y = row + dy;
          boolean near = corners || dx == 0 || dy == 0;
          if (near && x >= 0 && y >= 0 && x < plane.columns && y < plane.rows) {
            int other = y * plane.columns + x;
            if (plane.cells[other] == value && labels[other] == 0) {
              labels[other] = label;
              stack[depth++] = other;
            }
          }
        }
      }
    }
    found.add(new Area(first, cells, atBorder));
    return stack;
  }

  /** The area of a cell, from 1; 0 if it is in none. */
  int label(int cell) {
    return labels[cell];
  }

  int count() {
    return found.size();
  }

  /** Leaves out areas of tissue of at most {@code minTissue} cells, then fills holes. */
  static void clean(Plane mask, double minTissue, double minHole, int maxHoles) {
    Areas tissue = of(mask, 1, true);
    for (int cell = 0; cell < mask.cells.length; cell++) {
      int label = tissue.label(cell);
      if (label > 0 && tissue.found.get(label - 1).cells() <= minTissue) {
        mask.cells[cell] = 0;
      }
    }
    if (minHole > 0 || maxHoles < Integer.MAX_VALUE) {
      fill(mask, tissue, minHole, maxHoles);
    }
  }

  /** Fills all holes. */
  static void fill(Plane mask) {
    fill(mask, of(mask, 1, true), Double.POSITIVE_INFINITY, 0);
  }

  private static void fill(Plane mask, Areas tissue, double minHole, int maxHoles) {
    Areas background = of(mask, 0, false);
    Map<Integer, List<Integer>> holes = new TreeMap<>(); // by the area of tissue around them
    boolean[] open = new boolean[background.count() + 1];
    for (int i = 0; i < background.count(); i++) {
      Area hole = background.found.get(i);
      if (hole.atBorder()) {
        open[i + 1] = true;
      } else if (hole.cells() > minHole) {
        int around = tissue.label(hole.first() - mask.columns); // the cell above it is tissue
        holes.computeIfAbsent(around, any -> new ArrayList<>()).add(i);
      }
    }
    Comparator<Integer> largestFirst =
        Comparator.comparingLong((Integer i) -> background.found.get(i).cells()).reversed();
    for (List<Integer> inOne : holes.values()) {
      inOne.sort(largestFirst);
      inOne.stream().limit(maxHoles).forEach(i -> open[i + 1] = true);
    }
    for (int cell = 0; cell < mask.cells.length; cell++) {
      if (background.label(cell) > 0 && !open[background.label(cell)]) {
        mask.cells[cell] = 1;
      }
    }
  }
}
