package org.histofm.tiling.openslide;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.histofm.tile.RgbImage;

/**
 * One open handle of OpenSlide. Safe for concurrent use, but for {@link #close}, beside and after
 * which nothing is called. After a failed read every later one fails: OpenSlide's errors stick to
 * the handle.
 */
interface OpenSlideHandle extends AutoCloseable {
  /** Opens handles by one binding. Safe for concurrent use. */
  interface Source {
    /**
     * Opens the slide.
     *
     * @throws IOException if OpenSlide knows the kind of file but cannot open it
     * @throws NotRecognized if OpenSlide does not take the file for a slide
     */
    OpenSlideHandle open() throws IOException;
  }

  /** OpenSlide does not take a file for a slide. */
  final class NotRecognized extends IOException {
    private static final long serialVersionUID = 1L;

    NotRecognized() {
      super("OpenSlide does not take it for a slide");
    }
  }

  /** Who reads, such as {@code openslide 3.4.1}. */
  String reader();

  /** Width and height of each level, and how often it is reduced as OpenSlide counts. */
  List<NativeLevel> levels();

  /** All properties, sorted. */
  Map<String, String> properties();

  /** Names of the images beside the slide, sorted. */
  List<String> associatedImages();

  /**
   * Copies pixels of a level.
   *
   * @param level0X left edge in pixels of level 0
   * @param level0Y top edge in pixels of level 0
   * @param argb where they go, [height, width], premultiplied
   */
  void read(int level, long level0X, long level0Y, int width, int height, int[] argb)
      throws IOException;

  /**
   * An image beside the slide.
   *
   * @param maxPx most pixels that it may have
   */
  RgbImage associatedImage(String name, long maxPx) throws IOException;

  @Override
  void close();

  /**
   * A level as OpenSlide has it.
   *
   * @param reduction level-0 pixels of a pixel, the mean of both axes
   */
  record NativeLevel(long width, long height, double reduction) {}
}
