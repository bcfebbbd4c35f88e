package org.histofm.tiling.tiff;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * How the pixels of one page are stored, checked so far that nothing read by it needs more memory
 * than the limits here allow. Strips are tiles as wide as the page.
 */
final class TiffImage {
  /** Most pixels of a page: 2,097,152 squared. */
  static final long MAX_PX = 1L << 42;

  /** Most stored tiles of a page. */
  static final int MAX_TILES = 1 << 22;

  /** Most pixels of a stored tile or strip. */
  static final int MAX_TILE_PX = 1 << 24;

  /** Most bytes of a stored tile or strip, compressed or not. */
  static final int MAX_STORED_BYTES = 1 << 27;

  private static final int MAX_SAMPLES = 16;
  private static final int MAX_TABLES_BYTES = 1 << 20;
  private static final int STRIP_PX = 1 << 20; // of a strip that is cut because its rows lie bare

  final long width; // as stored
  final long height;
  final int tileWidth;
  final int tileHeight;
  final int across;
  final int down;
  final boolean strips;
  final Compression compression;
  final int photometric;
  final int bits;
  final int samples;
  final boolean planar;
  final boolean predictor;
  final boolean bigEndian;
  final int alpha; // 0 none, 1 associated, 2 unassociated
  final byte[] jpegTables;
  private final int[] palette; // 0xRRGGBB
  private final long[] offsets;
  private final int[] counts; // -1: claims more than MAX_STORED_BYTES

  /** How tiles are compressed. */
  enum Compression {
    NONE,
    LZW,
    DEFLATE,
    PACK_BITS,
    JPEG
  }

  TiffImage(Directory page, boolean bigEndian) throws IOException {
    this.width = page.number(Directory.IMAGE_WIDTH, 0);
    this.height = page.number(Directory.IMAGE_LENGTH, 0);
    requireSize();
    this.bigEndian = bigEndian;
    this.compression = compression(page);
    this.photometric = (int) page.number(Directory.PHOTOMETRIC, 1);
    this.samples = (int) page.number(Directory.SAMPLES_PER_PIXEL, 1);
    this.bits = bits(page);
    this.planar = page.number(Directory.PLANAR_CONFIGURATION, 1) == 2 && samples > 1;
    this.predictor = predictor(page);
    this.alpha = alpha(page);
    requireKnown(page);
    this.palette = photometric == 3 ? palette(page) : new int[0];
    this.jpegTables = page.bytes(Directory.JPEG_TABLES, MAX_TABLES_BYTES);

    this.strips = !page.has(Directory.TILE_OFFSETS);
    long wide = strips ? width : page.number(Directory.TILE_WIDTH, 0);
    long high =
        strips
            ? Math.min(height, page.number(Directory.ROWS_PER_STRIP, height))
            : page.number(Directory.TILE_LENGTH, 0);
    if (wide < 1 || high < 1) {
      throw TiffProblem.damaged("its tiles are " + wide + " x " + high + " px");
    }
    // Rows of an uncompressed strip can be reached one by one, so a tall strip is cut.
    long cut = strips && compression == Compression.NONE && !planar ? cut(wide, high) : high;
    requireTile(wide, cut);
    long columns = (width + wide - 1) / wide;
    long rows = (height + high - 1) / high;
    long rowsAfterCut = (height + cut - 1) / cut;
    if (columns * rows * planes() > MAX_TILES || rowsAfterCut > MAX_TILES) {
      throw TiffProblem.tooLarge(
          String.format(
              Locale.ROOT,
              "claims %,d stored tiles or strips (limit: %,d)",
              Math.max(columns * rows * planes(), rowsAfterCut),
              MAX_TILES));
    }
    this.tileWidth = (int) wide;
    this.tileHeight = (int) cut;
    this.across = (int) columns;
    this.down = (int) rowsAfterCut;
    int places = (int) (columns * rows) * planes();
    long[] where = page.numbers(strips ? Directory.STRIP_OFFSETS : Directory.TILE_OFFSETS, places);
    long[] lengths = lengths(page, places);
    if (where.length < places || lengths.length < places) {
      throw TiffProblem.damaged(
          String.format(
              Locale.ROOT,
              "it has %d stored tiles or strips where its %d x %d px need %d",
              Math.min(where.length, lengths.length),
              width,
              height,
              places));
    }
    this.offsets = cut == high ? where : new long[down];
    this.counts = new int[offsets.length];
    if (cut == high) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = lengths[i] < 0 || lengths[i] > MAX_STORED_BYTES ? -1 : (int) lengths[i];
      }
    } else {
      cut(where, lengths, (int) high);
    }
  }

  private void requireTile(long wide, long high) throws TiffProblem {
    if (wide > MAX_TILE_PX / high || wide * high * samples * bits / 8 > MAX_STORED_BYTES) {
      throw TiffProblem.tooLarge(
          String.format(
              Locale.ROOT,
              "has stored tiles or strips of %,d x %,d px (limit: %,d px, %,d bytes)",
              wide,
              high,
              MAX_TILE_PX,
              MAX_STORED_BYTES));
    }
  }

  private long[] lengths(Directory page, int places) throws IOException {
    long[] lengths =
        page.numbers(strips ? Directory.STRIP_BYTE_COUNTS : Directory.TILE_BYTE_COUNTS, places);
    boolean leftOut = lengths.length == 0 && places == 1 && compression == Compression.NONE;
    return leftOut ? new long[] {width * height * samples * bits / 8} : lengths; // old writers
  }

  /** Rows of the pieces of a strip; several strips are cut at their own edges too. */
  private long cut(long wide, long high) {
    long cut = Math.min(high, Math.max(1, STRIP_PX / wide));
    while (high < height && high % cut != 0) {
      cut--;
    }
    return cut;
  }

  private void cut(long[] where, long[] lengths, int high) {
    long row = (long) tileWidth * samples * bits / 8;
    for (int i = 0; i < down; i++) {
      long top = (long) i * tileHeight;
      int strip = (int) (top / high);
      long from = top % high * row;
      long bytes = Math.min(tileHeight, height - top) * row;
      boolean sparse = lengths[strip] == 0;
      offsets[i] = where[strip] + from;
      counts[i] = sparse ? 0 : from + bytes > lengths[strip] ? -1 : (int) bytes;
    }
  }

  private static Compression compression(Directory page) throws IOException {
    long code = page.number(Directory.COMPRESSION, 1);
    String name =
        switch ((int) code) {
          case 1, 5, 7, 8, 32773, 32946 -> "";
          case 2, 3, 4 -> "a fax compression";
          case 6 -> "old-style JPEG";
          case 33003, 33004, 33005, 34712 -> "JPEG 2000";
          case 34887 -> "LERC";
          case 34925 -> "LZMA";
          case 22610, 34933, 34934 -> "PNG or JPEG XR";
          case 50000, 34926 -> "Zstandard";
          case 50001, 34927 -> "WebP";
          case 50002, 52546 -> "JPEG XL";
          default -> "an unknown compression";
        };
    if (!name.isEmpty()) {
      throw TiffProblem.unsupported(
          "is compressed by " + name + " (TIFF compression " + code + "), which is not read",
          name.equals("JPEG 2000")
              ? "Install OpenSlide 3.4.1 or newer, which reads JPEG 2000."
              : "Convert it to JPEG, deflate or LZW tiles, or use a reader that knows it.");
    }
    return switch ((int) code) {
      case 1 -> Compression.NONE;
      case 5 -> Compression.LZW;
      case 7 -> Compression.JPEG;
      case 32773 -> Compression.PACK_BITS;
      default -> Compression.DEFLATE;
    };
  }

  private int bits(Directory page) throws IOException {
    if (samples < 1 || samples > MAX_SAMPLES) {
      throw TiffProblem.unsupported(
          "has " + samples + " values a pixel", "Convert it to 8-bit RGB.");
    }
    long[] bits = page.numbers(Directory.BITS_PER_SAMPLE, MAX_SAMPLES);
    long first = bits.length == 0 ? 1 : bits[0];
    boolean equal = Arrays.stream(bits).allMatch(b -> b == first);
    boolean known = equal && (first == 8 || first == 16 && compression != Compression.JPEG);
    if (!known) {
      throw TiffProblem.unsupported(
          "has values of " + Arrays.toString(bits) + " bits; read are 8 and 16",
          "Convert it to 8 bits.");
    }
    return (int) first;
  }

  private boolean predictor(Directory page) throws IOException {
    if (compression != Compression.LZW && compression != Compression.DEFLATE) {
      return false;
    }
    long predictor = page.number(Directory.PREDICTOR, 1);
    if (predictor != 1 && predictor != 2) {
      throw TiffProblem.unsupported(
          "uses TIFF predictor " + predictor + "; read are 1 and 2", "Convert it to 8-bit RGB.");
    }
    return predictor == 2;
  }

  private int alpha(Directory page) throws IOException {
    int colours = photometric == 2 || photometric == 6 ? 3 : 1;
    long[] extra = page.numbers(Directory.EXTRA_SAMPLES, MAX_SAMPLES);
    boolean alpha = samples > colours && extra.length > 0 && (extra[0] == 1 || extra[0] == 2);
    return alpha ? (int) extra[0] : 0;
  }

  private void requireKnown(Directory page) throws IOException {
    boolean colour = photometric == 2 || photometric == 6;
    boolean known =
        photometric >= 0
            && (photometric < 2
                || colour && samples >= 3
                || photometric == 3 && bits == 8 && compression != Compression.JPEG);
    if (photometric == 6) {
      known = compression == Compression.JPEG && samples == 3 && !planar;
    }
    if (!known) {
      throw TiffProblem.unsupported(
          "has colours of TIFF photometric kind "
              + photometric
              + " with "
              + samples
              + " values a pixel; read are grey, palette, RGB, and YCbCr in JPEG",
          "Convert it to 8-bit RGB.");
    }
    for (long format : page.numbers(Directory.SAMPLE_FORMAT, MAX_SAMPLES)) {
      if (format != 1 && format != 4) {
        throw TiffProblem.unsupported(
            "has values with sign or fraction (TIFF sample format " + format + ")",
            "Convert it to 8-bit RGB.");
      }
    }
    if (page.number(Directory.FILL_ORDER, 1) != 1) {
      throw TiffProblem.unsupported("stores its bits in reverse order", "Convert it.");
    }
  }

  private static int[] palette(Directory page) throws IOException {
    long[] map = page.numbers(Directory.COLOR_MAP, 3 << 8);
    if (map.length != 3 << 8) {
      throw TiffProblem.damaged("its palette has " + map.length + " values in place of 768");
    }
    int[] palette = new int[256];
    for (int i = 0; i < 256; i++) {
      palette[i] =
          (int) (map[i] >> 8 & 0xff) << 16
              | (int) (map[256 + i] >> 8 & 0xff) << 8
              | (int) (map[512 + i] >> 8 & 0xff);
    }
    return palette;
  }

  private void requireSize() throws TiffProblem {
    if (width < 1 || height < 1) {
      throw TiffProblem.damaged("it says that it is " + width + " x " + height + " px");
    }
    if (width > MAX_PX / height || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw TiffProblem.tooLarge(
          String.format(Locale.ROOT, "claims %,d x %,d px (limit: %,d px)", width, height, MAX_PX));
    }
  }

  /** Planes that are stored apart. */
  int planes() {
    return planar ? samples : 1;
  }

  /** Where the bytes of a tile begin, tiles counted row by row and plane by plane. */
  long offset(int tile, int plane) {
    return offsets[plane * across * down + tile];
  }

  /** How many bytes a tile has: 0 for one that was left out, -1 for one that claims too many. */
  int count(int tile, int plane) {
    return counts[plane * across * down + tile];
  }

  /** Rows of a tile that are stored: the last strip ends with the page. */
  int rows(int tile) {
    int top = tile / across * tileHeight;
    return strips ? (int) Math.min(tileHeight, height - top) : tileHeight;
  }

  /** The colour of a palette's entry, 0xRRGGBB. */
  int colour(int index) {
    return palette[index];
  }
}
