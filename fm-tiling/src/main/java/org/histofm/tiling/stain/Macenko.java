package org.histofm.tiling.stain;

import java.util.Optional;

/** Macenko's stains of one image, with the settings of the published code. */
final class Macenko {
  static final double WHITE = 240;

  private static final double ALPHA = 1;
  private static final double MAX = 99;
  private static final double[] DENSITY = new double[256];

  static {
    for (int i = 0; i < 256; i++) {
      DENSITY[i] = -Math.log((i + 1) / WHITE);
    }
  }

  private final byte[] rgb;

  Macenko(byte[] rgb) {
    this.rgb = rgb;
  }

  static double density(int value) {
    return DENSITY[value];
  }

  Optional<Stains> stains() {
    int[] tissue = Tissue.pixels(rgb, DENSITY);
    if (tissue.length == 0) {
      return Optional.empty();
    }
    double[][] vectors = Matrix3.eigenvectors(covariance(tissue));
    double[] first = vectors[0];
    double sign = first[0] + first[1] + first[2] < 0 ? -1 : 1;
    double[] second = vectors[1];
    double[] angles = new double[tissue.length];
    for (int i = 0; i < tissue.length; i++) {
      double red = DENSITY[rgb[tissue[i]] & 0xff];
      double green = DENSITY[rgb[tissue[i] + 1] & 0xff];
      double blue = DENSITY[rgb[tissue[i] + 2] & 0xff];
      double along = sign * (first[0] * red + first[1] * green + first[2] * blue);
      double across = second[0] * red + second[1] * green + second[2] * blue;
      angles[i] = Math.atan2(across, along);
    }
    double low = Percentile.of(angles, ALPHA);
    double high = Percentile.of(angles, 100 - ALPHA);
    OpticalDensity a = direction(first, sign, second, low);
    OpticalDensity b = direction(first, sign, second, high);
    boolean inOrder = a.red() > b.red(); // haematoxylin absorbs more red than eosin does
    OpticalDensity haematoxylin = inOrder ? a : b;
    OpticalDensity eosin = inOrder ? b : a;
    return new Unmixing(haematoxylin, eosin)
        .strongest(rgb, DENSITY, MAX)
        .flatMap(max -> Stains.of(haematoxylin, eosin, max[0], max[1]));
  }

  private static OpticalDensity direction(
      double[] first, double sign, double[] second, double angle) {
    double c = Math.cos(angle) * sign;
    double s = Math.sin(angle);
    return new OpticalDensity(
        c * first[0] + s * second[0], c * first[1] + s * second[1], c * first[2] + s * second[2]);
  }

  private double[][] covariance(int[] tissue) {
    double[] mean = new double[3];
    for (int at : tissue) {
      for (int c = 0; c < 3; c++) {
        mean[c] += DENSITY[rgb[at + c] & 0xff] / tissue.length;
      }
    }
    double[][] sums = new double[3][3];
    for (int at : tissue) {
      for (int i = 0; i < 3; i++) {
        double off = DENSITY[rgb[at + i] & 0xff] - mean[i];
        for (int j = 0; j <= i; j++) {
          sums[i][j] += off * (DENSITY[rgb[at + j] & 0xff] - mean[j]);
        }
      }
    }
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j <= i; j++) {
        sums[i][j] /= tissue.length - 1;
        sums[j][i] = sums[i][j];
      }
    }
    return sums;
  }
}
