package org.histofm.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PixelBatchTest {
  private static RgbImage image(int width, int height, int fill) {
    byte[] bytes = new byte[width * height * 3];
    java.util.Arrays.fill(bytes, (byte) fill);
    return RgbImage.of(width, height, bytes);
  }

  @Test
  void of_images_standOneAfterTheOther() {
    PixelBatch batch = PixelBatch.of(List.of(image(2, 1, 7), image(2, 1, 8)));
    assertThat(batch.count()).isEqualTo(2);
    assertThat(batch.height()).isEqualTo(1);
    assertThat(batch.width()).isEqualTo(2);
    assertThat(batch.bytes()).containsExactly(7, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8);
  }

  @Test
  void of_imagesOfTwoSizes_namesTheOddOne() {
    assertThatThrownBy(() -> PixelBatch.of(List.of(image(2, 1, 0), image(2, 1, 0), image(1, 2, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image 2 is 1 x 2 px, the first one is 2 x 1");
  }

  @Test
  void of_nothing_isRefused() {
    assertThatThrownBy(() -> PixelBatch.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PixelBatch.ofBytes(0, 1, 1, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 0 of 1 x 1");
  }

  @Test
  void ofBytes_wrongLength_namesBothSizes() {
    assertThatThrownBy(() -> PixelBatch.ofBytes(2, 3, 4, new byte[71]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("71 values are not 2 RGB images of 4 x 3 px");
  }

  @Test
  void ofFloats_sizesThatWrapRoundAnInt_areRefused() {
    assertThatThrownBy(() -> PixelBatch.ofFloats(1 << 16, 1 << 16, 1, new float[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytes_ofFloatBatch_areRefusedByName() {
    PixelBatch batch = PixelBatch.ofFloats(1, 1, 1, new float[3]);
    assertThat(batch.isNormalised()).isTrue();
    assertThatThrownBy(batch::bytes)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("normalised float32 values, not bytes");
  }

  @Test
  void floats_ofByteBatch_areRefusedByName() {
    PixelBatch batch = PixelBatch.ofBytes(1, 1, 1, new byte[3]);
    assertThat(batch.isNormalised()).isFalse();
    assertThatThrownBy(batch::floats)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bytes, not normalised float32");
  }
}
