package org.histofm.tiling.stain;

import java.util.Locale;
import java.util.Optional;
import org.histofm.InputException;
import org.histofm.provenance.Facts;
import org.histofm.tile.RgbImage;

/**
 * How an image is stained: the colours of its two stains, and how strong they get. Small enough to
 * be recorded and compared.
 *
 * @param haematoxylin its direction among optical densities, of length 1
 * @param eosin its direction among optical densities, of length 1
 * @param maxHaematoxylin 99th percentile of its concentration over all pixels
 * @param maxEosin 99th percentile of its concentration over all pixels
 */
public record Stains(
    OpticalDensity haematoxylin, OpticalDensity eosin, double maxHaematoxylin, double maxEosin) {
  /**
   * The look that the authors' published code normalises to, which others have taken over
   * (torchstain's {@code HERef} and {@code maxCRef}).
   *
   * @see "Macenko et al. 2009, A method for normalizing histology slides for quantitative analysis"
   */
  public static final Stains REFERENCE =
      new Stains(
          new OpticalDensity(0.5626, 0.7201, 0.4062),
          new OpticalDensity(0.2159, 0.8012, 0.5581),
          1.9705,
          1.0308);

  private static final double LEAST_SINE = 0.01;
  private static final double LEAST_CONCENTRATION = 0.01;

  /**
   * @throws IllegalArgumentException unless concentrations are positive and finite, and the two
   *     colours differ
   */
  public Stains {
    if (!(maxHaematoxylin > 0 && maxEosin > 0 && Double.isFinite(maxHaematoxylin + maxEosin))) {
      throw new IllegalArgumentException(
          "concentrations must be positive, got " + maxHaematoxylin + " and " + maxEosin);
    }
    if (!(sine(haematoxylin, eosin) > 0)) {
      throw new IllegalArgumentException("two stains of one colour cannot be told apart");
    }
  }

  /**
   * The stains of {@code image} by Macenko's method; empty if it holds too little tissue, or of one
   * colour only, as {@link StainNormaliser} tells.
   *
   * <p>Settings of the published code: white light 240, optical density −ln((v + 1) / 240), pixels
   * of which every channel's density is at least 0.15, the plane of the two largest eigenvectors of
   * their covariance, percentiles 1 and 99 of the angle in it, least-squares concentrations. The
   * first eigenvector points towards positive densities, so the result does not depend on the sign
   * that a library gives it.
   *
   * @see "Macenko et al. 2009; torchstain.normalizers.MacenkoNormalizer"
   */
  public static Optional<Stains> ofMacenko(RgbImage image) {
    return new Macenko(image.toBytes()).stains();
  }

  /**
   * The stains of {@code image} by Vahadane's method; empty if it holds too little tissue, or of
   * one colour only, as {@link StainNormaliser} tells.
   *
   * <p>Sparse non-negative factorisation of the densities −ln(max(v, 1) / 255) of the pixels of
   * which every channel's density is at least 0.15: minimises ½ |V − W H|² + 0.1 Σ H over H ≥ 0 and
   * W ≥ 0 with columns of length 1 at most. Begins with Macenko's stains; in turn finds H exactly
   * and W by one pass of block coordinate descent, until the objective falls by less than one part
   * in 10^7, 200 times at most. There is no randomness. Concentrations are non-negative, with a
   * weight of 0.01.
   *
   * @see "Vahadane et al. 2016, Structure-preserving color normalization and sparse stain
   *     separation"
   */
  public static Optional<Stains> ofVahadane(RgbImage image) {
    return new Vahadane(image.toBytes()).stains();
  }

  /** Stains if they can be told apart and are there at all. */
  static Optional<Stains> of(
      OpticalDensity haematoxylin, OpticalDensity eosin, double maxHaematoxylin, double maxEosin) {
    boolean usable =
        sine(haematoxylin, eosin) >= LEAST_SINE
            && maxHaematoxylin >= LEAST_CONCENTRATION
            && maxEosin >= LEAST_CONCENTRATION;
    return usable
        ? Optional.of(new Stains(haematoxylin, eosin, maxHaematoxylin, maxEosin))
        : Optional.empty();
  }

  private static double sine(OpticalDensity a, OpticalDensity b) {
    double cosine = a.unit().dot(b.unit());
    return Math.sqrt(Math.max(0, 1 - cosine * cosine));
  }

  static InputException noTissue() {
    return new InputException(
        "the target image holds too little stained tissue to normalise to.",
        "Give an image with haematoxylin and eosin, or use Stains.REFERENCE.");
  }

  /** These numbers as facts for a record. */
  public Facts facts() {
    return Facts.none()
        .with("haematoxylin", text(haematoxylin) + ", at most " + text(maxHaematoxylin))
        .with("eosin", text(eosin) + ", at most " + text(maxEosin));
  }

  private static String text(OpticalDensity od) {
    return text(od.red()) + " " + text(od.green()) + " " + text(od.blue());
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
