package org.histofm.tiling.stain;

import java.util.Locale;
import org.histofm.provenance.Facts;
import org.histofm.tile.RgbImage;

/**
 * Mean and standard deviation (over n) of an image's pixels in CIELAB (sRGB, white D65, L from 0 to
 * 100). Small enough to be recorded and compared.
 *
 * @param meanL mean lightness
 * @param meanA mean of a
 * @param meanB mean of b
 * @param deviationL standard deviation of lightness
 * @param deviationA standard deviation of a
 * @param deviationB standard deviation of b
 */
public record LabStatistics(
    double meanL,
    double meanA,
    double meanB,
    double deviationL,
    double deviationA,
    double deviationB) {
  /**
   * @throws IllegalArgumentException unless all are finite and deviations at least 0
   */
  public LabStatistics {
    boolean finite = Double.isFinite(meanL + meanA + meanB + deviationL + deviationA + deviationB);
    if (!finite || deviationL < 0 || deviationA < 0 || deviationB < 0) {
      throw new IllegalArgumentException("means must be finite and deviations at least 0");
    }
  }

  /** Those of all pixels of {@code image}. */
  public static LabStatistics of(RgbImage image) {
    return of(CieLab.fromRgb(image.toBytes()));
  }

  /** Those of pixels in CIELAB, [n, 3]. */
  static LabStatistics of(double[] lab) {
    int pixels = lab.length / 3;
    double[] mean = new double[3];
    for (int i = 0; i < lab.length; i++) {
      mean[i % 3] += lab[i];
    }
    for (int c = 0; c < 3; c++) {
      mean[c] /= pixels;
    }
    double[] squares = new double[3];
    for (int i = 0; i < lab.length; i++) {
      double off = lab[i] - mean[i % 3];
      squares[i % 3] += off * off;
    }
    return new LabStatistics(
        mean[0],
        mean[1],
        mean[2],
        Math.sqrt(squares[0] / pixels),
        Math.sqrt(squares[1] / pixels),
        Math.sqrt(squares[2] / pixels));
  }

  double mean(int channel) {
    return channel == 0 ? meanL : channel == 1 ? meanA : meanB;
  }

  double deviation(int channel) {
    return channel == 0 ? deviationL : channel == 1 ? deviationA : deviationB;
  }

  /** These numbers as facts for a record. */
  public Facts facts() {
    return Facts.none()
        .with("LAB mean", text(meanL, meanA, meanB))
        .with("LAB deviation", text(deviationL, deviationA, deviationB));
  }

  private static String text(double a, double b, double c) {
    return String.format(Locale.ROOT, "%.4f %.4f %.4f", a, b, c);
  }
}
