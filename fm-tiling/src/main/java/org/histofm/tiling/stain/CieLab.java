package org.histofm.tiling.stain;

/** CIELAB over sRGB (IEC 61966-2-1), white D65, with the constants that scikit-image uses. */
final class CieLab {
  private static final double[] WHITE = {0.95047, 1, 1.08883};
  private static final double[][] TO_XYZ = {
    {0.412453, 0.357580, 0.180423}, {0.212671, 0.715160, 0.072169}, {0.019334, 0.119193, 0.950227}
  };
  private static final double[][] TO_RGB = Matrix3.inverse(TO_XYZ);
  private static final double[] LINEAR = new double[256];

  static {
    for (int i = 0; i < 256; i++) {
      double v = i / 255.0;
      LINEAR[i] = v > 0.04045 ? Math.pow((v + 0.055) / 1.055, 2.4) : v / 12.92;
    }
  }

  private CieLab() {}

  /** Pixels [n, 3] in CIELAB. */
  static double[] fromRgb(byte[] rgb) {
    double[] lab = new double[rgb.length];
    for (int i = 0; i < rgb.length; i += 3) {
      fromRgb(rgb, i, lab);
    }
    return lab;
  }

  private static void fromRgb(byte[] rgb, int at, double[] lab) {
    double red = LINEAR[rgb[at] & 0xff];
    double green = LINEAR[rgb[at + 1] & 0xff];
    double blue = LINEAR[rgb[at + 2] & 0xff];
    double x = bend(Matrix3.row(TO_XYZ, 0, red, green, blue) / WHITE[0]);
    double y = bend(Matrix3.row(TO_XYZ, 1, red, green, blue) / WHITE[1]);
    double z = bend(Matrix3.row(TO_XYZ, 2, red, green, blue) / WHITE[2]);
    lab[at] = 116 * y - 16;
    lab[at + 1] = 500 * (x - y);
    lab[at + 2] = 200 * (y - z);
  }

  private static double bend(double t) {
    return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16.0 / 116;
  }

  /** Writes the nearest colour of 8 bits. */
  static void toRgb(double l, double a, double b, byte[] rgb, int at) {
    double y = (l + 16) / 116;
    double x = unbend(a / 500 + y) * WHITE[0];
    double z = unbend(y - b / 200) * WHITE[2];
    y = unbend(y) * WHITE[1];
    for (int c = 0; c < 3; c++) {
      double v = Matrix3.row(TO_RGB, c, x, y, z);
      v = v > 0.0031308 ? 1.055 * Math.pow(v, 1 / 2.4) - 0.055 : v * 12.92;
      rgb[at + c] = (byte) Math.round(255 * Math.max(0, Math.min(1, v)));
    }
  }

  private static double unbend(double t) {
    return t > 0.2068966 ? t * t * t : (t - 16.0 / 116) / 7.787;
  }
}
