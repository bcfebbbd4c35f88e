package org.histofm.tiling.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;

class ContentFilterTest {
  private static final int[] TISSUE = {180, 80, 190};
  private static final int[] GLASS = {245, 245, 245};

  /** Ten pixels, the first {@code count} of them tissue. */
  private static RgbImage pixels(int count) {
    byte[] rgb = new byte[30];
    for (int i = 0; i < 10; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) (i < count ? TISSUE : GLASS)[c];
      }
    }
    return RgbImage.of(10, 1, rgb);
  }

  @Test
  void keeps_theLeastShare_isEnough() {
    ContentFilter filter = ContentFilter.midnight();
    assertThat(filter.keeps(pixels(5))).isFalse();
    assertThat(filter.keeps(pixels(6))).isTrue();
    assertThat(filter.keeps(pixels(10))).isTrue();
  }

  /** Colours on both sides of each end of the ranges, with OpenCV's hue, saturation and value. */
  @Test
  void keeps_atTheEndsOfTheRanges_includesThem() {
    assertThat(one(0, 200, 200)).as("hue 90").isTrue();
    assertThat(one(0, 200, 193)).as("hue 89").isFalse();
    assertThat(one(200, 0, 6)).as("hue 179").isTrue();
    assertThat(one(200, 0, 0)).as("hue 0").isFalse();
    assertThat(one(247, 247, 255)).as("saturation 8").isTrue();
    assertThat(one(248, 248, 255)).as("saturation 7").isFalse();
    assertThat(one(50, 50, 103)).as("value 103").isTrue();
    assertThat(one(50, 50, 102)).as("value 102").isFalse();
  }

  private static boolean one(int r, int g, int b) {
    return ContentFilter.midnight()
        .keeps(RgbImage.of(1, 1, new byte[] {(byte) r, (byte) g, (byte) b}));
  }

  /**
   * OpenCV's documented formula in exact arithmetic; its fixed point may move a hue or saturation
   * by one at the border of rounding, so colours whose exact value lies within 0.6 of an end are
   * left out.
   */
  @Test
  void keeps_anyColour_followsTheFormula() {
    SplittableRandom random = new SplittableRandom(3);
    int compared = 0;
    for (int i = 0; i < 200_000; i++) {
      int r = random.nextInt(256);
      int g = random.nextInt(256);
      int b = random.nextInt(256);
      double v = Math.max(r, Math.max(g, b));
      double spread = v - Math.min(r, Math.min(g, b));
      if (spread == 0) {
        continue;
      }
      double saturation = 255 * spread / v;
      double degrees =
          v == r
              ? 60 * (g - b) / spread
              : v == g ? 120 + 60 * (b - r) / spread : 240 + 60 * (r - g) / spread;
      double hue = (degrees < 0 ? degrees + 360 : degrees) / 2;
      if (Math.abs(hue - 89.5) < 0.6 || hue > 179 || Math.abs(saturation - 7.5) < 0.6) {
        continue;
      }
      compared++;
      assertThat(one(r, g, b))
          .as("%s %s %s", r, g, b)
          .isEqualTo(hue >= 90 && saturation >= 8 && v >= 103);
    }
    assertThat(compared).isGreaterThan(150_000);
  }

  @Test
  void of_impossibleRange_isRefused() {
    assertThatThrownBy(() -> new ContentFilter(9, 8, 0, 255, 0, 255, 0.5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ContentFilter(0, 8, 0, 255, 0, 255, 1.5))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
