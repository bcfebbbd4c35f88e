package org.histofm.tiling.stain;

import org.histofm.tile.RgbImage;

/**
 * Separation into haematoxylin, eosin and DAB by the stain colours of Ruifrok and Johnston, in
 * scikit-image's units: optical density over −ln 10⁻⁶.
 *
 * @see "Ruifrok and Johnston 2001, Quantification of histochemical staining by color deconvolution"
 * @see "skimage.color.rgb2hed and hed2rgb"
 */
public final class Hed {
  /** Colours of the stains, by rows: haematoxylin, eosin, DAB. */
  static final double[][] STAINS = {{0.65, 0.70, 0.29}, {0.07, 0.99, 0.11}, {0.27, 0.57, 0.78}};

  static final double[][] UNMIXED = Matrix3.inverse(STAINS);

  private static final double LEAST = 1e-6;
  private static final double UNIT = -Math.log(LEAST);

  private Hed() {}

  /** Concentrations of the three stains, at least 0, [height, width, 3]. */
  public static float[] separate(RgbImage image) {
    byte[] rgb = image.toBytes();
    float[] hed = new float[rgb.length];
    for (int i = 0; i < rgb.length; i += 3) {
      double red = density(rgb[i] & 0xff);
      double green = density(rgb[i + 1] & 0xff);
      double blue = density(rgb[i + 2] & 0xff);
      for (int s = 0; s < 3; s++) {
        double amount = red * UNMIXED[0][s] + green * UNMIXED[1][s] + blue * UNMIXED[2][s];
        hed[i + s] = (float) Math.max(0, amount / UNIT);
      }
    }
    return hed;
  }

  private static double density(int value) {
    return -Math.log(Math.max(value / 255.0, LEAST));
  }

  /**
   * The image of concentrations {@code hed}, [height, width, 3], to the nearest of 8 bits.
   *
   * @throws IllegalArgumentException unless the length is that of the size times 3
   */
  public static RgbImage combine(int width, int height, float[] hed) {
    if (hed.length != 3L * width * height) {
      throw new IllegalArgumentException(
          hed.length + " values are not " + width + " x " + height + " px of three stains");
    }
    byte[] rgb = new byte[hed.length];
    for (int i = 0; i < rgb.length; i += 3) {
      for (int c = 0; c < 3; c++) {
        double density =
            hed[i] * STAINS[0][c] + hed[i + 1] * STAINS[1][c] + hed[i + 2] * STAINS[2][c];
        rgb[i + c] = (byte) Math.round(255 * Math.min(1, Math.exp(-density * UNIT)));
      }
    }
    return RgbImage.of(width, height, rgb);
  }
}
