package org.histofm.tiling.stain;

import org.histofm.provenance.Facts;
import org.histofm.tile.RgbImage;

/** Gives a tile the target's mean and deviation of lightness and colour. */
final class ReinhardNormaliser implements StainNormaliser {
  private static final double LEAST_DEVIATION = 0.1; // a quarter of what one of 255 levels makes
  private static final double[] DENSITY = new double[256];

  static {
    for (int i = 0; i < 256; i++) {
      DENSITY[i] = Macenko.density(i);
    }
  }

  private final LabStatistics target;

  ReinhardNormaliser(LabStatistics target) {
    this.target = target;
  }

  @Override
  public StainResult normalise(RgbImage tile) {
    byte[] rgb = tile.toBytes();
    double[] lab = CieLab.fromRgb(rgb);
    LabStatistics own = LabStatistics.of(lab);
    boolean isFlat =
        own.deviationL() < LEAST_DEVIATION
            || own.deviationA() < LEAST_DEVIATION
            || own.deviationB() < LEAST_DEVIATION;
    if (isFlat || Tissue.pixels(rgb, DENSITY).length == 0) {
      return new StainResult(tile, false);
    }
    for (int i = 0; i < lab.length; i++) {
      int c = i % 3;
      lab[i] = (lab[i] - own.mean(c)) / own.deviation(c) * target.deviation(c) + target.mean(c);
    }
    for (int i = 0; i < rgb.length; i += 3) {
      CieLab.toRgb(lab[i], lab[i + 1], lab[i + 2], rgb, i);
    }
    return new StainResult(RgbImage.of(tile.width(), tile.height(), rgb), true);
  }

  @Override
  public Facts facts() {
    return Facts.none().with("stain normalisation", "reinhard").with(target.facts());
  }
}
