package org.histofm.backbones.pixels;

import java.util.Arrays;
import org.histofm.backbone.Preprocessing.Filter;
import org.histofm.tile.RgbImage;

/**
 * Pillow's resampling of 8-bit images, to the bit.
 *
 * <p>Two passes of a separable filter, along the rows first, each rounded to 8 bits; a pass that
 * changes no length is left out. Only an image more than 100 times as high as wide that loses
 * height is resized along its columns first, a rule that Pillow added to save work and that shifts
 * a few values by one. Weights are computed in double precision, normalised, and rounded to 22
 * fractional bits; sums are 32-bit integers. Shrinking widens the filter by the ratio, so it always
 * antialiases. An output pixel depends on its own weights only, so nothing is computed but a window
 * of the output: a crop after resizing costs no more than the crop.
 *
 * <p>Between the passes pixels are held as {@code int}: the second pass then is a sum of scaled
 * rows, which the JIT turns into vector instructions.
 *
 * @see "Pillow 12.3.0, src/libImaging/Resample.c: precompute_coeffs, normalize_coeffs_8bpc,
 *     ImagingResampleHorizontal_8bpc, ImagingResampleVertical_8bpc; PIL/Image.py: Image.resize"
 */
final class PillowResize {
  private static final int FRACTION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private PillowResize() {}

  /** {@code image} at {@code width} x {@code height}; itself if that changes nothing. */
  static RgbImage resize(RgbImage image, int width, int height, Filter filter) {
    return apply(
        image,
        Axis.of(image.width(), width, 0, width, filter),
        Axis.of(image.height(), height, 0, height, filter));
  }

  /** The window of the resized image that {@code x} and {@code y} describe. */
  static RgbImage apply(RgbImage image, Axis x, Axis y) {
    if (x.isIdentity() && y.isIdentity()) {
      return image;
    }
    byte[] out = new byte[Math.multiplyExact(3 * x.count, y.count)];
    write(image, x, y, out, 0);
    return RgbImage.of(x.count, y.count, out);
  }

  /** Writes what {@link #apply} gives into {@code target} from {@code offset}. */
  static void write(RgbImage image, Axis x, Axis y, byte[] target, int offset) {
    if (x.isIdentity() && y.isIdentity()) {
      image.copyTo(target, offset);
      return;
    }
    if (image.height() > 100L * image.width() && y.out < image.height() && x.resamples()) {
      Axis allColumns = Axis.of(image.width(), image.width(), 0, image.width(), Filter.BILINEAR);
      Axis allRows = Axis.of(y.count, y.count, 0, y.count, Filter.BILINEAR);
      write(apply(image, allColumns, y), x, allRows, target, offset);
      return;
    }
    int[][] rows = resizeColumns(image, x, y.firstInput(), y.endInput());
    int[] sums = new int[3 * x.count];
    int to = offset;
    for (int i = 0; i < y.count; i++) {
      y.sumRows(i, rows, sums);
      for (int sum : sums) {
        target[to++] = (byte) sum;
      }
    }
  }

  /** Rows {@code from} to {@code end} of the image after the first pass, each [columns, 3]. */
  private static int[][] resizeColumns(RgbImage image, Axis x, int from, int end) {
    byte[] pixels = image.toBytes();
    int[][] rows = new int[end - from][];
    for (int row = from; row < end; row++) {
      int[] resized = new int[3 * x.count];
      x.sumPixels(pixels, 3 * image.width() * row, resized);
      rows[row - from] = resized;
    }
    return rows;
  }

  private static int to8Bits(int sum) {
    return Math.min(Math.max(sum >> FRACTION_BITS, 0), 255);
  }

  /** Which inputs make up each output along one axis, and by which weights. */
  static final class Axis {
    private final int in;
    private final long out;
    private final int count;
    // Output i is the sum over j < taps[i] of weights[i][j] times input first[i] + j.
    private final int[] first;
    private final int[][] weights;

    private Axis(int in, long out, int[] first, int[][] weights) {
      this.in = in;
      this.out = out;
      this.count = first.length;
      this.first = first;
      this.weights = weights;
    }

    /**
     * Outputs {@code from} to {@code from + count} of an axis resized from {@code in} pixels to
     * {@code out}.
     *
     * @param out a long, since the long side of an extreme shape passes the int range, of which
     *     only the window is ever computed
     */
    static Axis of(int in, long out, long from, int count, Filter filter) {
      int[] first = new int[count];
      int[][] weights = new int[count][];
      for (int i = 0; i < count; i++) {
        if (in == out) {
          first[i] = Math.toIntExact(from + i);
          weights[i] = new int[] {1 << FRACTION_BITS};
        } else {
          weigh(in, out, from + i, filter, first, weights, i);
        }
      }
      return new Axis(in, out, first, weights);
    }

    private static void weigh(
        int in, long out, long position, Filter filter, int[] first, int[][] weights, int i) {
      double scale = (double) in / out;
      double filterScale = Math.max(scale, 1);
      double support = (filter == Filter.BICUBIC ? 2 : 1) * filterScale;
      double perPixel = 1 / filterScale;
      double centre = (position + 0.5) * scale;
      int low = Math.max((int) (centre - support + 0.5), 0);
      int high = Math.min((int) (centre + support + 0.5), in);
      double[] exact = new double[high - low];
      double sum = 0;
      for (int j = 0; j < exact.length; j++) {
        exact[j] = weight(filter, (j + low - centre + 0.5) * perPixel);
        sum += exact[j];
      }
      int[] rounded = new int[exact.length];
      for (int j = 0; j < exact.length; j++) {
        double w = exact[j] / sum * (1 << FRACTION_BITS);
        rounded[j] = (int) (w < 0 ? w - 0.5 : w + 0.5);
      }
      first[i] = low;
      weights[i] = rounded;
    }

    private static double weight(Filter filter, double distance) {
      double x = Math.abs(distance);
      return switch (filter) {
        case BILINEAR -> x < 1 ? 1 - x : 0;
        case BICUBIC -> bicubic(x, -0.5);
      };
    }

    private static double bicubic(double x, double a) {
      if (x < 1) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    boolean resamples() {
      return in != out;
    }

    boolean isIdentity() {
      return in == out && count == in;
    }

    /** First input that any output reads. */
    int firstInput() {
      return first[0];
    }

    /** One past the last input that any output reads. */
    int endInput() {
      return first[count - 1] + weights[count - 1].length;
    }

    /** Writes all outputs of one row of RGB pixels that begins at {@code offset}. */
    void sumPixels(byte[] pixels, int offset, int[] out) {
      for (int i = 0; i < count; i++) {
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        int p = offset + 3 * first[i];
        for (int w : weights[i]) {
          red += w * (pixels[p] & 0xff);
          green += w * (pixels[p + 1] & 0xff);
          blue += w * (pixels[p + 2] & 0xff);
          p += 3;
        }
        out[3 * i] = to8Bits(red);
        out[3 * i + 1] = to8Bits(green);
        out[3 * i + 2] = to8Bits(blue);
      }
    }

    /** Writes output {@code i}, a whole row; {@code rows} begin at {@link #firstInput}. */
    void sumRows(int i, int[][] rows, int[] out) {
      Arrays.fill(out, HALF);
      int row = first[i] - firstInput();
      for (int w : weights[i]) {
        addScaled(out, w, rows[row++]);
      }
      for (int k = 0; k < out.length; k++) {
        out[k] = to8Bits(out[k]);
      }
    }

    private static void addScaled(int[] sums, int w, int[] values) {
      for (int k = 0; k < sums.length; k++) {
        sums[k] += w * values[k];
      }
    }
  }
}
