package org.histofm.tiling.heatmap;

import java.util.OptionalDouble;
import org.histofm.InputException;

/** How a heat map looks. Immutable. */
public final class HeatmapSettings {
  private static final int MOST_BINS = 50;
  private static final int LARGEST_SIDE = 8192;

  private final OptionalDouble low;
  private final OptionalDouble high;
  private final double alpha;
  private final int bins;
  private final int maxSidePx;

  private HeatmapSettings(
      OptionalDouble low, OptionalDouble high, double alpha, int bins, int maxSidePx) {
    this.low = low;
    this.high = high;
    this.alpha = alpha;
    this.bins = bins;
    this.maxSidePx = maxSidePx;
  }

  /**
   * Colours over the range of the scores at hand, at 0.6 of opacity, five classes, at most 1,500 px
   * a side.
   */
  public static HeatmapSettings defaults() {
    return new HeatmapSettings(OptionalDouble.empty(), OptionalDouble.empty(), 0.6, 5, 1500);
  }

  /**
   * A copy whose colours span {@code low} to {@code high}, so that maps can be compared; scores
   * outside get the colour of the nearer end.
   *
   * @throws InputException unless low is below high and both are finite
   */
  public HeatmapSettings withRange(double from, double to) {
    if (!(from < to) || !Double.isFinite(to - from)) {
      throw new InputException(
          "colours cannot span " + from + " to " + to + ".", "Give two numbers, the lower first.");
    }
    return new HeatmapSettings(
        OptionalDouble.of(from), OptionalDouble.of(to), alpha, bins, maxSidePx);
  }

  /**
   * A copy of another opacity.
   *
   * @param opacity from 0 (only the slide) to 1 (only the colours)
   * @throws InputException if it lies outside
   */
  public HeatmapSettings withAlpha(double opacity) {
    if (!(opacity >= 0 && opacity <= 1)) {
      throw new InputException(
          "an opacity of " + opacity + " is none.", "Give a number from 0 to 1.");
    }
    return new HeatmapSettings(low, high, opacity, bins, maxSidePx);
  }

  /**
   * A copy whose GeoJSON has another number of classes of equal width.
   *
   * @throws InputException unless it is from 1 to 50
   */
  public HeatmapSettings withBins(int classes) {
    if (classes < 1 || classes > MOST_BINS) {
      throw new InputException(
          "scores cannot be put into " + classes + " classes.", "Give 1 to " + MOST_BINS + ".");
    }
    return new HeatmapSettings(low, high, alpha, classes, maxSidePx);
  }

  /**
   * A copy whose picture has another longest side.
   *
   * @throws InputException unless it is from 64 to 8192 px
   */
  public HeatmapSettings withMaxSidePx(int px) {
    if (px < 64 || px > LARGEST_SIDE) {
      throw new InputException(
          "a picture of " + px + " px is not drawn.", "Give 64 to " + LARGEST_SIDE + " px.");
    }
    return new HeatmapSettings(low, high, alpha, bins, px);
  }

  OptionalDouble low() {
    return low;
  }

  OptionalDouble high() {
    return high;
  }

  double alpha() {
    return alpha;
  }

  int bins() {
    return bins;
  }

  int maxSidePx() {
    return maxSidePx;
  }
}
