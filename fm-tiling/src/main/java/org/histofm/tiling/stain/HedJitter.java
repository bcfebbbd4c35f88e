package org.histofm.tiling.stain;

import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.histofm.Seed;
import org.histofm.tile.RgbImage;

/**
 * Random variation of stain: the amounts of haematoxylin, eosin and DAB are each multiplied by a
 * factor from [1 − scale, 1 + scale] and moved by a shift from [−shift, shift], drawn once a tile.
 *
 * <p>Amounts are in natural optical density, −ln((v + 1) / 256), unmixed by the colours of {@link
 * Hed}, and may be negative, so a factor of 1 and a shift of 0 change nothing. Results are rounded
 * to the nearest of 8 bits.
 *
 * <p>Immutable; safe for concurrent use.
 *
 * @param scale how far factors lie from 1; from 0 to 1
 * @param shift how far amounts are moved, in optical density; from 0 to 1
 * @see "Tellez et al. 2018, Whole-slide mitosis detection in H&amp;E breast histology, section
 *     III-D"
 */
public record HedJitter(double scale, double shift) {
  private static final double[] DENSITY = new double[256];

  static {
    for (int i = 0; i < 256; i++) {
      DENSITY[i] = -Math.log((i + 1) / 256.0);
    }
  }

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public HedJitter {
    if (!(scale >= 0 && scale <= 1 && shift >= 0 && shift <= 1)) {
      throw new IllegalArgumentException(
          "scale and shift lie in [0, 1], got " + scale + " and " + shift);
    }
  }

  /** Both at 0.05, the light variant of Tellez et al. 2019. */
  public static HedJitter light() {
    return new HedJitter(0.05, 0.05);
  }

  /** Both at 0.2, the strong variant of Tellez et al. 2019. */
  public static HedJitter strong() {
    return new HedJitter(0.2, 0.2);
  }

  /** A copy of {@code tile}, varied by what {@code seed} draws. */
  public RgbImage apply(RgbImage tile, Seed seed) {
    byte[] rgb = tile.toBytes();
    apply(rgb, 0, tile.width() * tile.height(), seed);
    return RgbImage.of(tile.width(), tile.height(), rgb);
  }

  /**
   * Varies a tile in place.
   *
   * @param rgb pixels, [.., 3]
   * @param at index of the first byte
   * @param pixels how many pixels
   * @param seed draws, in this order, factor and shift of haematoxylin, of eosin and of DAB
   * @throws IndexOutOfBoundsException if the pixels do not lie inside the array
   */
  public void apply(byte[] rgb, int at, int pixels, Seed seed) {
    Objects.checkFromIndexSize(at, Math.multiplyExact(pixels, 3), rgb.length);
    SplittableRandom random = seed.random();
    double[][] scaled = new double[3][];
    double[] moved = new double[3];
    for (int s = 0; s < 3; s++) {
      double factor = 1 + scale * (2 * random.nextDouble() - 1);
      double offset = shift * (2 * random.nextDouble() - 1);
      scaled[s] = new double[3];
      for (int c = 0; c < 3; c++) {
        scaled[s][c] = factor * Hed.STAINS[s][c];
        moved[c] += offset * Hed.STAINS[s][c];
      }
    }
    // Unmixing, scaling and mixing are one matrix: density' = density · M + moved.
    double[][] m = Matrix3.times(Hed.UNMIXED, scaled);
    for (int i = at; i < at + 3 * pixels; i += 3) {
      double red = DENSITY[rgb[i] & 0xff];
      double green = DENSITY[rgb[i + 1] & 0xff];
      double blue = DENSITY[rgb[i + 2] & 0xff];
      for (int c = 0; c < 3; c++) {
        double density = red * m[0][c] + green * m[1][c] + blue * m[2][c] + moved[c];
        rgb[i + c] = (byte) Math.round(Math.max(0, Math.min(255, 256 * Math.exp(-density) - 1)));
      }
    }
  }

  /** The jitter in a few words; equal text means an equal jitter. */
  public String describe() {
    return String.format(Locale.ROOT, "HED jitter, factor 1 ± %s, shift ± %s", scale, shift);
  }
}
