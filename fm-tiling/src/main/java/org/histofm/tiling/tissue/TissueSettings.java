package org.histofm.tiling.tissue;

import java.util.Locale;
import java.util.function.Consumer;
import org.histofm.InputException;
import org.histofm.provenance.Facts;

/**
 * How tissue is found on the analysis image, the whole slide at {@code mpp}: what is saturated in
 * colour is tissue, what is pale is glass. Hue, saturation and value are on OpenCV's 8-bit scale
 * (hue 0 to 179, the others 0 to 255).
 *
 * <p>In this order: median of the saturation; dark pixels and pen marks set aside; threshold;
 * closing; areas of tissue below {@code minAreaUm2} left out, holes up to {@code minHoleUm2}, and
 * all but the {@code maxHoles} largest of one area, filled; blurred cells left out.
 *
 * @param method how the threshold is chosen
 * @param mpp pixel size of the analysis image in µm/px; coarser where the slide would give more
 *     than {@link TissueMask#MAX_CELLS} pixels, and never finer than the slide
 * @param threshold tissue has a saturation above this, 0 to 254; with Otsu's method the threshold
 *     is at least this, which keeps the noise of an empty slide from counting as tissue
 * @param ceiling with Otsu's method the threshold is at most this, up to 254, which keeps a slide
 *     that shows no glass from being divided within its tissue; 254 for Otsu's own
 * @param minValue tissue has a value (brightest channel) of at least this, 0 to 255: the saturation
 *     of very dark pixels, as fluorescence has them, is noise
 * @param medianPx side of the median's window, odd, at most 255; 1 for none
 * @param closingPx side of the square that closes gaps, 0 or 1 for none
 * @param minAreaUm2 tissue areas are larger than this, in µm²
 * @param minHoleUm2 holes are larger than this, in µm²
 * @param maxHoles most holes of one tissue area
 * @param pen whether pen marks are left out, see {@link #withPenRejected}
 * @param blur whether blurred cells are left out, see {@link #withBlurRejected}
 * @param sharpness least variance of the Laplacian in a sharp cell
 */
public record TissueSettings(
    Method method,
    double mpp,
    int threshold,
    int ceiling,
    int minValue,
    int medianPx,
    int closingPx,
    double minAreaUm2,
    double minHoleUm2,
    int maxHoles,
    boolean pen,
    boolean blur,
    double sharpness) {
  /** How the threshold of saturation is chosen. */
  public enum Method {
    /** By Otsu's method, per slide. */
    OTSU,
    /** It is given. */
    FIXED
  }

  /** CLAM counts areas in squares of 512 px, whose side is 128 µm at its 0.25 µm/px. */
  private static final double CLAM_AREA_UM2 = 128.0 * 128.0;

  private static final int LEAST_VALUE = 40;

  private static final double CLAM_MPP = 16; // its level of 64-fold reduction, at 0.25 µm/px

  /**
   * @throws InputException if a value lies outside its range
   */
  public TissueSettings {
    require(mpp > 0 && mpp <= 1000, "an analysis pixel size of " + mpp + " µm/px", "0 to 1000");
    require(threshold >= 0 && threshold <= 254, "a threshold of " + threshold, "0 to 254");
    require(
        ceiling >= threshold && ceiling <= 254,
        "a highest threshold of " + ceiling,
        "its lowest, " + threshold + ", to 254");
    require(minValue >= 0 && minValue <= 255, "a smallest value of " + minValue, "0 to 255");
    require(
        medianPx >= 1 && medianPx <= 255 && medianPx % 2 == 1,
        "a median of " + medianPx + " px",
        "the odd numbers 1 to 255");
    require(closingPx >= 0 && closingPx <= 255, "a closing of " + closingPx + " px", "0 to 255");
    require(
        minAreaUm2 >= 0 && Double.isFinite(minAreaUm2),
        "a smallest area of " + minAreaUm2 + " µm²",
        "0 and above");
    require(
        minHoleUm2 >= 0 && Double.isFinite(minHoleUm2),
        "a smallest hole of " + minHoleUm2 + " µm²",
        "0 and above");
    require(maxHoles >= 0, "a number of " + maxHoles + " holes", "0 and above");
    require(
        sharpness >= 0 && Double.isFinite(sharpness), "a sharpness of " + sharpness, "0 and above");
  }

  private static void require(boolean holds, String what, String range) {
    if (!holds) {
      throw new InputException(
          what + " cannot be used to find tissue.", "Choose from " + range + ".");
    }
  }

  /**
   * The default: Otsu's method at 8 µm/px after a median of 7 px, with a threshold from 8 to 60,
   * value of at least 40, closing of 5 px, areas and holes above 4,096 µm² (64 x 64 µm), any number
   * of holes, pen and blur let through.
   */
  public static TissueSettings otsu() {
    return new TissueSettings(
        Method.OTSU,
        8,
        8,
        60,
        LEAST_VALUE,
        7,
        5,
        4_096,
        4_096,
        Integer.MAX_VALUE,
        false,
        false,
        40);
  }

  /**
   * As CLAM finds tissue by default: saturation above 8 after a median of 7 px, closing of 4 px,
   * areas above 100 and holes above 16 squares of 512 px, at most 8 holes. Its level of 64-fold
   * reduction and its squares are meant for 0.25 µm/px, so this is 16 µm/px and 16,384 µm², on
   * every slide. Unlike CLAM it takes no pixel of a value below 40 for tissue; with {@code
   * withMinValue(0)} the masks are equal.
   *
   * @see "Lu et al. 2021, CLAM; create_patches_fp.py, WholeSlideImage.segmentTissue"
   */
  public static TissueSettings clam() {
    return clam(8, 7, 4, 100, 16, 8);
  }

  /** CLAM's preset for TCGA: areas above 16 and holes above 4 squares; else as {@link #clam}. */
  public static TissueSettings clamTcga() {
    return clam(8, 7, 4, 16, 4, 8);
  }

  /** CLAM's preset for biopsies. */
  public static TissueSettings clamBiopsy() {
    return clam(15, 11, 2, 1, 1, 2);
  }

  /** CLAM's preset for resections. */
  public static TissueSettings clamResection() {
    return clam(15, 11, 4, 100, 16, 8);
  }

  private static TissueSettings clam(
      int threshold, int median, int closing, double areas, double holes, int maxHoles) {
    return new TissueSettings(
        Method.FIXED,
        CLAM_MPP,
        threshold,
        254,
        LEAST_VALUE,
        median,
        closing,
        areas * CLAM_AREA_UM2,
        holes * CLAM_AREA_UM2,
        maxHoles,
        false,
        false,
        40);
  }

  /** As eva finds tissue for tiles of 224 px at 0.5 µm/px, see {@link #eva(double)}. */
  public static TissueSettings eva() {
    return eva(112);
  }

  /**
   * As eva finds tissue: saturation above 20 on the coarsest image that has 3 x 3 px in a tile,
   * value of at least 40 (which eva does not ask), nothing else. Eva keeps tiles of which at least
   * 0.35 is tissue.
   *
   * @param tileUm side of a tile in µm
   * @see "kaiko-ai/eva, data/wsi/patching/mask.py"
   */
  public static TissueSettings eva(double tileUm) {
    return new TissueSettings(
        Method.FIXED,
        tileUm / 3,
        20,
        254,
        LEAST_VALUE,
        1,
        0,
        0,
        0,
        Integer.MAX_VALUE,
        false,
        false,
        40);
  }

  /** The values of a copy under way, by name. */
  private static final class Draft {
    Method method;
    double mpp;
    int threshold;
    int ceiling;
    int minValue;
    int medianPx;
    int closingPx;
    double minAreaUm2;
    double minHoleUm2;
    int maxHoles;
    boolean pen;
    boolean blur;
    double sharpness;

    Draft(TissueSettings of) {
      method = of.method;
      mpp = of.mpp;
      threshold = of.threshold;
      ceiling = of.ceiling;
      minValue = of.minValue;
      medianPx = of.medianPx;
      closingPx = of.closingPx;
      minAreaUm2 = of.minAreaUm2;
      minHoleUm2 = of.minHoleUm2;
      maxHoles = of.maxHoles;
      pen = of.pen;
      blur = of.blur;
      sharpness = of.sharpness;
    }
  }

  private TissueSettings with(Consumer<Draft> change) {
    Draft d = new Draft(this);
    change.accept(d);
    return new TissueSettings(
        d.method,
        d.mpp,
        d.threshold,
        d.ceiling,
        d.minValue,
        d.medianPx,
        d.closingPx,
        d.minAreaUm2,
        d.minHoleUm2,
        d.maxHoles,
        d.pen,
        d.blur,
        d.sharpness);
  }

  /** A copy with another method. */
  public TissueSettings withMethod(Method other) {
    return with(d -> d.method = other);
  }

  /** A copy with another pixel size of the analysis image, in µm/px. */
  public TissueSettings withMpp(double other) {
    return with(d -> d.mpp = other);
  }

  /** A copy with another threshold of saturation, or least threshold with Otsu's method. */
  public TissueSettings withThreshold(int other) {
    return with(d -> d.threshold = other);
  }

  /** A copy with another highest threshold of Otsu's method; 254 for none. */
  public TissueSettings withCeiling(int other) {
    return with(d -> d.ceiling = other);
  }

  /** A copy with another least value. */
  public TissueSettings withMinValue(int other) {
    return with(d -> d.minValue = other);
  }

  /** A copy with another median; 1 for none. */
  public TissueSettings withMedianPx(int other) {
    return with(d -> d.medianPx = other);
  }

  /** A copy with another closing; 0 for none. */
  public TissueSettings withClosingPx(int other) {
    return with(d -> d.closingPx = other);
  }

  /** A copy with another least area of tissue, in µm². */
  public TissueSettings withMinAreaUm2(double other) {
    return with(d -> d.minAreaUm2 = other);
  }

  /** A copy with another least area of holes, in µm², and number of them in one tissue area. */
  public TissueSettings withHoles(double minUm2, int most) {
    return with(
        d -> {
          d.minHoleUm2 = minUm2;
          d.maxHoles = most;
        });
  }

  /**
   * A copy that leaves pen marks out, or not. Ink is (hue, saturation, value): green 35 to 94, from
   * 60, from 40; blue 95 to 125, from 150, from 60; red up to 8 or from 175, from 170, from 100;
   * black any, up to 70, up to 90; each grown by 24 µm, since edges blend with what lies beside.
   */
  public TissueSettings withPenRejected(boolean rejected) {
    return with(d -> d.pen = rejected);
  }

  /**
   * A copy that leaves out what is out of focus: cells of 64 x 64 µm in which the Laplacian of the
   * grey values (four neighbours against the pixel, 0 to 255) at 2 µm/px has a variance below
   * {@code leastSharpness}; 40 suits H&amp;E. Only cells that hold tissue are read.
   */
  public TissueSettings withBlurRejected(double leastSharpness) {
    return with(
        d -> {
          d.blur = true;
          d.sharpness = leastSharpness;
        });
  }

  /** Every value as text that stays the same, for recipes. */
  public Facts facts() {
    return Facts.none()
        .with("tissue method", method.name().toLowerCase(Locale.ROOT))
        .with("tissue mpp", Double.toString(mpp))
        .with("tissue threshold", Integer.toString(threshold))
        .with("tissue ceiling", Integer.toString(ceiling))
        .with("tissue min value", Integer.toString(minValue))
        .with("tissue median px", Integer.toString(medianPx))
        .with("tissue closing px", Integer.toString(closingPx))
        .with("tissue min area um2", Double.toString(minAreaUm2))
        .with("tissue min hole um2", Double.toString(minHoleUm2))
        .with("tissue max holes", Integer.toString(maxHoles))
        .with("tissue pen rejection", pen ? "on" : "off")
        .with("tissue blur rejection", blur ? Double.toString(sharpness) : "off");
  }
}
