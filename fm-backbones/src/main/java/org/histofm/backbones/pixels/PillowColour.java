package org.histofm.backbones.pixels;

/**
 * Pillow's colour adjustments of 8-bit RGB, to the bit: what torchvision's {@code
 * adjust_brightness}, {@code adjust_contrast}, {@code adjust_saturation} and {@code adjust_hue}
 * give on a PIL image.
 *
 * <p>The first three move each value from a duller image, or beyond the original, by a factor in
 * float32, and truncate: from black, from the mean grey, from each pixel's own grey. The last turns
 * the hue in Pillow's 8-bit HSV, where a turn of 0 already costs precision. Constants and the mix
 * of float32 and float64 are those of Pillow's C code, compiled for x86-64, where a product and a
 * sum are rounded one by one.
 *
 * <p>All work in place on the pixels of one image, [pixels, 3].
 *
 * @see "Pillow 12.3.0, PIL/ImageEnhance.py; src/libImaging/Blend.c; Convert.c: rgb2l, rgb2hsv_row,
 *     hsv2rgb; torchvision 0.28, transforms/_functional_pil.py"
 */
final class PillowColour {
  private PillowColour() {}

  /** Scales the values {@code from} to {@code to}; factor 0 gives black, 1 changes nothing. */
  static void brightness(byte[] rgb, int from, int to, double factor) {
    blendWith(0, rgb, from, to, (float) factor);
  }

  /** Moves values from the image's mean grey; factor 0 gives that grey, 1 changes nothing. */
  static void contrast(byte[] rgb, int from, int to, double factor) {
    long sum = 0;
    for (int p = from; p < to; p += 3) {
      sum += grey(rgb[p] & 0xff, rgb[p + 1] & 0xff, rgb[p + 2] & 0xff);
    }
    int mean = (int) ((double) sum / ((to - from) / 3) + 0.5);
    blendWith(mean, rgb, from, to, (float) factor);
  }

  private static void blendWith(int dull, byte[] rgb, int from, int to, float factor) {
    byte[] blended = new byte[256];
    for (int value = 0; value < 256; value++) {
      blended[value] = (byte) blend(dull, value, factor);
    }
    for (int k = from; k < to; k++) {
      rgb[k] = blended[rgb[k] & 0xff];
    }
  }

  /** Moves pixels from their own grey; factor 0 gives a grey image, 1 changes nothing. */
  static void saturation(byte[] rgb, int from, int to, double factor) {
    float f = (float) factor;
    for (int p = from; p < to; p += 3) {
      int red = rgb[p] & 0xff;
      int green = rgb[p + 1] & 0xff;
      int blue = rgb[p + 2] & 0xff;
      int grey = grey(red, green, blue);
      rgb[p] = (byte) blend(grey, red, f);
      rgb[p + 1] = (byte) blend(grey, green, f);
      rgb[p + 2] = (byte) blend(grey, blue, f);
    }
  }

  /**
   * Turns the hue.
   *
   * @param turn part of the colour circle, -0.5 to 0.5; cut to a 255th towards 0
   */
  static void hue(byte[] rgb, int from, int to, double turn) {
    int steps = (int) (turn * 255);
    for (int p = from; p < to; p += 3) {
      int hsv = toHsv(rgb[p] & 0xff, rgb[p + 1] & 0xff, rgb[p + 2] & 0xff);
      // The hue wraps around at 256, though 255 already is the full circle.
      int turned = toRgb((hsv >> 16) + steps & 0xff, hsv >> 8 & 0xff, hsv & 0xff);
      rgb[p] = (byte) (turned >> 16);
      rgb[p + 1] = (byte) (turned >> 8);
      rgb[p + 2] = (byte) turned;
    }
  }

  /** Luma of ITU-R BT.601 in 16 fractional bits, rounded. */
  static int grey(int red, int green, int blue) {
    return red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16;
  }

  /** {@code dull} at factor 0, {@code value} at 1, cut to 0 to 255. */
  static int blend(int dull, int value, float factor) {
    float blended = dull + factor * (value - dull);
    return Math.min(Math.max((int) blended, 0), 255);
  }

  /** 0xHHSSVV. */
  static int toHsv(int red, int green, int blue) {
    int max = Math.max(red, Math.max(green, blue));
    int min = Math.min(red, Math.min(green, blue));
    if (min == max) {
      return max;
    }
    float range = max - min;
    float saturation = range / max;
    float fromRed = (max - red) / range;
    float fromGreen = (max - green) / range;
    float fromBlue = (max - blue) / range;
    float sixths;
    if (red == max) {
      sixths = fromBlue - fromGreen;
    } else if (green == max) {
      sixths = (float) (2.0 + fromRed - fromBlue);
    } else {
      sixths = (float) (4.0 + fromGreen - fromRed);
    }
    double turn = sixths / 6.0 + 1;
    float hue = (float) (turn >= 1 ? turn - 1 : turn);
    return (int) (hue * 255.0) << 16 | (int) (saturation * 255.0) << 8 | max;
  }

  /** 0xRRGGBB. */
  static int toRgb(int hue, int saturation, int value) {
    if (saturation == 0) {
      return value << 16 | value << 8 | value;
    }
    int sixth = (int) (hue * 6.0 / 255.0);
    float within = (float) (hue * 6.0 / 255.0 - sixth);
    float s = (float) (saturation / 255.0);
    int low = round(value * (1.0 - s));
    // Between value and low: falling in the odd sixths, rising in the others.
    int middle = round(value * (1.0 - (sixth % 2 == 1 ? s * within : s * (1.0 - within))));
    return switch (sixth) {
      case 1 -> middle << 16 | value << 8 | low;
      case 2 -> low << 16 | value << 8 | middle;
      case 3 -> low << 16 | middle << 8 | value;
      case 4 -> middle << 16 | low << 8 | value;
      case 5 -> value << 16 | low << 8 | middle;
      // Hue 255 is the sixth sixth, which is the first again.
      default -> value << 16 | middle << 8 | low;
    };
  }

  private static int round(double notNegative) {
    return (int) (notNegative + 0.5);
  }
}
