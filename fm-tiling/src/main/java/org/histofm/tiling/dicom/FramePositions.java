package org.histofm.tiling.dicom;

import java.util.Arrays;

/** Where frames lie in the whole picture, one by one; counted from 1, as DICOM does. */
final class FramePositions {
  static final int UNKNOWN = Integer.MIN_VALUE;

  private int[] columns = new int[64];
  private int[] rows = new int[64];
  private int size;
  private boolean any;

  void add(int column, int row) {
    if (size == columns.length) {
      columns = Arrays.copyOf(columns, 2 * size);
      rows = Arrays.copyOf(rows, 2 * size);
    }
    columns[size] = column;
    rows[size++] = row;
    any |= column != UNKNOWN;
  }

  void addUnknown() {
    add(UNKNOWN, UNKNOWN);
  }

  /** Frames described. */
  int size() {
    return size;
  }

  /** Whether any frame says where it lies. */
  boolean any() {
    return any;
  }

  int column(int frame) {
    return columns[frame];
  }

  int row(int frame) {
    return rows[frame];
  }
}
