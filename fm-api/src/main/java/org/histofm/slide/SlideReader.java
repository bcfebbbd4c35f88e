package org.histofm.slide;

import org.histofm.tile.RgbImage;

/**
 * An open slide. Safe for concurrent use. Whoever opened it closes it; {@code close} is idempotent,
 * and a read afterwards throws {@link IllegalStateException}.
 */
public interface SlideReader extends AutoCloseable {
  /** Width in level-0 pixels. */
  long width();

  /** Height in level-0 pixels. */
  long height();

  /** Size of a level-0 pixel. */
  Mpp mpp();

  /**
   * Reads a region at a target pixel size. With s = target / mpp, the result has round((x + width)
   * / s) − round(x / s) columns, at least 1, and rows likewise: pixel i of the target grid covers
   * the level-0 interval [i·s, (i + 1)·s), so the reads of neighbouring regions fit together
   * without gap or overlap, and a read is the crop of every larger one at the same pixel size.
   * Outside the slide lies white. Which level is read and how it is resampled is specified by the
   * implementation.
   *
   * @throws org.histofm.InputException if the file cannot be decoded there
   * @throws IllegalArgumentException if the result would exceed what one image may hold
   */
  RgbImage read(Region level0, Mpp target);

  @Override
  void close();
}
