package org.histofm.tiling.plain;

import java.util.List;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;

/** Pixel sizes from numbers of pixels per length. */
final class Resolutions {
  static final double METRE = 1_000_000;

  private Resolutions() {}

  /** Length in µm of TIFF's and EXIF's units; 0 for none. */
  static double micrometres(int unit) {
    return switch (unit) {
      case 2 -> 25_400;
      case 3 -> 10_000;
      default -> 0;
    };
  }

  /** Adds the pixel size of {@code x} and {@code y} pixels per {@code length} µm, if it is one. */
  static void add(List<PixelSize> sizes, double length, double x, double y, String origin) {
    double wide = length / x;
    double high = length / y;
    if (wide > 0 && high > 0 && Double.isFinite(wide + high)) {
      sizes.add(new PixelSize(new Mpp(wide, high), origin));
    }
  }
}
