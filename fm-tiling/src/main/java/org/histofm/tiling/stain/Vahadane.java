package org.histofm.tiling.stain;

import java.util.Optional;

/**
 * Sparse non-negative factorisation of one image's optical densities into two stains: W [3, 2]
 * times H [2, n]. H is found exactly for each pixel, since with two stains there are four cases to
 * look at; W by block coordinate descent (Mairal et al. 2010, algorithm 2), with columns of length
 * 1 at most.
 */
final class Vahadane {
  static final double WHITE = 255;
  static final double SPARSITY = 0.1;
  static final double SPARSITY_OF_CONCENTRATIONS = 0.01;

  private static final int STEPS = 200;
  private static final double ENOUGH = 1e-7;
  private static final double MAX = 99;
  private static final double[] DENSITY = new double[256];

  // Where Macenko finds no stains: those of Ruifrok and Johnston.
  private static final OpticalDensity HAEMATOXYLIN = new OpticalDensity(0.65, 0.70, 0.29).unit();
  private static final OpticalDensity EOSIN = new OpticalDensity(0.07, 0.99, 0.11).unit();

  static {
    for (int i = 0; i < 256; i++) {
      DENSITY[i] = -Math.log(Math.max(i, 1) / WHITE);
    }
  }

  private final byte[] rgb;
  private final int[] tissue;
  private double objective;

  Vahadane(byte[] rgb) {
    this.rgb = rgb;
    this.tissue = Tissue.pixels(rgb, DENSITY);
  }

  static double density(int value) {
    return DENSITY[value];
  }

  /** ½ |V − W H|² + 0.1 Σ H, after {@link #stains}. */
  double objective() {
    return objective;
  }

  Optional<Stains> stains() {
    if (tissue.length == 0) {
      return Optional.empty();
    }
    Optional<Stains> start = new Macenko(rgb).stains();
    double[][] w = {
      nonNegative(start.map(Stains::haematoxylin).orElse(HAEMATOXYLIN)),
      nonNegative(start.map(Stains::eosin).orElse(EOSIN))
    };
    objective = Double.POSITIVE_INFINITY;
    for (int step = 0; step < STEPS; step++) {
      double before = objective;
      double[][] hh = new double[2][2];
      double[][] vh = new double[2][3];
      objective = concentrations(w, hh, vh);
      if (before - objective <= ENOUGH * objective) {
        break;
      }
      stainStep(w, hh, vh);
    }
    OpticalDensity a = new OpticalDensity(w[0][0], w[0][1], w[0][2]);
    OpticalDensity b = new OpticalDensity(w[1][0], w[1][1], w[1][2]);
    if (a.dot(a) == 0 || b.dot(b) == 0) {
      return Optional.empty(); // one stain explains all
    }
    boolean inOrder = a.red() > b.red();
    OpticalDensity haematoxylin = (inOrder ? a : b).unit();
    OpticalDensity eosin = (inOrder ? b : a).unit();
    NonNegative unmixing = new NonNegative(haematoxylin, eosin, SPARSITY_OF_CONCENTRATIONS);
    double[] max = unmixing.strongest(rgb, DENSITY, MAX);
    return Stains.of(haematoxylin, eosin, max[0], max[1]);
  }

  private static double[] nonNegative(OpticalDensity od) {
    OpticalDensity positive =
        new OpticalDensity(Math.max(0, od.red()), Math.max(0, od.green()), Math.max(0, od.blue()))
            .unit();
    return new double[] {positive.red(), positive.green(), positive.blue()};
  }

  /** Finds H and sums H Hᵀ and V Hᵀ; gives the objective. */
  private double concentrations(double[][] w, double[][] hh, double[][] vh) {
    NonNegative unmixing =
        new NonNegative(
            new OpticalDensity(w[0][0], w[0][1], w[0][2]),
            new OpticalDensity(w[1][0], w[1][1], w[1][2]),
            SPARSITY);
    double[] h = new double[2];
    double sum = 0;
    for (int at : tissue) {
      double[] v = {
        DENSITY[rgb[at] & 0xff], DENSITY[rgb[at + 1] & 0xff], DENSITY[rgb[at + 2] & 0xff]
      };
      unmixing.of(v[0], v[1], v[2], h);
      double square = 0;
      for (int c = 0; c < 3; c++) {
        double off = v[c] - w[0][c] * h[0] - w[1][c] * h[1];
        square += off * off;
        vh[0][c] += v[c] * h[0];
        vh[1][c] += v[c] * h[1];
      }
      hh[0][0] += h[0] * h[0];
      hh[0][1] += h[0] * h[1];
      hh[1][1] += h[1] * h[1];
      sum += square / 2 + SPARSITY * (h[0] + h[1]);
    }
    hh[1][0] = hh[0][1];
    return sum;
  }

  private static void stainStep(double[][] w, double[][] hh, double[][] vh) {
    for (int j = 0; j < 2; j++) {
      if (hh[j][j] == 0) {
        continue; // a stain that no pixel uses stays as it is
      }
      double square = 0;
      for (int c = 0; c < 3; c++) {
        double gradient = vh[j][c] - w[0][c] * hh[0][j] - w[1][c] * hh[1][j];
        w[j][c] = Math.max(0, w[j][c] + gradient / hh[j][j]);
        square += w[j][c] * w[j][c];
      }
      double length = Math.max(1, Math.sqrt(square));
      for (int c = 0; c < 3; c++) {
        w[j][c] /= length;
      }
    }
  }
}
