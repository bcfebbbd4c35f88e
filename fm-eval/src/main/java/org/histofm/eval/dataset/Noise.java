package org.histofm.eval.dataset;

/**
 * Smooth value noise on an endless lattice: hashed corners, cubic blend. Values in [0, 1), mean
 * about 0.5. Immutable.
 */
final class Noise {
  private final long seed;

  Noise(long seed) {
    this.seed = seed;
  }

  double at(double x, double y) {
    long ix = (long) Math.floor(x);
    long iy = (long) Math.floor(y);
    double fx = blend(x - ix);
    double fy = blend(y - iy);
    double top = corner(ix, iy) + fx * (corner(ix + 1, iy) - corner(ix, iy));
    double bottom = corner(ix, iy + 1) + fx * (corner(ix + 1, iy + 1) - corner(ix, iy + 1));
    return top + fy * (bottom - top);
  }

  private static double blend(double t) {
    return t * t * (3 - 2 * t);
  }

  /** The finaliser of MurmurHash3 over both coordinates. */
  private double corner(long ix, long iy) {
    long z = seed + ix * 0x9E3779B97F4A7C15L + iy * 0xC2B2AE3D27D4EB4FL;
    z = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return ((z ^ (z >>> 33)) >>> 11) * 0x1.0p-53;
  }
}
