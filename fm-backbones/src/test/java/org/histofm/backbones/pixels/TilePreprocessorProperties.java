package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.histofm.backbone.Preprocessing.Filter;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

class TilePreprocessorProperties {
  @Property(tries = 200, seed = "20261125")
  void apply_anyTile_isCropByCrop(
      @ForAll @IntRange(min = 1, max = 90) int width,
      @ForAll @IntRange(min = 1, max = 90) int height,
      @ForAll @IntRange(min = 1, max = 40) int crop,
      @ForAll @IntRange(min = 0, max = 20) int margin,
      @ForAll Filter filter) {
    RgbImage out =
        TilePreprocessorTest.preprocessor(crop + margin, crop, filter)
            .apply(Fixtures.image(width, width, height, false));
    assertThat(List.of(out.width(), out.height())).containsExactly(crop, crop);
  }

  @Property(tries = 200, seed = "20261125")
  void apply_tileOfOneColour_keepsTheColour(
      @ForAll @IntRange(min = 1, max = 90) int width,
      @ForAll @IntRange(min = 1, max = 90) int height,
      @ForAll byte value,
      @ForAll Filter filter) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, value);
    byte[] out =
        TilePreprocessorTest.preprocessor(37, 32, filter)
            .apply(RgbImage.of(width, height, rgb))
            .toBytes();
    for (byte b : out) {
      assertThat(b).isEqualTo(value);
    }
  }

  @Property(tries = 50, seed = "20261125")
  void apply_inABatch_doesNotDependOnNeighbours(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 50) Integer> sides,
      @ForAll Filter filter) {
    TilePreprocessor shared = TilePreprocessorTest.preprocessor(20, 16, filter);
    List<RgbImage> together = new ArrayList<>();
    for (int side : sides) {
      together.add(shared.apply(Fixtures.image(side, side, 51 - side, false)));
    }
    byte[] batch = PixelBatch.of(together).bytes();
    for (int i = 0; i < sides.size(); i++) {
      int side = sides.get(i);
      byte[] alone =
          TilePreprocessorTest.preprocessor(20, 16, filter)
              .apply(Fixtures.image(side, side, 51 - side, false))
              .toBytes();
      assertThat(Arrays.copyOfRange(batch, i * alone.length, (i + 1) * alone.length))
          .isEqualTo(alone);
    }
  }
}
