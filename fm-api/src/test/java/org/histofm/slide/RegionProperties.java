package org.histofm.slide;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RegionProperties {
  /** Small ranges, so that both answers occur; the truth is counted pixel by pixel. */
  @Property(seed = "20261125")
  void contains_isEveryPixelInside(
      @ForAll @IntRange(min = -3, max = 3) int x,
      @ForAll @IntRange(min = -3, max = 3) int y,
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 1, max = 4) int height) {
    Region outer = new Region(-2, -1, 5, 3);
    boolean inside = true;
    for (int px = x; px < x + width; px++) {
      for (int py = y; py < y + height; py++) {
        inside &= px >= -2 && px <= 2 && py >= -1 && py <= 1;
      }
    }
    assertThat(outer.contains(new Region(x, y, width, height))).isEqualTo(inside);
  }
}
