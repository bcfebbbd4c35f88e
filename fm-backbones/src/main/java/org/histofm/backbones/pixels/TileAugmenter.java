package org.histofm.backbones.pixels;

import java.util.Objects;
import org.histofm.Seed;
import org.histofm.tile.Augmentation;

/**
 * Applies an {@link Augmentation} to tiles. For the factors and the order that it draws, colour
 * jitter equals torchvision's {@code ColorJitter} on a PIL image byte for byte; mirror images and
 * quarter turns move pixels and change none.
 *
 * <p>Immutable, safe for concurrent use.
 */
public final class TileAugmenter {
  private final Augmentation augmentation;

  private TileAugmenter(Augmentation augmentation) {
    this.augmentation = augmentation;
  }

  /** Applies {@code augmentation}. */
  public static TileAugmenter of(Augmentation augmentation) {
    return new TileAugmenter(Objects.requireNonNull(augmentation));
  }

  /**
   * Changes one tile in place, as {@code seed} decides and nothing else.
   *
   * @param rgb 8-bit values, among them the tile, [height, width, 3] from {@code offset}
   * @throws IllegalArgumentException if quarter turns are asked for and the tile is not square
   */
  public void apply(byte[] rgb, int offset, int width, int height, Seed seed) {
    if (augmentation.quarterTurns() && width != height) {
      throw new IllegalArgumentException(
          "quarter turns need square tiles, this one is " + width + " x " + height + " px");
    }
    Symmetry.draw(augmentation, seed.derive("symmetry").random()).apply(rgb, offset, width, height);
    ColourJitter.draw(augmentation, seed.derive("jitter"))
        .apply(rgb, offset, offset + 3 * width * height);
  }
}
