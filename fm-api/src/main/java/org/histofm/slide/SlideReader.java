package org.histofm.slide;

import java.util.List;
import org.histofm.tile.RgbImage;

/**
 * An open slide. Safe for concurrent use. Whoever opened it closes it; {@code close} is idempotent,
 * waits for reads under way, and a read afterwards throws {@link IllegalStateException}; the
 * description stays readable.
 */
public interface SlideReader extends AutoCloseable {
  /**
   * What kind of file it is and who reads it, in a few words, such as {@code Aperio SVS (tiff)}.
   */
  String format();

  /** Width in level-0 pixels, after the file's orientation is honoured. */
  long width();

  /** Height in level-0 pixels, after the file's orientation is honoured. */
  long height();

  /** Size of a level-0 pixel, and how it is known. */
  PixelSize pixelSize();

  /** Size of a level-0 pixel. */
  default Mpp mpp() {
    return pixelSize().mpp();
  }

  /** The pyramid, from level 0 (full resolution) to the coarsest. */
  List<Level> levels();

  /** How {@link #read} would serve {@code target}. */
  Resolution resolution(Mpp target);

  /**
   * Reads a region at a target pixel size. With s = target / mpp, the result has round((x + width)
   * / s) − round(x / s) columns, at least 1, and rows likewise: pixel i of the target grid covers
   * the level-0 interval [i·s, (i + 1)·s), so the reads of neighbouring regions fit together
   * without gap or overlap, and a read is the crop of every larger one at the same pixel size.
   * Outside the slide lies white, and what is transparent lies over white.
   *
   * @throws SlideException with reason {@link SlideException.Reason#UNREADABLE_REGION} if the
   *     pixels cannot be decoded there; other regions stay readable; with another reason if the
   *     slide as a whole can no longer be read
   * @throws IllegalArgumentException if the result would exceed what one image may hold
   */
  RgbImage read(Region level0, Mpp target);

  /**
   * Names of the images that lie beside the slide: {@code label}, {@code macro}, {@code thumbnail}.
   */
  List<String> associatedImages();

  /**
   * An image that lies beside the slide, as stored.
   *
   * @throws IllegalArgumentException if {@link #associatedImages} does not name it
   * @throws SlideException if it cannot be decoded
   */
  RgbImage associatedImage(String name);

  /** What reading from far away has cost so far; {@link ByteCounts#NONE} for a file. */
  default ByteCounts byteCounts() {
    return ByteCounts.NONE;
  }

  @Override
  void close();
}
