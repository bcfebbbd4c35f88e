package org.histofm.tiling.pyramid;

/**
 * Target pixels along one axis.
 *
 * @param first index of the first, in the grid that begins at the slide's edge
 * @param count how many
 * @param scale level-0 pixels of a target pixel
 */
record Grid(long first, long count, double scale) {
  static Grid of(long start, long length, double scale) {
    long first = Math.round(start / scale);
    return new Grid(first, Math.max(1, Math.round((start + length) / scale) - first), scale);
  }

  Grid part(long from, long length) {
    return new Grid(first + from, length, scale);
  }

  /**
   * How the pixels of a level make up the target pixels.
   *
   * @param downsample level-0 pixels of a pixel of the level
   * @param size pixels of the level
   */
  BoxWeights weights(double downsample, long size) {
    double step = scale / downsample;
    long from = clamp((long) Math.floor(first * step), size);
    long to = clamp((long) Math.ceil((first + count) * step), size);
    return new BoxWeights(first, (int) count, step, (int) from, (int) Math.max(0, to - from));
  }

  private static long clamp(long value, long size) {
    return Math.max(0, Math.min(value, size));
  }
}
