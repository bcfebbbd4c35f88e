package org.histofm.tiling.pyramid;

import java.io.IOException;
import java.util.List;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.Level;
import org.histofm.slide.PixelSize;
import org.histofm.tile.RgbImage;

/**
 * The stored pixels of an open slide, level by level, without resampling. Safe for concurrent use,
 * but that nothing is called after {@link #close} or beside it: {@link PyramidReader} sees to that.
 */
public interface PixelLevels extends AutoCloseable {
  /** What kind of file it is and who reads it, such as {@code Aperio SVS (tiff)}. */
  String format();

  /** The pyramid, from level 0 to the coarsest; sizes after the file's orientation is honoured. */
  List<Level> levels();

  /** Level-0 pixel sizes that the file records, the most trusted first, believable or not. */
  List<PixelSize> recordedPixelSizes();

  /**
   * Copies stored pixels.
   *
   * @param level index in {@link #levels}
   * @param x left edge in pixels of that level
   * @param y top edge in pixels of that level
   * @param width columns; the rectangle lies wholly inside the level
   * @param height rows
   * @param rgb where they go, [height, width, 3] from index 0; what is transparent over white
   * @throws IOException if they cannot be decoded; the message says why, without the slide's name
   */
  void read(int level, int x, int y, int width, int height, byte[] rgb) throws IOException;

  /** Names of the images beside the slide. */
  List<String> associatedImages();

  /**
   * An image beside the slide.
   *
   * @param name one of {@link #associatedImages}
   * @throws IOException if it cannot be decoded; the message says why, without the slide's name
   */
  RgbImage associatedImage(String name) throws IOException;

  /** What reading from far away has cost so far. */
  default ByteCounts byteCounts() {
    return ByteCounts.NONE;
  }

  @Override
  void close();
}
