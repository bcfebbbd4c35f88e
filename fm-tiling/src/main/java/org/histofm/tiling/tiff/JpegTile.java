package org.histofm.tiling.tiff;

import java.io.IOException;
import java.util.Arrays;
import org.histofm.tiling.pyramid.JpegDecoder;
import org.histofm.tiling.pyramid.JpegDecoder.Colours;

/** Decodes tiles of a TIFF that are JPEG. Safe for concurrent use. */
final class JpegTile {
  private final JpegDecoder decoder = new JpegDecoder();

  /**
   * Decodes a tile of {@code width} x {@code height} px; one that is taller, as a last strip may
   * be, down to that height.
   *
   * @param tables the JPEGTables of the page, empty if there are none
   * @param components values of a pixel
   * @param ycc whether three components are YCbCr, which become RGB, or stay as they are
   * @return [height, width, components]
   */
  byte[] decode(byte[] stored, byte[] tables, int width, int height, int components, boolean ycc)
      throws IOException {
    Colours colours = ycc ? Colours.YCC : Colours.RGB;
    JpegDecoder.Pixels tile = decoder.decode(stored, tables, colours, TiffImage.MAX_TILE_PX);
    if (tile.width() != width || tile.height() < height || tile.channels() != components) {
      throw new IOException(
          "a JPEG tile is "
              + tile.width()
              + " x "
              + tile.height()
              + " px of "
              + tile.channels()
              + " values in place of "
              + width
              + " x "
              + height
              + " of "
              + components);
    }
    return tile.height() == height
        ? tile.samples()
        : Arrays.copyOf(tile.samples(), width * height * components);
  }
}
