package org.histofm.eval.dataset;

import java.util.Locale;
import org.histofm.tile.RgbImage;

/**
 * Light and camera of a synthetic scanner: turns stain concentrations into pixels.
 *
 * <p>Each stain absorbs by Beer and Lambert's law, I = I0 · exp(−Σ c·a), with the absorption of
 * haematoxylin and eosin in red, green and blue as colour deconvolution finds it on H&amp;E slides
 * (Macenko et al. 2009). Then follow blur of the optics, saturation, gamma, white balance and noise
 * of the camera, which is where scanners differ. How evenly sections are cut differs as well, since
 * a scanner stands in a laboratory; this spread keeps a shifted domain from being all right or all
 * wrong.
 *
 * <p>How far the domains lie apart was chosen so that logistic regression on a random ViT-Ti/16,
 * learnt on scanner-a, has a mean balanced accuracy of 0.94 (lowest of 344 fits 0.82) on new
 * patients there, and of about 0.7 on the other domains.
 */
enum HeScanner {
  SCANNER_A(1.00, 1.00, 1.00, 1.00, 1.00, 0.0, 2.0, 0.05),
  SCANNER_B(1.00, 0.96, 0.92, 0.79, 1.10, 0.7, 3.0, 0.20),
  SCANNER_C(0.93, 0.95, 1.00, 1.28, 0.90, 0.4, 5.0, 0.20);

  private static final int CURVE_STEPS = 2048;
  private static final double[] HAEMATOXYLIN = {0.60, 0.72, 0.35};
  private static final double[] EOSIN = {0.2159, 0.8012, 0.5581};

  private final double red;
  private final double green;
  private final double blue;
  private final double gamma;
  private final double saturation;
  private final double blur;
  private final double noise;
  private final double thicknessSpread;

  /**
   * @param red white balance: the factor on red
   * @param green the factor on green
   * @param blue the factor on blue
   * @param gamma of the camera; below 1 is paler
   * @param saturation factor on the distance from grey
   * @param blur weight of the two neighbours on each axis, relative to the pixel's own
   * @param noise standard deviation in grey values
   * @param thicknessSpread spread of the sections' thickness, natural logarithm
   */
  HeScanner(
      double red,
      double green,
      double blue,
      double gamma,
      double saturation,
      double blur,
      double noise,
      double thicknessSpread) {
    this.red = red;
    this.green = green;
    this.blue = blue;
    this.gamma = gamma;
    this.saturation = saturation;
    this.blur = blur;
    this.noise = noise;
    this.thicknessSpread = thicknessSpread;
  }

  /** Name of the domain. */
  String domain() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How unevenly the laboratory beside the scanner cuts its sections. */
  double thicknessSpread() {
    return thicknessSpread;
  }

  /** An image of {@code tissue}. */
  RgbImage scan(HeTissue tissue, Draws draws) {
    int size = tissue.size();
    double[] light = new double[size * size * 3];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double h = tissue.haematoxylin(x, y);
        double e = tissue.eosin(x, y);
        for (int c = 0; c < 3; c++) {
          light[(y * size + x) * 3 + c] =
              0.97 * StrictMath.exp(-1.15 * (h * HAEMATOXYLIN[c] + e * EOSIN[c]));
        }
      }
    }
    if (blur > 0) {
      light = blurred(blurred(light, size, 3), size, size * 3);
    }
    double[] curve = curve();
    double[] white = {red, green, blue};
    byte[] rgb = new byte[light.length];
    for (int p = 0; p < size * size; p++) {
      double grey = (light[3 * p] + light[3 * p + 1] + light[3 * p + 2]) / 3;
      for (int c = 0; c < 3; c++) {
        double v = Math.min(1, Math.max(0, grey + saturation * (light[3 * p + c] - grey)));
        double out = white[c] * curve[(int) (v * CURVE_STEPS + 0.5)] + noise * draws.grain();
        rgb[3 * p + c] = (byte) Math.max(0, Math.min(255, Math.rint(out)));
      }
    }
    return RgbImage.of(size, size, rgb);
  }

  /** Grey values by light: a table, since a power a pixel costs more than all else. */
  private double[] curve() {
    double[] curve = new double[CURVE_STEPS + 1];
    for (int i = 0; i <= CURVE_STEPS; i++) {
      curve[i] = 255 * StrictMath.pow((double) i / CURVE_STEPS, gamma);
    }
    return curve;
  }

  /** A (b, 1, b)/(1 + 2b) filter along the axis of {@code stride}, edges repeated. */
  private double[] blurred(double[] in, int size, int stride) {
    double[] out = new double[in.length];
    for (int i = 0; i < in.length; i++) {
      int place = i / stride % size;
      double before = in[place > 0 ? i - stride : i];
      double after = in[place < size - 1 ? i + stride : i];
      out[i] = (in[i] + blur * (before + after)) / (1 + 2 * blur);
    }
    return out;
  }
}
