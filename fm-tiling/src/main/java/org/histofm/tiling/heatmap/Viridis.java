package org.histofm.tiling.heatmap;

/**
 * Colours from dark violet over green to yellow whose lightness rises evenly, so that they read in
 * grey and with any colour vision.
 *
 * @see "van der Walt and Smith 2015, viridis; CC0"
 */
final class Viridis {
  private static final int[] ANCHORS = {
    0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725
  };

  private Viridis() {}

  /** The colour of a share from 0 to 1, as {@code 0xRRGGBB}. */
  static int colour(double share) {
    double place = Math.max(0, Math.min(1, share)) * (ANCHORS.length - 1);
    int below = (int) Math.min(ANCHORS.length - 2.0, place);
    double above = place - below;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = ANCHORS[below] >> shift & 0xff;
      int b = ANCHORS[below + 1] >> shift & 0xff;
      colour |= (int) Math.round(a + above * (b - a)) << shift;
    }
    return colour;
  }
}
