package org.histofm.backbones.pixels;

import java.util.Objects;
import org.histofm.backbone.Preprocessing;
import org.histofm.tile.RgbImage;

/**
 * Applies a card's {@link Preprocessing} to one tile, up to normalisation: the shorter side is
 * resized, the centre cropped. Equal, byte for byte, to torchvision's {@code
 * Compose([Resize(resize, interpolation), CenterCrop(crop)])} on a PIL image, which is also what
 * timm's evaluation transform does.
 *
 * <p>Immutable, safe for concurrent use.
 *
 * @see "torchvision 0.28, transforms/functional.py: resize, center_crop"
 */
public final class TilePreprocessor {
  private final Preprocessing preprocessing;

  private TilePreprocessor(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  /** Applies {@code preprocessing}. */
  public static TilePreprocessor of(Preprocessing preprocessing) {
    return new TilePreprocessor(Objects.requireNonNull(preprocessing));
  }

  /**
   * Resizes and crops.
   *
   * @param tile an image of any size
   * @return [crop, crop, 3] 8-bit, not normalised; {@code tile} itself if it needs no change
   */
  public RgbImage apply(RgbImage tile) {
    return PillowResize.apply(tile, columns(tile), rows(tile));
  }

  /**
   * Resizes and crops into an array: what {@link #apply} gives, without a copy.
   *
   * @param tile an image of any size
   * @param target gets [crop, crop, 3] from {@code offset}
   */
  public void write(RgbImage tile, byte[] target, int offset) {
    PillowResize.write(tile, columns(tile), rows(tile), target, offset);
  }

  private PillowResize.Axis columns(RgbImage tile) {
    return window(tile.width(), Math.min(tile.width(), tile.height()));
  }

  private PillowResize.Axis rows(RgbImage tile) {
    return window(tile.height(), Math.min(tile.width(), tile.height()));
  }

  private PillowResize.Axis window(int side, int shorter) {
    long resized = resized(side, shorter);
    // Half pixels go to the even neighbour, as Python rounds.
    long from = (long) Math.rint((resized - preprocessing.crop()) / 2.0);
    return PillowResize.Axis.of(side, resized, from, preprocessing.crop(), preprocessing.filter());
  }

  /** Length of a side after resizing; a longer side is truncated to whole pixels. */
  private long resized(int side, int shorter) {
    long scaled = (long) preprocessing.resize() * side;
    return side == shorter ? preprocessing.resize() : (long) ((double) scaled / shorter);
  }
}
