package org.histofm.tiling.tissue;

/**
 * One byte per cell, row by row, with OpenCV's filters for such images. Confined to one thread;
 * every filter gives a new plane.
 */
final class Plane {
  final int columns;
  final int rows;
  final byte[] cells;

  Plane(int columns, int rows) {
    this(columns, rows, new byte[Math.multiplyExact(columns, rows)]);
  }

  private Plane(int columns, int rows, byte[] cells) {
    this.columns = columns;
    this.rows = rows;
    this.cells = cells;
  }

  int get(int column, int row) {
    return cells[row * columns + column] & 0xff;
  }

  void set(int column, int row, int value) {
    cells[row * columns + column] = (byte) value;
  }

  /**
   * The median of the square of {@code side} cells around each cell; at the border the nearest cell
   * stands for what lies outside. The histogram is moved along each row (Huang et al. 1979).
   */
  Plane median(int side) {
    if (side == 1) {
      return new Plane(columns, rows, cells.clone());
    }
    Plane out = new Plane(columns, rows);
    int reach = side / 2;
    int middle = side * side / 2;
    for (int row = 0; row < rows; row++) {
      int[] counts = new int[256];
      for (int dx = -reach; dx <= reach; dx++) {
        column(counts, dx, row, reach, 1);
      }
      int median = 0;
      int below = 0; // cells of the window that are less than the median
      for (int x = 0; x < columns; x++) {
        if (x > 0) {
          below += column(counts, x - 1 - reach, row, reach, -1, median);
          below += column(counts, x + reach, row, reach, 1, median);
        }
        while (below > middle) {
          below -= counts[--median];
        }
        while (below + counts[median] <= middle) {
          below += counts[median++];
        }
        out.set(x, row, median);
      }
    }
    return out;
  }

  private void column(int[] counts, int x, int row, int reach, int by) {
    column(counts, x, row, reach, by, 0);
  }

  /** Counts a column of the window in or out, and says how far the count below a value moves. */
  private int column(int[] counts, int x, int row, int reach, int by, int limit) {
    int inside = Math.max(0, Math.min(columns - 1, x));
    int moved = 0;
    for (int dy = -reach; dy <= reach; dy++) {
      int value = get(inside, Math.max(0, Math.min(rows - 1, row + dy)));
      counts[value] += by;
      moved += value < limit ? by : 0;
    }
    return moved;
  }

  /**
   * Closing of a plane of 0 and 1 by a square. As in OpenCV the square of an even side reaches one
   * cell farther left and up than right and down in both steps, which moves the result by one cell.
   */
  Plane closing(int side) {
    return side <= 1 ? this : extreme(side, 1).extreme(side, 0);
  }

  /** Dilation of a plane of 0 and 1 by a square. */
  Plane dilation(int side) {
    return extreme(side, 1);
  }

  /** 1 or 0 where the square around a cell holds that; what lies outside does not count. */
  private Plane extreme(int side, int sought) {
    int before = side / 2;
    int after = side - 1 - before;
    Plane across = new Plane(columns, rows);
    for (int row = 0; row < rows; row++) {
      spread(row * columns, 1, columns, cells, across.cells, before, after, sought);
    }
    Plane out = new Plane(columns, rows);
    for (int column = 0; column < columns; column++) {
      spread(column, columns, rows, across.cells, out.cells, before, after, sought);
    }
    return out;
  }

  private static void spread(
      int from, int step, int count, byte[] in, byte[] out, int before, int after, int sought) {
    int next = 0; // the first place not yet looked at
    int last = Integer.MIN_VALUE / 2; // the last place that holds what is sought
    for (int i = 0; i < count; i++) {
      int end = Math.min(count - 1, i + after);
      for (; next <= end; next++) {
        last = in[from + next * step] == sought ? next : last;
      }
      out[from + i * step] = (byte) (last >= i - before ? sought : 1 - sought);
    }
  }
}
