package org.histofm.backbones.bag;

import java.util.OptionalDouble;
import org.histofm.slide.Mpp;

/**
 * The top-left corners of a slide's tiles, [N, 2], in level-0 pixels or in µm, with the side of a
 * tile in the same unit where the file says it. Immutable.
 */
public final class TilePlaces {
  /** Unit of the coordinates. */
  public enum Unit {
    /** Pixels of level 0. */
    LEVEL0_PX,
    /** Micrometres from the slide's top-left corner. */
    MICROMETRES
  }

  private final Unit unit;
  private final double[] xy;
  private final double side;

  /** {@code side} is NaN if unknown; {@code xy} is taken over. */
  TilePlaces(Unit unit, double[] xy, double side) {
    this.unit = unit;
    this.xy = xy;
    this.side = side;
  }

  /** Number of tiles. */
  public int count() {
    return xy.length / 2;
  }

  /** Unit of {@link #x}, {@link #y} and {@link #tileSide}. */
  public Unit unit() {
    return unit;
  }

  /** Left edge of a tile. */
  public double x(int tile) {
    return xy[2 * tile];
  }

  /** Upper edge of a tile. */
  public double y(int tile) {
    return xy[2 * tile + 1];
  }

  /** Side of a tile, if the file says it. */
  public OptionalDouble tileSide() {
    return Double.isNaN(side) ? OptionalDouble.empty() : OptionalDouble.of(side);
  }

  /**
   * Left edge of a tile in level-0 pixels.
   *
   * @throws IllegalStateException unless that is the unit
   */
  public long level0X(int tile) {
    requireLevel0();
    return Math.round(x(tile));
  }

  /**
   * Upper edge of a tile in level-0 pixels.
   *
   * @throws IllegalStateException unless that is the unit
   */
  public long level0Y(int tile) {
    requireLevel0();
    return Math.round(y(tile));
  }

  private void requireLevel0() {
    if (unit != Unit.LEVEL0_PX) {
      throw new IllegalStateException("places in µm; convert them with toLevel0(mpp) first");
    }
  }

  /**
   * These places in level-0 pixels: µm are divided by the pixel size and rounded to the nearest
   * pixel; pixels stay what they are. Where the axes differ, a tile's side is the mean of both.
   *
   * @param level0 pixel size of level 0
   */
  public TilePlaces toLevel0(Mpp level0) {
    if (unit == Unit.LEVEL0_PX) {
      return this;
    }
    double[] pixels = new double[xy.length];
    for (int i = 0; i < pixels.length; i += 2) {
      pixels[i] = Math.rint(xy[i] / level0.x());
      pixels[i + 1] = Math.rint(xy[i + 1] / level0.y());
    }
    return new TilePlaces(Unit.LEVEL0_PX, pixels, side * (1 / level0.x() + 1 / level0.y()) / 2);
  }
}
