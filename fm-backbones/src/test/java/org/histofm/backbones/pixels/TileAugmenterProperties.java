package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.histofm.Seed;
import org.histofm.tile.Augmentation;

class TileAugmenterProperties {
  private static final Augmentation SYMMETRIES = new Augmentation(true, true, 0, 0, 0, 0);

  @Property(tries = 200, seed = "20261201")
  void apply_sameSeed_givesTheSameBytesWhereverTheTileLies(
      @ForAll @IntRange(min = 1, max = 40) int side,
      @ForAll @IntRange(min = 0, max = 10) int offset,
      @ForAll long seed) {
    TileAugmenter augmenter = TileAugmenter.of(Augmentation.standard());
    byte[] alone = Fixtures.image(side, side, side, false).toBytes();
    byte[] among = new byte[offset + alone.length + 4];
    System.arraycopy(alone, 0, among, offset, alone.length);
    byte[] expected = among.clone();
    augmenter.apply(alone, 0, side, side, Seed.of(seed));
    System.arraycopy(alone, 0, expected, offset, alone.length);
    augmenter.apply(among, offset, side, side, Seed.of(seed));
    assertThat(among).isEqualTo(expected);
  }

  @Property(tries = 200, seed = "20261201")
  void apply_symmetriesAlone_keepEveryPixel(
      @ForAll @IntRange(min = 1, max = 40) int side, @ForAll long seed) {
    byte[] rgb = Fixtures.image(side, side, side, false).toBytes();
    int[] before = pixels(rgb);
    TileAugmenter.of(SYMMETRIES).apply(rgb, 0, side, side, Seed.of(seed));
    assertThat(pixels(rgb)).isEqualTo(before);
  }

  /** Packed and sorted. */
  private static int[] pixels(byte[] rgb) {
    int[] pixels = new int[rgb.length / 3];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] =
          (rgb[3 * p] & 0xff) << 16 | (rgb[3 * p + 1] & 0xff) << 8 | (rgb[3 * p + 2] & 0xff);
    }
    Arrays.sort(pixels);
    return pixels;
  }

  @Property(tries = 200, seed = "20261201")
  void apply_none_changesNothing(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll long seed) {
    byte[] rgb = Fixtures.image(width, width, height, false).toBytes();
    byte[] before = rgb.clone();
    TileAugmenter.of(Augmentation.none()).apply(rgb, 0, width, height, Seed.of(seed));
    assertThat(rgb).isEqualTo(before);
  }

  @Example
  void apply_manySeeds_givesManyTiles() {
    Set<Integer> standard = new HashSet<>();
    Set<Integer> symmetries = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      standard.add(hash(Augmentation.standard(), seed));
      symmetries.add(hash(SYMMETRIES, seed));
    }
    assertThat(standard).hasSize(200);
    assertThat(symmetries).hasSize(8);
  }

  private static int hash(Augmentation augmentation, long seed) {
    byte[] rgb = Fixtures.image(1, 16, 16, false).toBytes();
    TileAugmenter.of(augmentation).apply(rgb, 0, 16, 16, Seed.of(seed));
    return Arrays.hashCode(rgb);
  }

  @Example
  void apply_quarterTurnsOfATileThatIsNotSquare_isRefused() {
    byte[] rgb = new byte[3 * 6 * 4];
    assertThatThrownBy(
            () -> TileAugmenter.of(Augmentation.standard()).apply(rgb, 0, 6, 4, Seed.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quarter turns need square tiles, this one is 6 x 4 px");
    TileAugmenter.of(new Augmentation(true, false, 0, 0, 0, 0)).apply(rgb, 0, 6, 4, Seed.of(1));
  }
}
