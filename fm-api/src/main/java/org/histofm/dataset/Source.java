package org.histofm.dataset;

import java.nio.file.Path;
import org.histofm.tile.RgbImage;

/**
 * Where the pixels of a sample come from.
 *
 * <p>Cases may be added; whoever reads sources refuses one that it does not know by name.
 */
public sealed interface Source {
  /**
   * An image file that {@code ImageIO} decodes.
   *
   * @param path the file
   */
  record ImageFile(Path path) implements Source {}

  /**
   * An image already in memory.
   *
   * @param image the pixels
   */
  record InMemory(RgbImage image) implements Source {}
}
