package org.histofm.tiling.stain;

/**
 * Concentrations h ≥ 0 of two stains that minimise ½ |v − W h|² + λ (h₁ + h₂), exactly: both,
 * either or neither are above zero.
 */
final class NonNegative {
  private final OpticalDensity first;
  private final OpticalDensity second;
  private final double sparsity;
  private final double aa;
  private final double ab;
  private final double bb;

  NonNegative(OpticalDensity first, OpticalDensity second, double sparsity) {
    this.first = first;
    this.second = second;
    this.sparsity = sparsity;
    this.aa = first.dot(first);
    this.ab = first.dot(second);
    this.bb = second.dot(second);
  }

  void of(double red, double green, double blue, double[] h) {
    double a = first.red() * red + first.green() * green + first.blue() * blue - sparsity;
    double b = second.red() * red + second.green() * green + second.blue() * blue - sparsity;
    double determinant = aa * bb - ab * ab;
    if (determinant > 1e-12) {
      h[0] = (bb * a - ab * b) / determinant;
      h[1] = (aa * b - ab * a) / determinant;
      if (h[0] >= 0 && h[1] >= 0) {
        return;
      }
    }
    double alone = aa > 0 ? Math.max(0, a / aa) : 0;
    double other = bb > 0 ? Math.max(0, b / bb) : 0;
    // With h alone the objective falls by h² |w|² / 2.
    boolean isFirst = alone * alone * aa >= other * other * bb;
    h[0] = isFirst ? alone : 0;
    h[1] = isFirst ? 0 : other;
  }

  /** A percentile of either concentration over all pixels. */
  double[] strongest(byte[] rgb, double[] density, double percent) {
    double[][] all = new double[2][rgb.length / 3];
    double[] h = new double[2];
    for (int i = 0; i < all[0].length; i++) {
      of(
          density[rgb[3 * i] & 0xff],
          density[rgb[3 * i + 1] & 0xff],
          density[rgb[3 * i + 2] & 0xff],
          h);
      all[0][i] = h[0];
      all[1][i] = h[1];
    }
    return new double[] {Percentile.of(all[0], percent), Percentile.of(all[1], percent)};
  }
}
