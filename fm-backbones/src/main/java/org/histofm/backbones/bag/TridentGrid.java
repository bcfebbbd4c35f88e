package org.histofm.backbones.bag;

import java.util.Locale;
import org.histofm.backbones.hdf5.Hdf5Attributes;
import org.histofm.slide.Mpp;

/**
 * How a slide was cut into tiles, as TRIDENT states it on {@code coords}, with what it leaves out.
 *
 * <p>TRIDENT plans by magnification, we by µm/px. The magnification written is 10 / mpp, as the
 * usual 80, 60, 40, 20, 10, 5, 2.5 or 1.25 if it is within 10 % of one, so 0.2431 µm/px is 40x;
 * otherwise 10 / mpp with two decimals. TRIDENT works out a tile's side on level 0 from the ratio
 * of two such numbers; {@code patch_size_level0} holds the true side, rounded, and our {@code
 * tile_level0_px} the exact one.
 *
 * @param slide name of the slide: its file name without the suffix
 * @param tilePx side of a tile in pixels of {@code mpp}
 * @param overlapPx overlap of neighbouring tiles in the same pixels
 * @param mpp µm/px at which tiles are read
 * @param level0 pixel size of level 0
 * @param level0Width width of the slide in level-0 pixels
 * @param level0Height height of the slide in level-0 pixels
 */
public record TridentGrid(
    String slide,
    int tilePx,
    int overlapPx,
    double mpp,
    Mpp level0,
    long level0Width,
    long level0Height) {
  private static final double[] USUAL = {80, 60, 40, 20, 10, 5, 2.5, 1.25};
  private static final double NEAR = 0.1;

  /**
   * @throws IllegalArgumentException unless the slide has a name without slashes, sizes and mpp are
   *     positive, and the overlap is smaller than the tile
   */
  public TridentGrid {
    if (!isName(slide) || tilePx < 1 || overlapPx < 0 || overlapPx >= tilePx) {
      throw new IllegalArgumentException(
          "slide '" + slide + "' with tiles of " + tilePx + " px and overlap " + overlapPx);
    }
    if (!(mpp > 0 && Double.isFinite(mpp)) || level0Width < 1 || level0Height < 1) {
      throw new IllegalArgumentException(
          "slide of " + level0Width + " x " + level0Height + " px read at " + mpp + " µm/px");
    }
  }

  /** Whether it can be part of a file's name. */
  static boolean isName(String text) {
    return !text.isEmpty() && text.indexOf('/') < 0 && text.indexOf('\\') < 0;
  }

  /** Side of a tile in level-0 pixels, exactly: the mean of both axes where they differ. */
  public double tileLevel0Px() {
    return tilePx * mpp * (1 / level0.x() + 1 / level0.y()) / 2;
  }

  /** Magnification of tiles. */
  public double targetMagnification() {
    return magnification(mpp);
  }

  /** Name of TRIDENT's folder for this grid, such as {@code 20x_256px_0px_overlap}. */
  public String folder() {
    return String.format(
        Locale.ROOT, "%sx_%dpx_%dpx_overlap", text(targetMagnification()), tilePx, overlapPx);
  }

  /** Magnification that goes with a pixel size; see the class comment. */
  static double magnification(double mpp) {
    double exact = 10 / mpp;
    double nearest = USUAL[0];
    for (double usual : USUAL) {
      if (Math.abs(usual - exact) < Math.abs(nearest - exact)) {
        nearest = usual;
      }
    }
    return Math.abs(nearest - exact) <= NEAR * nearest ? nearest : Math.rint(100 * exact) / 100;
  }

  private static String text(double magnification) {
    return magnification == Math.rint(magnification)
        ? Long.toString((long) magnification)
        : Double.toString(magnification);
  }

  /** What stands on {@code coords}: TRIDENT's attributes, then ours. */
  Hdf5Attributes attributes() {
    Hdf5Attributes attributes =
        Hdf5Attributes.none()
            .with("patch_size", tilePx)
            .with("patch_size_level0", Math.round(tileLevel0Px()));
    attributes = number(attributes, "level0_magnification", magnification(level0.x()));
    attributes = number(attributes, "target_magnification", targetMagnification());
    return attributes
        .with("overlap", overlapPx)
        .with("name", slide)
        .with("savetodir", folder())
        .with("level0_width", level0Width)
        .with("level0_height", level0Height)
        .with("tile_px", tilePx)
        .with("tile_level0_px", tileLevel0Px())
        .with("mpp", mpp)
        .with("level0_mpp_x", level0.x())
        .with("level0_mpp_y", level0.y());
  }

  private static Hdf5Attributes number(Hdf5Attributes attributes, String name, double value) {
    return value == Math.rint(value)
        ? attributes.with(name, (long) value)
        : attributes.with(name, value);
  }
}
