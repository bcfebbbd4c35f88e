package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.backbone.Preprocessing.Filter;
import org.histofm.tile.RgbImage;

class PillowResizeProperties {
  @Property(tries = 200, seed = "20261125")
  void resize_anySizes_equalsTheNaiveLoop(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int toWidth,
      @ForAll @IntRange(min = 1, max = 40) int toHeight,
      @ForAll Filter filter,
      @ForAll boolean flat,
      @ForAll int seed) {
    RgbImage image = Fixtures.image(seed, width, height, flat);
    RgbImage columns = naive(image, toWidth, filter, false);
    RgbImage both = naive(columns, toHeight, filter, true);
    assertThat(PillowResize.resize(image, toWidth, toHeight, filter)).isEqualTo(both);
  }

  @Property(tries = 200, seed = "20261125")
  void apply_anyWindow_equalsTheCropOfTheWholeResize(
      @ForAll @IntRange(min = 1, max = 30) int width,
      @ForAll @IntRange(min = 1, max = 30) int height,
      @ForAll @IntRange(min = 8, max = 40) int toWidth,
      @ForAll @IntRange(min = 8, max = 40) int toHeight,
      @ForAll @IntRange(min = 0, max = 4) int left,
      @ForAll @IntRange(min = 0, max = 4) int top,
      @ForAll @IntRange(min = 1, max = 4) int size,
      @ForAll Filter filter) {
    RgbImage image = Fixtures.image(width, width, height, false);
    RgbImage whole = PillowResize.resize(image, toWidth, toHeight, filter);
    RgbImage window =
        PillowResize.apply(
            image,
            PillowResize.Axis.of(width, toWidth, left, size, filter),
            PillowResize.Axis.of(height, toHeight, top, size, filter));
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(window.get(x, y, c)).isEqualTo(whole.get(left + x, top + y, c));
        }
      }
    }
  }

  /** One pass as Pillow's source reads, value by value. */
  private static RgbImage naive(RgbImage image, int out, Filter filter, boolean vertical) {
    int in = vertical ? image.height() : image.width();
    if (in == out) {
      return image;
    }
    int width = vertical ? image.width() : out;
    int height = vertical ? out : image.height();
    byte[] rgb = new byte[3 * width * height];
    double scale = (double) in / out;
    double filterScale = scale < 1.0 ? 1.0 : scale;
    double support = (filter == Filter.BICUBIC ? 2.0 : 1.0) * filterScale;
    for (int k = 0; k < rgb.length; k++) {
      int channel = k % 3;
      int x = k / 3 % width;
      int y = k / 3 / width;
      double centre = ((vertical ? y : x) + 0.5) * scale;
      int low = Math.max(0, (int) (centre - support + 0.5));
      int high = Math.min(in, (int) (centre + support + 0.5));
      double sum = 0;
      for (int j = low; j < high; j++) {
        sum += kernel(filter, (j - low + low - centre + 0.5) * (1.0 / filterScale));
      }
      int total = 1 << 21;
      for (int j = low; j < high; j++) {
        double w = kernel(filter, (j - low + low - centre + 0.5) * (1.0 / filterScale)) / sum;
        int fixed = (int) (w * 4194304 + (w < 0 ? -0.5 : 0.5));
        total += fixed * image.get(vertical ? x : j, vertical ? j : y, channel);
      }
      rgb[k] = (byte) Math.min(255, Math.max(0, total >> 22));
    }
    return RgbImage.of(width, height, rgb);
  }

  private static double kernel(Filter filter, double signed) {
    double x = signed < 0 ? -signed : signed;
    if (filter == Filter.BILINEAR) {
      return x < 1.0 ? 1.0 - x : 0.0;
    }
    if (x < 1.0) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0.0;
  }
}
