package org.histofm.backbone;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What is done to a tile before the network sees it: resize (the shorter side to {@code resize}
 * pixels), centre crop, scale to [0, 1], normalise per channel. Bound to a checkpoint, since a
 * wrong pair of constants costs accuracy in silence.
 *
 * <p>Immutable.
 */
public final class Preprocessing {
  /** Resampling filter, as Pillow defines it for 8-bit images. */
  public enum Filter {
    /** Triangle filter, widened when shrinking. */
    BILINEAR,
    /** Cubic filter with a = −0.5, widened when shrinking. */
    BICUBIC
  }

  private final int resize;
  private final int crop;
  private final Filter filter;
  private final List<Double> mean;
  private final List<Double> std;

  private Preprocessing(int resize, int crop, Filter filter, List<Double> mean, List<Double> std) {
    this.resize = resize;
    this.crop = crop;
    this.filter = filter;
    this.mean = mean;
    this.std = std;
  }

  /**
   * Resize of the shorter side to {@code size}, centre crop of {@code size}, bicubic.
   *
   * @param size side of the network's input in pixels
   * @param mean per channel, of pixels scaled to [0, 1]
   * @param std per channel, positive
   * @throws IllegalArgumentException unless size is positive, and mean and std have three finite
   *     values each
   */
  public static Preprocessing of(int size, List<Double> mean, List<Double> std) {
    if (size < 1) {
      throw new IllegalArgumentException("input size must be positive, got " + size);
    }
    if (mean.size() != 3
        || std.size() != 3
        || !mean.stream().allMatch(Double::isFinite)
        || !std.stream().allMatch(v -> v > 0 && Double.isFinite(v))) {
      throw new IllegalArgumentException(
          "mean and std are three finite numbers each, std positive; got " + mean + " and " + std);
    }
    return new Preprocessing(size, size, Filter.BICUBIC, List.copyOf(mean), List.copyOf(std));
  }

  /** A copy that resizes the shorter side to {@code px} first. */
  public Preprocessing withResize(int px) {
    if (px < crop) {
      throw new IllegalArgumentException(
          "resize to " + px + " px is smaller than the crop of " + crop + " px");
    }
    return new Preprocessing(px, crop, filter, mean, std);
  }

  /** A copy that resamples by {@code other}. */
  public Preprocessing withFilter(Filter other) {
    return new Preprocessing(resize, crop, Objects.requireNonNull(other), mean, std);
  }

  /** Length of the shorter side after resizing, in pixels. */
  public int resize() {
    return resize;
  }

  /** Side of the centre crop, which is the network's input, in pixels. */
  public int crop() {
    return crop;
  }

  /** Resampling filter. */
  public Filter filter() {
    return filter;
  }

  /** Mean per channel, of pixels scaled to [0, 1]. */
  public List<Double> mean() {
    return mean;
  }

  /** Standard deviation per channel, of pixels scaled to [0, 1]. */
  public List<Double> std() {
    return std;
  }

  /** One line that names every value; equal text means equal preprocessing. */
  public String describe() {
    return "resize "
        + resize
        + " "
        + filter.name().toLowerCase(java.util.Locale.ROOT)
        + ", centre crop "
        + crop
        + ", mean "
        + mean
        + ", std "
        + std;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Preprocessing other && describe().equals(other.describe());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new Object[] {resize, crop, filter, mean, std});
  }

  @Override
  public String toString() {
    return describe();
  }
}
