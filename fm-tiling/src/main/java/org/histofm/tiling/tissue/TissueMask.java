package org.histofm.tiling.tissue;

import java.util.List;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.shape.Annotation;
import org.histofm.tiling.shape.Point;
import org.histofm.tiling.shape.Polygon;

/**
 * Where a slide holds tissue: a grid of {@link #columns} x {@link #rows} cells over the whole
 * slide, each tissue or not, kept as a summed-area table, so that the share of tissue in any region
 * costs four look-ups. What lies outside the slide is no tissue.
 *
 * <p>Memory: 4 bytes a cell, at most {@value #MAX_CELLS} cells. Immutable; safe for concurrent use.
 */
public final class TissueMask {
  /** Most cells of a mask, whatever the size of the slide. */
  public static final int MAX_CELLS = 1 << 21;

  private final long width;
  private final long height;
  private final int columns;
  private final int rows;
  private final double scaleX;
  private final double scaleY;
  private final int[] sums; // [rows + 1, columns + 1]: tissue cells above and left of a corner
  private final long unreadable;

  private TissueMask(long width, long height, Plane mask, long unreadable) {
    this.width = width;
    this.height = height;
    this.columns = mask.columns;
    this.rows = mask.rows;
    this.scaleX = (double) width / columns;
    this.scaleY = (double) height / rows;
    this.unreadable = unreadable;
    this.sums = new int[(rows + 1) * (columns + 1)];
    for (int row = 0; row < rows; row++) {
      int inRow = 0;
      for (int column = 0; column < columns; column++) {
        inRow += mask.get(column, row);
        sums[(row + 1) * (columns + 1) + column + 1] =
            sums[row * (columns + 1) + column + 1] + inRow;
      }
    }
  }

  static TissueMask of(long width, long height, Plane mask, long unreadable) {
    return new TissueMask(width, height, mask, unreadable);
  }

  /**
   * Finds the tissue of a slide, by reading it band by band at a coarse pixel size. Black, white
   * and one-coloured slides have none. Where the slide cannot be decoded, tissue is assumed, so
   * that the tiles there are planned and then reported, see {@link #unreadableCells}.
   *
   * @throws org.histofm.slide.SlideException if nothing of the slide can be decoded
   */
  public static TissueMask find(SlideReader slide, TissueSettings settings) {
    return new TissueFinder(slide, settings).find();
  }

  /**
   * The mask of areas that are known, such as annotations, on a slide of {@code width} x {@code
   * height} level-0 pixels: cells whose centre lies in any of them. Cells are one pixel large where
   * the slide has at most {@value #MAX_CELLS} pixels, else as small as that number allows.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public static TissueMask of(long width, long height, List<Polygon> areas) {
    MaskGrid grid = MaskGrid.of(width, height, 1, 1);
    Plane mask = Raster.of(areas, grid.columns(), grid.rows(), grid.scaleX(), grid.scaleY());
    return new TissueMask(width, height, mask, 0);
  }

  /** Width of the slide in level-0 pixels. */
  public long width() {
    return width;
  }

  /** Height of the slide in level-0 pixels. */
  public long height() {
    return height;
  }

  /** Cells in a row. */
  public int columns() {
    return columns;
  }

  /** Rows of cells. */
  public int rows() {
    return rows;
  }

  /** Width of a cell in level-0 pixels. */
  public double downsampleX() {
    return scaleX;
  }

  /** Height of a cell in level-0 pixels. */
  public double downsampleY() {
    return scaleY;
  }

  /** Whether the cell is tissue. */
  public boolean isTissue(int column, int row) {
    if (column < 0 || row < 0 || column >= columns || row >= rows) {
      throw new IndexOutOfBoundsException("cell " + column + ", " + row);
    }
    return sum(column + 1, row + 1) - sum(column, row + 1) - sum(column + 1, row) + sum(column, row)
        == 1;
  }

  private int sum(int column, int row) {
    return sums[row * (columns + 1) + column];
  }

  /** Whether there is no tissue. */
  public boolean isEmpty() {
    return cells() == 0;
  }

  /** Number of cells that are tissue. */
  public long cells() {
    return sum(columns, rows);
  }

  /** Number of cells that could not be decoded and are taken for tissue. */
  public long unreadableCells() {
    return unreadable;
  }

  /**
   * The centre of a cell of tissue, row by row. A cell drawn uniformly and a place drawn uniformly
   * within its {@link #downsampleX} x {@link #downsampleY} is a place uniform over the tissue.
   *
   * @param index from 0 to below {@link #cells}
   */
  public Point cell(long index) {
    if (index < 0 || index >= cells()) {
      throw new IndexOutOfBoundsException("cell " + index + " of " + cells());
    }
    int row = first(rows, r -> sum(columns, r + 1) > index);
    int above = sum(columns, row);
    int column = first(columns, c -> above + sum(c + 1, row + 1) - sum(c + 1, row) > index);
    return new Point((column + 0.5) * scaleX, (row + 0.5) * scaleY);
  }

  /** The first of 0 … count − 1 for which {@code holds}, which then holds for all after it. */
  private static int first(int count, java.util.function.IntPredicate holds) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Area of the tissue in level-0 px². */
  public double area() {
    return cells() * scaleX * scaleY;
  }

  /** Share of the slide that is tissue, 0 to 1. */
  public double share() {
    return (double) cells() / ((double) columns * rows);
  }

  /** Share of a region that is tissue, 0 to 1; exact, also where it cuts cells. */
  public double share(Region region) {
    double left = Math.max(0, Math.min(columns, region.x() / scaleX));
    double top = Math.max(0, Math.min(rows, region.y() / scaleY));
    double right = Math.max(0, Math.min(columns, (region.x() + region.width()) / scaleX));
    double bottom = Math.max(0, Math.min(rows, (region.y() + region.height()) / scaleY));
    double tissue = upTo(right, bottom) - upTo(left, bottom) - upTo(right, top) + upTo(left, top);
    double share = tissue * scaleX * scaleY / ((double) region.width() * (double) region.height());
    return Math.max(0, Math.min(1, share));
  }

  /** Tissue cells above and left of a point in cells: bilinear in the table, which is exact. */
  private double upTo(double x, double y) {
    int column = (int) Math.min(columns - 1.0, x);
    int row = (int) Math.min(rows - 1.0, y);
    double u = x - column;
    double v = y - row;
    double upper = sum(column, row) * (1 - u) + sum(column + 1, row) * u;
    double lower = sum(column, row + 1) * (1 - u) + sum(column + 1, row + 1) * u;
    return upper * (1 - v) + lower * v;
  }

  /** Whether the level-0 point (x, y) lies in tissue. */
  public boolean contains(double x, double y) {
    return x >= 0
        && y >= 0
        && x < width
        && y < height
        && isTissue(
            (int) Math.min(columns - 1.0, x / scaleX), (int) Math.min(rows - 1.0, y / scaleY));
  }

  /** The same tissue with all holes filled. */
  public TissueMask filled() {
    Plane mask = plane();
    Areas.fill(mask);
    return new TissueMask(width, height, mask, unreadable);
  }

  private Plane plane() {
    Plane mask = new Plane(columns, rows);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        mask.set(column, row, isTissue(column, row) ? 1 : 0);
      }
    }
    return mask;
  }

  /**
   * The outlines, exactly along the borders of cells, in the order of their first cells. Cells that
   * meet at a corner only are parted; every ring is simple.
   */
  public List<Polygon> polygons() {
    return Outlines.of(plane(), scaleX, scaleY);
  }

  /** The outlines as annotations of class {@code Tissue}, one for each polygon. */
  public List<Annotation> annotations() {
    return polygons().stream()
        .map(
            polygon ->
                Annotation.of(polygon)
                    .withClass("Tissue")
                    .withColour(0, 160, 60)
                    .withLocked(true)
                    .withMeasurement("Area px^2", polygon.area()))
        .toList();
  }
}
