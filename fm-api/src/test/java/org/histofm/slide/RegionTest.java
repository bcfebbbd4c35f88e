package org.histofm.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RegionTest {
  @Test
  void region_withoutArea_isRefused() {
    assertThatThrownBy(() -> new Region(0, 0, 0, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 x 1 px, got 0 x 5");
    assertThatThrownBy(() -> new Region(0, 0, 5, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void region_edgeOverflows_isRefused() {
    assertThatThrownBy(() -> new Region(Long.MAX_VALUE, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 x 1 px at 9223372036854775807, 0");
    assertThatThrownBy(() -> new Region(0, 2, 1, Long.MAX_VALUE - 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void region_toTheLastPixel_isTaken() {
    Region all = new Region(Long.MIN_VALUE, 0, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(all.contains(new Region(-5, Long.MAX_VALUE - 1, 4, 1))).isTrue();
  }
}
