package org.histofm.tiling.stain;

import java.util.Optional;

/** Concentrations of two stains by least squares. */
final class Unmixing {
  private final double[][] rows = new double[2][3]; // stain, channel: the pseudo-inverse

  Unmixing(OpticalDensity first, OpticalDensity second) {
    double aa = first.dot(first);
    double ab = first.dot(second);
    double bb = second.dot(second);
    double determinant = aa * bb - ab * ab;
    double[] a = {first.red(), first.green(), first.blue()};
    double[] b = {second.red(), second.green(), second.blue()};
    for (int c = 0; c < 3; c++) {
      rows[0][c] = (bb * a[c] - ab * b[c]) / determinant;
      rows[1][c] = (aa * b[c] - ab * a[c]) / determinant;
    }
  }

  double of(int stain, double red, double green, double blue) {
    return rows[stain][0] * red + rows[stain][1] * green + rows[stain][2] * blue;
  }

  /** A percentile of either concentration over all pixels; none if they are not finite. */
  Optional<double[]> strongest(byte[] rgb, double[] density, double percent) {
    double[] max = new double[2];
    double[] all = new double[rgb.length / 3];
    for (int stain = 0; stain < 2; stain++) {
      for (int i = 0; i < all.length; i++) {
        all[i] =
            of(
                stain,
                density[rgb[3 * i] & 0xff],
                density[rgb[3 * i + 1] & 0xff],
                density[rgb[3 * i + 2] & 0xff]);
      }
      max[stain] = Percentile.of(all, percent);
    }
    return Double.isFinite(max[0] + max[1]) ? Optional.of(max) : Optional.empty();
  }
}
