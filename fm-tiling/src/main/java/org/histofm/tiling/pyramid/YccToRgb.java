package org.histofm.tiling.pyramid;

/**
 * JFIF's conversion of luma and chroma to RGB (ITU-R BT.601, full range), in the fixed point of 16
 * bits that libjpeg uses, so that results are the same bytes.
 */
final class YccToRgb {
  private static final int BITS = 16;
  private static final int HALF = 1 << (BITS - 1);
  private static final int[] CR_RED = new int[256];
  private static final int[] CB_BLUE = new int[256];
  private static final int[] CR_GREEN = new int[256];
  private static final int[] CB_GREEN = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      CR_RED[i] = (fixed(1.40200) * x + HALF) >> BITS;
      CB_BLUE[i] = (fixed(1.77200) * x + HALF) >> BITS;
      CR_GREEN[i] = -fixed(0.71414) * x;
      CB_GREEN[i] = -fixed(0.34414) * x + HALF;
    }
  }

  private YccToRgb() {}

  private static int fixed(double value) {
    return (int) (value * (1 << BITS) + 0.5);
  }

  /** Converts [.., 3] in place. */
  static void convert(byte[] samples) {
    int[] crRed = CR_RED;
    int[] cbBlue = CB_BLUE;
    int[] crGreen = CR_GREEN;
    int[] cbGreen = CB_GREEN;
    for (int i = 0; i + 2 < samples.length; i += 3) {
      int luma = samples[i] & 0xff;
      int cb = samples[i + 1] & 0xff;
      int cr = samples[i + 2] & 0xff;
      int red = luma + crRed[cr];
      int green = luma + ((cbGreen[cb] + crGreen[cr]) >> BITS);
      int blue = luma + cbBlue[cb];
      if (((red | green | blue) & ~0xff) != 0) { // one of them is below 0 or above 255
        red = clamp(red);
        green = clamp(green);
        blue = clamp(blue);
      }
      samples[i] = (byte) red;
      samples[i + 1] = (byte) green;
      samples[i + 2] = (byte) blue;
    }
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
