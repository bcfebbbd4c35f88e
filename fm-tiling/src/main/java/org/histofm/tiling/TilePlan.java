package org.histofm.tiling;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;

/**
 * A grid of tiles of one size over an area, planned by pixel size in µm and never by level.
 *
 * <p>The grid is laid in pixels of the target size: tile (column, row) begins column · (size −
 * overlap) target pixels right of the area's edge. Its corners are then rounded to level-0 pixels,
 * each corner once, so that neighbours share their edge: without overlap every level-0 pixel of the
 * area lies in exactly one tile. Where the target is at least the slide's own pixel size, reading a
 * tile's region at the target gives exactly size × size pixels; finer targets can be off by one.
 *
 * <p>Immutable. Order: row by row.
 */
public final class TilePlan {
  /** A fraction of a pixel that is rounding, not part of the area. */
  private static final double ROUNDING = 1e-6;

  private final Region area;
  private final double scaleX;
  private final double scaleY;
  private final long originX;
  private final long originY;
  private final int tileSizePx;
  private final int stepPx;
  private final int columns;
  private final int rows;

  private TilePlan(
      Region area, double scaleX, double scaleY, int tileSizePx, int stepPx, EdgePolicy edges) {
    this.area = area;
    this.scaleX = scaleX;
    this.scaleY = scaleY;
    this.originX = Math.round(area.x() / scaleX);
    this.originY = Math.round(area.y() / scaleY);
    this.tileSizePx = tileSizePx;
    this.stepPx = stepPx;
    this.columns =
        count(end(area.x() + area.width(), scaleX, edges) - originX, tileSizePx, stepPx, edges);
    this.rows =
        count(end(area.y() + area.height(), scaleY, edges) - originY, tileSizePx, stepPx, edges);
    if ((long) columns * rows > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          columns + " x " + rows + " tiles are more than a plan can hold; plan parts of the slide");
    }
  }

  /**
   * A plan over {@code area}.
   *
   * @param area what to cover, in level-0 pixels
   * @param mpp size of a level-0 pixel
   * @param target size of a pixel of the tiles
   * @param tileSizePx side of a tile, in target pixels
   * @param overlapPx how far neighbours overlap, in target pixels; from 0 to below the tile size
   * @param edges what happens at the right and lower edge
   * @throws IllegalArgumentException if the size is not positive, the overlap is negative or
   *     reaches the tile size, or there are more than 2³¹ − 1 tiles
   */
  public static TilePlan grid(
      Region area, Mpp mpp, Mpp target, int tileSizePx, int overlapPx, EdgePolicy edges) {
    if (tileSizePx < 1 || overlapPx < 0 || overlapPx >= tileSizePx) {
      throw new IllegalArgumentException(
          "tiles of "
              + tileSizePx
              + " px cannot overlap by "
              + overlapPx
              + " px; the overlap lies from 0 to below the tile size");
    }
    return new TilePlan(
        area,
        target.x() / mpp.x(),
        target.y() / mpp.y(),
        tileSizePx,
        tileSizePx - overlapPx,
        edges);
  }

  /** The target pixel at which the area ends: a begun one counts where tiles are padded. */
  private static long end(long level0, double scale, EdgePolicy edges) {
    double exact = level0 / scale;
    return (long)
        (edges == EdgePolicy.PAD ? Math.ceil(exact - ROUNDING) : Math.floor(exact + ROUNDING));
  }

  private static int count(long lengthPx, int size, int step, EdgePolicy edges) {
    if (lengthPx <= size) {
      return edges == EdgePolicy.PAD || lengthPx == size ? 1 : 0;
    }
    long whole = (lengthPx - size) / step + 1;
    boolean rest = (whole - 1) * step + size < lengthPx;
    return Math.toIntExact(edges == EdgePolicy.PAD && rest ? whole + 1 : whole);
  }

  /** The planned area, in level-0 pixels. */
  public Region area() {
    return area;
  }

  /** Tiles in a row. */
  public int columns() {
    return columns;
  }

  /** Tiles in a column. */
  public int rows() {
    return rows;
  }

  /** All tiles. */
  public int size() {
    return columns * rows;
  }

  /**
   * Tile {@code index}.
   *
   * @throws IndexOutOfBoundsException unless it is from 0 to below {@link #size}
   */
  public Tile tile(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException("tile " + index + " of " + size());
    }
    int column = index % columns;
    int row = index / columns;
    long left = edge(originX, column, scaleX, area.x());
    long top = edge(originY, row, scaleY, area.y());
    long right = corner(originX, column, scaleX);
    long bottom = corner(originY, row, scaleY);
    return new Tile(
        index,
        column,
        row,
        new Region(left, top, Math.max(1, right - left), Math.max(1, bottom - top)));
  }

  /** The first tile of a row or column begins at the area's own edge, whatever the grid says. */
  private long edge(long origin, int position, double scale, long areaEdge) {
    return position == 0 ? areaEdge : Math.round((origin + (long) position * stepPx) * scale);
  }

  private long corner(long origin, int position, double scale) {
    return Math.round((origin + (long) position * stepPx + tileSizePx) * scale);
  }

  /** All tiles in order. */
  public Stream<Tile> tiles() {
    return IntStream.range(0, size()).mapToObj(this::tile);
  }
}
