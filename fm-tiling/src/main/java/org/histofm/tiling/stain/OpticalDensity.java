package org.histofm.tiling.stain;

/**
 * Optical densities of a colour, one a channel: how much light is absorbed, as a natural logarithm.
 *
 * @param red of the red channel
 * @param green of the green channel
 * @param blue of the blue channel
 */
public record OpticalDensity(double red, double green, double blue) {
  /**
   * @throws IllegalArgumentException unless all are finite
   */
  public OpticalDensity {
    if (!Double.isFinite(red + green + blue)) {
      throw new IllegalArgumentException("optical densities must be finite");
    }
  }

  double dot(OpticalDensity other) {
    return red * other.red + green * other.green + blue * other.blue;
  }

  /** The same direction at length 1. */
  OpticalDensity unit() {
    double length = Math.sqrt(dot(this));
    return new OpticalDensity(red / length, green / length, blue / length);
  }
}
