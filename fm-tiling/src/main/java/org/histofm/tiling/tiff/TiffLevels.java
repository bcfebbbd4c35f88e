package org.histofm.tiling.tiff;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.Level;
import org.histofm.slide.PixelSize;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.bytes.ByteSource;
import org.histofm.tiling.pyramid.PixelLevels;

/** The pixels of an open TIFF, put together of its stored tiles and turned as its pages say. */
final class TiffLevels implements PixelLevels {
  private static final int MAX_BESIDE_PX = 1 << 25;

  private final ByteSource bytes;
  private final Pyramid pyramid;
  private final TileDecoder decoder;
  private final DecodedTiles tiles;
  private final long slide;
  private final List<Level> levels;

  TiffLevels(ByteSource bytes, TileDecoder decoder, DecodedTiles tiles) throws IOException {
    this.bytes = bytes;
    this.pyramid = new Pyramid(new TiffFile(bytes));
    this.decoder = decoder;
    this.tiles = tiles;
    this.slide = tiles.newSlide();
    TiffImage full = pyramid.levels().get(0);
    boolean turned = isTurned();
    this.levels =
        pyramid.levels().stream()
            .map(
                level ->
                    turned
                        ? Level.of(level.height, level.width, full.height, full.width)
                        : Level.of(level.width, level.height, full.width, full.height))
            .toList();
  }

  /** Whether rows are stored as columns. */
  private boolean isTurned() {
    return pyramid.orientation() >= 5;
  }

  @Override
  public String format() {
    return pyramid.format();
  }

  @Override
  public List<Level> levels() {
    return levels;
  }

  @Override
  public List<PixelSize> recordedPixelSizes() {
    return List.copyOf(pyramid.sizes());
  }

  @Override
  public void read(int level, int x, int y, int width, int height, byte[] rgb) throws IOException {
    readTurned(pyramid.levels().get(level), level, x, y, width, height, rgb);
  }

  @Override
  public ByteCounts byteCounts() {
    return bytes.counts();
  }

  @Override
  public List<String> associatedImages() {
    return pyramid.besides();
  }

  @Override
  public RgbImage associatedImage(String name) throws IOException {
    TiffImage image = pyramid.beside(name);
    if (image.width > MAX_BESIDE_PX / image.height) {
      throw new IOException("it claims " + image.width + " x " + image.height + " px");
    }
    int width = (int) image.width;
    int height = (int) image.height;
    byte[] rgb = new byte[width * height * 3];
    readStored(image, levels.size() + pyramid.besides().indexOf(name), 0, 0, width, height, rgb);
    return RgbImage.of(width, height, rgb);
  }

  private void readTurned(
      TiffImage image, int number, int x, int y, int width, int height, byte[] rgb)
      throws IOException {
    int orientation = pyramid.orientation();
    if (orientation == 1) {
      readStored(image, number, x, y, width, height, rgb);
      return;
    }
    boolean turned = isTurned();
    // What is shown comes from a stored rectangle, whose axes may be swapped and mirrored.
    boolean mirrorX = turned ? orientation >= 7 : orientation == 2 || orientation == 3;
    boolean mirrorY = turned ? orientation == 6 || orientation == 7 : orientation >= 3;
    int wide = turned ? height : width;
    int high = turned ? width : height;
    int left = turned ? y : x;
    int top = turned ? x : y;
    byte[] stored = new byte[rgb.length];
    readStored(
        image,
        number,
        mirrorX ? (int) image.width - left - wide : left,
        mirrorY ? (int) image.height - top - high : top,
        wide,
        high,
        stored);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int storedX = turned ? row : column;
        int storedY = turned ? column : row;
        int from =
            ((mirrorY ? high - 1 - storedY : storedY) * wide
                    + (mirrorX ? wide - 1 - storedX : storedX))
                * 3;
        int to = (row * width + column) * 3;
        rgb[to] = stored[from];
        rgb[to + 1] = stored[from + 1];
        rgb[to + 2] = stored[from + 2];
      }
    }
  }

  private void readStored(
      TiffImage image, int number, int x, int y, int width, int height, byte[] rgb)
      throws IOException {
    int firstColumn = x / image.tileWidth;
    int lastColumn = (x + width - 1) / image.tileWidth;
    int firstRow = y / image.tileHeight;
    int lastRow = (y + height - 1) / image.tileHeight;
    announce(image, number, firstColumn, lastColumn, firstRow, lastRow);
    for (int row = firstRow; row <= lastRow; row++) {
      int top = Math.max(y, row * image.tileHeight);
      int bottom = (int) Math.min((long) y + height, (row + 1L) * image.tileHeight);
      for (int column = firstColumn; column <= lastColumn; column++) {
        int left = Math.max(x, column * image.tileWidth);
        int right = (int) Math.min((long) x + width, (column + 1L) * image.tileWidth);
        byte[] tile = tile(image, number, row * image.across + column);
        for (int line = top; line < bottom; line++) {
          int from = (line - row * image.tileHeight) * image.tileWidth;
          System.arraycopy(
              tile,
              (from + left - column * image.tileWidth) * 3,
              rgb,
              ((line - y) * width + left - x) * 3,
              (right - left) * 3);
        }
      }
    }
  }

  private byte[] tile(TiffImage image, int number, int tile) throws IOException {
    return tiles.get(
        new DecodedTiles.Key(slide, number, tile), () -> decoder.decode(bytes, image, tile));
  }

  /** Tells which bytes will be read. */
  private void announce(
      TiffImage image, int number, int firstColumn, int lastColumn, int firstRow, int lastRow) {
    int most = (lastColumn - firstColumn + 1) * (lastRow - firstRow + 1) * image.planes();
    long[] positions = new long[most];
    int[] lengths = new int[most];
    int count = 0;
    for (int row = firstRow; row <= lastRow; row++) {
      for (int column = firstColumn; column <= lastColumn; column++) {
        int tile = row * image.across + column;
        if (!tiles.contains(new DecodedTiles.Key(slide, number, tile))) {
          for (int plane = 0; plane < image.planes(); plane++) {
            int length = image.count(tile, plane);
            long position = image.offset(tile, plane);
            if (length > 0 && position >= 0 && position <= bytes.size() - length) {
              positions[count] = position;
              lengths[count++] = length;
            }
          }
        }
      }
    }
    if (count > 0) {
      bytes.willRead(Arrays.copyOf(positions, count), Arrays.copyOf(lengths, count));
    }
  }

  @Override
  public void close() {
    tiles.forget(slide);
    try {
      bytes.close();
    } catch (IOException e) {
      // nothing was written, so nothing is lost
    }
  }
}
