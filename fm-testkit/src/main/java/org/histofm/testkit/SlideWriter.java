package org.histofm.testkit;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;

/**
 * Writes test slides as TIFF, tile by tile: what is in memory is one tile and the places of all.
 *
 * <p>Immutable; safe for concurrent use. Until changed by a {@code with…} copy: one level, tiles of
 * 256 px, no compression, classic TIFF in little-endian order, no pixel size.
 */
public final class SlideWriter {
  /** How tiles are stored. */
  public enum Compression {
    /** As they are. */
    NONE,
    /** LZW. */
    LZW,
    /** Deflate (zlib). */
    DEFLATE,
    /** JPEG, YCbCr with colour at half resolution, by the JDK at its default quality. */
    JPEG
  }

  /** How the pixel size is recorded. */
  public enum Recorded {
    /** XResolution and YResolution per centimetre. */
    RESOLUTION,
    /** An Aperio description with {@code MPP}, which has one value for both axes. */
    APERIO,
    /** An OME-XML description. */
    OME
  }

  /** A picture: any pixel of level 0 at any time. */
  @FunctionalInterface
  public interface Pixels {
    /** The colour at level-0 pixel {@code x}, {@code y}: 0xRRGGBB. */
    int rgb(long x, long y);
  }

  /** Paints whole tiles. */
  @FunctionalInterface
  public interface TilePainter {
    /** The {@link #key} of a tile that is like no other. */
    long UNIQUE = -1;

    /**
     * Fills the tile in {@code column}, {@code row} of {@code level}, [tilePx, tilePx, 3]; what
     * lies beyond the slide's edge is not shown.
     */
    void paint(int level, long column, long row, byte[] rgb);

    /** Tiles of equal keys are equal: they are painted and stored once. */
    default long key(int level, long column, long row) {
      return UNIQUE;
    }
  }

  // Set by the copy that a with… method hands out, and never after.
  private final long width;
  private final long height;
  private int tilePx = 256;
  private List<Integer> downsamples = List.of(1);
  private Compression compression = Compression.NONE;
  private boolean predictor;
  private boolean big;
  private boolean bigEndian;
  private boolean subIfds;
  private Optional<Mpp> mpp = Optional.empty();
  private Recorded recorded = Recorded.RESOLUTION;

  private SlideWriter(long width, long height) {
    this.width = width;
    this.height = height;
  }

  private SlideWriter copy() {
    SlideWriter copy = new SlideWriter(width, height);
    copy.tilePx = tilePx;
    copy.downsamples = downsamples;
    copy.compression = compression;
    copy.predictor = predictor;
    copy.big = big;
    copy.bigEndian = bigEndian;
    copy.subIfds = subIfds;
    copy.mpp = mpp;
    copy.recorded = recorded;
    return copy;
  }

  /**
   * A slide of {@code width} x {@code height} px.
   *
   * @throws IllegalArgumentException if a size is below 1
   */
  public static SlideWriter of(long width, long height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("a slide of " + width + " x " + height + " px");
    }
    return new SlideWriter(width, height);
  }

  /**
   * A copy with tiles of {@code tilePx} x {@code tilePx} px.
   *
   * @throws IllegalArgumentException unless it is a positive multiple of 16, as TIFF asks
   */
  public SlideWriter withTilePx(int tilePx) {
    if (tilePx < 16 || tilePx % 16 != 0) {
      throw new IllegalArgumentException("tile size must be a multiple of 16, got " + tilePx);
    }
    SlideWriter copy = copy();
    copy.tilePx = tilePx;
    return copy;
  }

  /**
   * A copy with levels of these whole-numbered reductions; a level's size is the slide's divided by
   * its reduction, rounded down, at least 1.
   *
   * @throws IllegalArgumentException unless they begin with 1 and grow
   */
  public SlideWriter withLevels(int... downsamples) {
    for (int i = 0; i < downsamples.length; i++) {
      if (i == 0 ? downsamples[0] != 1 : downsamples[i] <= downsamples[i - 1]) {
        throw new IllegalArgumentException(
            "reductions must begin with 1 and grow, got " + Arrays.toString(downsamples));
      }
    }
    if (downsamples.length == 0) {
      throw new IllegalArgumentException("a slide has at least one level");
    }
    SlideWriter copy = copy();
    copy.downsamples = Arrays.stream(downsamples).boxed().toList();
    return copy;
  }

  /** A copy that stores tiles in this way. */
  public SlideWriter withCompression(Compression compression) {
    SlideWriter copy = copy();
    copy.compression = compression;
    return copy;
  }

  /** A copy that stores differences between neighbours (predictor 2) with LZW and deflate. */
  public SlideWriter withPredictor(boolean predictor) {
    SlideWriter copy = copy();
    copy.predictor = predictor;
    return copy;
  }

  /** A copy that writes BigTIFF, which may exceed 4 GB, or classic TIFF. */
  public SlideWriter withBigTiff(boolean big) {
    SlideWriter copy = copy();
    copy.big = big;
    return copy;
  }

  /** A copy that writes numbers in this order. */
  public SlideWriter withByteOrder(ByteOrder order) {
    SlideWriter copy = copy();
    copy.bigEndian = order == ByteOrder.BIG_ENDIAN;
    return copy;
  }

  /** A copy that hangs lower levels below the first page (SubIFDs) rather than after it. */
  public SlideWriter withSubIfds(boolean subIfds) {
    SlideWriter copy = copy();
    copy.subIfds = subIfds;
    return copy;
  }

  /** A copy that records the size of a level-0 pixel in this way. */
  public SlideWriter withMpp(Mpp mpp, Recorded recorded) {
    SlideWriter copy = copy();
    copy.mpp = Optional.of(mpp);
    copy.recorded = recorded;
    return copy;
  }

  /** The pyramid that is written. */
  public List<Level> levels() {
    return downsamples.stream()
        .map(d -> new Level(Math.max(1, width / d), Math.max(1, height / d), d, d))
        .toList();
  }

  /**
   * Writes a picture; a pixel of a lower level is the mean of the pixels that it covers.
   *
   * @throws IOException if the file cannot be written; nothing is left of it
   */
  public void write(Path file, Pixels pixels) throws IOException {
    List<Level> levels = levels();
    int side = tilePx;
    write(
        file,
        (level, column, row, rgb) -> {
          Level of = levels.get(level);
          int step = (int) of.downsampleX();
          for (int y = 0; y < side; y++) {
            long top = Math.min(row * side + y, of.height() - 1) * step;
            for (int x = 0; x < side; x++) {
              long left = Math.min(column * side + x, of.width() - 1) * step;
              mean(pixels, left, top, step, rgb, (y * side + x) * 3);
            }
          }
        });
  }

  private void mean(Pixels pixels, long left, long top, int step, byte[] rgb, int at) {
    int columns = (int) Math.min(step, width - left);
    int rows = (int) Math.min(step, height - top);
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int colour = pixels.rgb(left + x, top + y);
        red += colour >> 16 & 0xff;
        green += colour >> 8 & 0xff;
        blue += colour & 0xff;
      }
    }
    long count = (long) columns * rows;
    rgb[at] = (byte) ((red + count / 2) / count);
    rgb[at + 1] = (byte) ((green + count / 2) / count);
    rgb[at + 2] = (byte) ((blue + count / 2) / count);
  }

  /**
   * Writes a slide of painted tiles.
   *
   * @throws IOException if the file cannot be written, or is over what classic TIFF can hold;
   *     nothing is left of it
   */
  public void write(Path file, TilePainter painter) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path part = Files.createTempFile(folder, file.getFileName().toString(), ".part");
    try {
      try (SlideWriterFile out = new SlideWriterFile(part, big, bigEndian)) {
        write(out, painter);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void write(SlideWriterFile out, TilePainter painter) throws IOException {
    SlideWriterTiles tiles = new SlideWriterTiles(tilePx, compression, predictor);
    List<Level> levels = levels();
    Map<Long, long[]> known = new HashMap<>();
    long[] directories = new long[levels.size()];
    long[][] offsets = new long[levels.size()][];
    int[][] counts = new int[levels.size()][];
    for (int i = 0; i < levels.size(); i++) {
      long columns = tilesAlong(levels.get(i).width());
      long rows = tilesAlong(levels.get(i).height());
      offsets[i] = new long[Math.toIntExact(columns * rows)];
      counts[i] = new int[offsets[i].length];
      for (int k = 0; k < offsets[i].length; k++) {
        long key = painter.key(i, k % columns, k / columns);
        long[] place = key == TilePainter.UNIQUE ? null : known.get(key);
        if (place == null) {
          painter.paint(i, k % columns, k / columns, tiles.rgb());
          byte[] stored = tiles.encode();
          place = new long[] {out.write(stored), stored.length};
          if (key != TilePainter.UNIQUE) {
            known.put(key, place);
          }
        }
        offsets[i][k] = place[0];
        counts[i][k] = (int) place[1];
      }
    }
    for (int i = levels.size() - 1; i >= 0; i--) {
      SlideWriterFile.Directory directory = directory(levels.get(i), i, offsets[i], counts[i]);
      boolean chained = !subIfds && i + 1 < levels.size();
      if (subIfds && i == 0 && levels.size() > 1) {
        directory.pointers(330, Arrays.copyOfRange(directories, 1, directories.length));
      }
      directories[i] = out.write(directory, chained ? directories[i + 1] : 0);
    }
    out.first(directories[0]);
  }

  private long tilesAlong(long size) {
    return (size + tilePx - 1) / tilePx;
  }

  private SlideWriterFile.Directory directory(
      Level level, int index, long[] offsets, int[] counts) {
    boolean jpeg = compression == Compression.JPEG;
    SlideWriterFile.Directory tags = new SlideWriterFile.Directory();
    if (index > 0) {
      tags.longs(254, 1);
    }
    tags.longs(256, level.width());
    tags.longs(257, level.height());
    tags.shorts(258, 8, 8, 8);
    tags.shorts(259, SlideWriterTiles.code(compression));
    tags.shorts(262, jpeg ? 6 : 2);
    description(level, index).ifPresent(text -> tags.text(270, text));
    tags.shorts(277, 3);
    mpp.filter(size -> recorded == Recorded.RESOLUTION)
        .ifPresent(
            size -> {
              tags.ratio(282, 10_000 / (size.x() * level.downsampleX()));
              tags.ratio(283, 10_000 / (size.y() * level.downsampleY()));
              tags.shorts(296, 3);
            });
    if (predictor && !jpeg && compression != Compression.NONE) {
      tags.shorts(317, 2);
    }
    tags.longs(322, tilePx);
    tags.longs(323, tilePx);
    tags.pointers(324, offsets);
    tags.longs(325, Arrays.stream(counts).asLongStream().toArray());
    if (jpeg) {
      tags.shorts(530, 2, 2);
    }
    return tags;
  }

  private Optional<String> description(Level level, int index) {
    Mpp size = mpp.orElse(Mpp.of(1));
    if (mpp.isEmpty() || recorded == Recorded.RESOLUTION) {
      return Optional.empty();
    }
    if (recorded == Recorded.APERIO) {
      String area = width + "x" + height;
      return Optional.of(
          String.format(
              Locale.ROOT,
              "Aperio Image Library v11.2.1 \r\n%s [0,0 %s] (%dx%d)%s %s|AppMag = 20|MPP = %s",
              area,
              area,
              tilePx,
              tilePx,
              index == 0 ? "" : " -> " + level.width() + "x" + level.height(),
              compression == Compression.JPEG ? "JPEG/YCbCr Q=75" : "RGB",
              size.x()));
    }
    return index > 0
        ? Optional.empty()
        : Optional.of(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                + "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\">"
                + "<Image ID=\"Image:0\"><Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\""
                + " Type=\"uint8\" Interleaved=\"true\" SizeC=\"3\" SizeT=\"1\" SizeZ=\"1\" SizeX=\""
                + width
                + "\" SizeY=\""
                + height
                + "\" PhysicalSizeX=\""
                + size.x()
                + "\" PhysicalSizeY=\""
                + size.y()
                + "\"><Channel ID=\"Channel:0:0\" SamplesPerPixel=\"3\"/>"
                + "<TiffData IFD=\"0\" PlaneCount=\"1\"/></Pixels></Image></OME>");
  }
}
