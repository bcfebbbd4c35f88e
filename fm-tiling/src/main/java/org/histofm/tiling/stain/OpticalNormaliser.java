package org.histofm.tiling.stain;

import java.util.Optional;
import org.histofm.provenance.Facts;
import org.histofm.tile.RgbImage;

/** Separates a tile's own two stains and mixes the target's in their place. */
final class OpticalNormaliser implements StainNormaliser {
  private final String method;
  private final Stains target;

  OpticalNormaliser(String method, Stains target) {
    this.method = method;
    this.target = target;
  }

  @Override
  public StainResult normalise(RgbImage tile) {
    byte[] rgb = tile.toBytes();
    boolean isMacenko = method.equals("macenko");
    Optional<Stains> own = isMacenko ? new Macenko(rgb).stains() : new Vahadane(rgb).stains();
    if (own.isEmpty()) {
      return new StainResult(tile, false);
    }
    double scaleH = target.maxHaematoxylin() / own.get().maxHaematoxylin();
    double scaleE = target.maxEosin() / own.get().maxEosin();
    if (isMacenko) {
      Unmixing unmixing = new Unmixing(own.get().haematoxylin(), own.get().eosin());
      for (int i = 0; i < rgb.length; i += 3) {
        double red = Macenko.density(rgb[i] & 0xff);
        double green = Macenko.density(rgb[i + 1] & 0xff);
        double blue = Macenko.density(rgb[i + 2] & 0xff);
        mix(
            scaleH * unmixing.of(0, red, green, blue),
            scaleE * unmixing.of(1, red, green, blue),
            Macenko.WHITE,
            rgb,
            i);
      }
    } else {
      NonNegative unmixing =
          new NonNegative(
              own.get().haematoxylin(), own.get().eosin(), Vahadane.SPARSITY_OF_CONCENTRATIONS);
      double[] h = new double[2];
      for (int i = 0; i < rgb.length; i += 3) {
        unmixing.of(
            Vahadane.density(rgb[i] & 0xff),
            Vahadane.density(rgb[i + 1] & 0xff),
            Vahadane.density(rgb[i + 2] & 0xff),
            h);
        mix(scaleH * h[0], scaleE * h[1], Vahadane.WHITE, rgb, i);
      }
    }
    return new StainResult(RgbImage.of(tile.width(), tile.height(), rgb), true);
  }

  private void mix(double h, double e, double white, byte[] rgb, int at) {
    OpticalDensity first = target.haematoxylin();
    OpticalDensity second = target.eosin();
    rgb[at] = level(white, h * first.red() + e * second.red());
    rgb[at + 1] = level(white, h * first.green() + e * second.green());
    rgb[at + 2] = level(white, h * first.blue() + e * second.blue());
  }

  private static byte level(double white, double density) {
    return (byte) Math.round(Math.min(255, white * Math.exp(-density)));
  }

  @Override
  public Facts facts() {
    return Facts.none().with("stain normalisation", method).with(target.facts());
  }
}
