package org.histofm.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RgbImageTest {
  private static byte[] ramp(int n) {
    byte[] bytes = new byte[n];
    for (int i = 0; i < n; i++) {
      bytes[i] = (byte) (i * 37);
    }
    return bytes;
  }

  @Test
  void get_countsRowByRowAndUnsigned() {
    RgbImage image = RgbImage.of(3, 2, ramp(18));
    for (int y = 0, i = 0; y < 2; y++) {
      for (int x = 0; x < 3; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(image.get(x, y, c)).isEqualTo(i++ * 37 % 256);
        }
      }
    }
  }

  @Test
  void get_outside_isRefusedEvenWhereTheArrayHasAByte() {
    RgbImage image = RgbImage.of(3, 2, ramp(18));
    assertThatThrownBy(() -> image.get(3, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> image.get(-1, 1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> image.get(0, 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> image.get(0, 2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void of_bytesChangedLater_keepsItsOwn() {
    byte[] bytes = ramp(3);
    RgbImage image = RgbImage.of(1, 1, bytes);
    bytes[1] = 99;
    image.toBytes()[2] = 99;
    assertThat(image.toBytes()).isEqualTo(ramp(3));
  }

  @Test
  void of_wrongLength_namesBothSizes() {
    assertThatThrownBy(() -> RgbImage.of(2, 2, ramp(11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("11 bytes are not an RGB image of 2 x 2 px");
    assertThatThrownBy(() -> RgbImage.of(-1, -1, ramp(3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void of_sizeBeyondAnyArray_isAnArgumentErrorToo() {
    assertThatThrownBy(() -> RgbImage.of(1 << 16, 1 << 16, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536 x 65536");
  }

  @Test
  void copyTo_writesOnlyItsOwnBytes() {
    byte[] target = new byte[8];
    RgbImage.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6}).copyTo(target, 1);
    assertThat(target).containsExactly(0, 1, 2, 3, 4, 5, 6, 0);
  }

  @Test
  void equals_sameBytesInAnotherShape_differs() {
    assertThat(RgbImage.of(3, 2, ramp(18)))
        .isEqualTo(RgbImage.of(3, 2, ramp(18)))
        .hasSameHashCodeAs(RgbImage.of(3, 2, ramp(18)))
        .isNotEqualTo(RgbImage.of(2, 3, ramp(18)));
  }
}
