package org.histofm.tiling.tissue;

/**
 * A grid of cells that covers a slide exactly.
 *
 * @param columns cells in a row
 * @param rows rows of cells
 * @param scaleX width of a cell in level-0 pixels
 * @param scaleY height of a cell in level-0 pixels
 */
record MaskGrid(int columns, int rows, double scaleX, double scaleY) {
  /**
   * The grid whose cells are nearest to the size wanted, no smaller than a pixel, and so large that
   * there are at most {@link TissueMask#MAX_CELLS}.
   */
  static MaskGrid of(long width, long height, double wantedX, double wantedY) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("a slide of " + width + " x " + height + " px");
    }
    double scaleX = Math.max(1, wantedX);
    double scaleY = Math.max(1, wantedY);
    double cells = Math.max(1, width / scaleX) * Math.max(1, height / scaleY);
    double coarser = Math.max(1, Math.sqrt(cells / TissueMask.MAX_CELLS));
    long columns = count(width, scaleX * coarser, TissueMask.MAX_CELLS);
    long rows = count(height, scaleY * coarser, TissueMask.MAX_CELLS / columns);
    columns = Math.min(columns, TissueMask.MAX_CELLS / rows);
    return new MaskGrid(
        (int) columns, (int) rows, (double) width / columns, (double) height / rows);
  }

  private static long count(long size, double scale, long most) {
    return Math.max(1, Math.min(Math.min(size, most), Math.round(size / scale)));
  }
}
