package org.histofm.tiling.pyramid;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a JPEG stream says before its first scan, and the stream without what only confuses a codec:
 * application data (colour profiles, thumbnails, guesses of the colour space) and comments.
 */
final class JpegHeader {
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int DQT = 0xdb;
  private static final int DHT = 0xc4;
  private static final int DAC = 0xcc;
  private static final int JPG = 0xc8;
  private static final int DRI = 0xdd;
  private static final int COMMENT = 0xfe;
  private static final int JFIF = 0xe0;
  private static final int ADOBE = 0xee;
  private static final byte[] JFIF_NAME = {'J', 'F', 'I', 'F', 0};
  private static final byte[] ADOBE_NAME = {'A', 'd', 'o', 'b', 'e'};

  private final ByteArrayOutputStream bare = new ByteArrayOutputStream();
  private int width;
  private int height;
  private int channels;
  private boolean namedRgb;
  private boolean isJfif;
  private boolean isProgressive;
  private int quantisationTables; // bit i: table i is defined
  private int huffmanTables; // bit i: table i is defined, 0 to 3 for DC, 16 to 19 for AC
  private int quantisationNeeded;
  private boolean isSelfContained;
  private int adobeTransform = -1;

  private JpegHeader() {}

  static JpegHeader of(byte[] stream, byte[] tables) throws IOException {
    JpegHeader header = new JpegHeader();
    header.bare.write(0xff);
    header.bare.write(SOI);
    if (tables.length > 0) {
      header.segments(tables, true);
    }
    int scan = header.segments(stream, false);
    header.bare.write(stream, scan, stream.length - scan);
    header.bare.write(0xff); // a second end marker does no harm, and a missing one no more either
    header.bare.write(EOI);
    return header;
  }

  /** Takes what stands before the first scan; gives where that begins. */
  private int segments(byte[] bytes, boolean tablesOnly) throws IOException {
    if (bytes.length < 4 || (bytes[0] & 0xff) != 0xff || (bytes[1] & 0xff) != SOI) {
      throw new IOException("there is no JPEG stream where one should be");
    }
    int at = 2;
    while (true) {
      while (at + 1 < bytes.length
          && (bytes[at] & 0xff) == 0xff
          && (bytes[at + 1] & 0xff) == 0xff) {
        at++; // fill bytes
      }
      if (tablesOnly && (at >= bytes.length || at + 1 < bytes.length && marker(bytes, at) == EOI)) {
        return at;
      }
      if (at + 4 > bytes.length) {
        throw new IOException("a JPEG stream ends in its header");
      }
      int marker = marker(bytes, at);
      int length = (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
      int end = at + 2 + length;
      if (marker == EOI || length < 2 || end > bytes.length) {
        throw new IOException("a JPEG stream ends in its header");
      }
      if (marker == SOS) {
        if (channels == 0) {
          throw new IOException("a JPEG stream has a scan before its frame header");
        }
        scan(bytes, at, end);
        return at;
      }
      if (marker == DQT || marker == DHT || marker == DRI) {
        if (marker == DQT) {
          for (int i = at + 4; i < end; i += (bytes[i] & 0xf0) == 0 ? 65 : 129) {
            quantisationTables |= 1 << (bytes[i] & 0xf);
          }
        } else if (marker == DHT) {
          huffmanTables(bytes, at + 4, end);
        }
        bare.write(bytes, at, end - at);
      } else if (isFrame(marker)) {
        frame(bytes, at, length, marker);
        bare.write(bytes, at, end - at);
      } else if (marker == JFIF && length >= 14 && isNamed(bytes, at, JFIF_NAME)) {
        isJfif = true;
      } else if (marker == ADOBE && length >= 14 && isNamed(bytes, at, ADOBE_NAME)) {
        adobeTransform = bytes[at + 15] & 0xff;
      } else if (marker != COMMENT && (marker < 0xe0 || marker > 0xef)) {
        throw new IOException("a JPEG stream has an unknown marker " + Integer.toHexString(marker));
      }
      at = end;
    }
  }

  private void huffmanTables(byte[] bytes, int at, int end) {
    while (at + 17 <= end) {
      huffmanTables |= 1 << (bytes[at] & 0x1f);
      int codes = 0;
      for (int i = 1; i <= 16; i++) {
        codes += bytes[at + i] & 0xff;
      }
      at += 17 + codes;
    }
  }

  private void scan(byte[] bytes, int at, int end) {
    int count = bytes[at + 4] & 0xff;
    int needed = 0;
    for (int i = 0; i < count && at + 6 + 2 * i < end; i++) {
      int tables = bytes[at + 6 + 2 * i] & 0xff;
      needed |= 1 << (tables >> 4 & 0xf) | 1 << (16 + (tables & 0xf));
    }
    isSelfContained =
        !isProgressive
            && count == channels
            && (needed & ~huffmanTables) == 0
            && (quantisationNeeded & ~quantisationTables) == 0;
  }

  private static boolean isNamed(byte[] bytes, int at, byte[] name) {
    return Arrays.equals(name, Arrays.copyOfRange(bytes, at + 4, at + 4 + name.length));
  }

  private static int marker(byte[] bytes, int at) throws IOException {
    if ((bytes[at] & 0xff) != 0xff) {
      throw new IOException("a JPEG stream has no marker where one should be");
    }
    return bytes[at + 1] & 0xff;
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != JPG && marker != DAC;
  }

  private void frame(byte[] bytes, int at, int length, int marker) throws IOException {
    if (marker > 0xc2) {
      throw new IOException("a JPEG stream is lossless or arithmetically coded, which is not read");
    }
    if (channels != 0 || length < 8) {
      throw new IOException("a JPEG stream has no single frame header");
    }
    isProgressive = marker == 0xc2;
    int bits = bytes[at + 4] & 0xff;
    height = (bytes[at + 5] & 0xff) << 8 | bytes[at + 6] & 0xff;
    width = (bytes[at + 7] & 0xff) << 8 | bytes[at + 8] & 0xff;
    channels = bytes[at + 9] & 0xff;
    if (bits != 8 || channels < 1 || channels > 4 || length != 8 + 3 * channels) {
      throw new IOException(
          "a JPEG stream has "
              + channels
              + " channels of "
              + bits
              + " bits; 1 to 4 of 8 bits are read");
    }
    if (width == 0 || height == 0) {
      throw new IOException("a JPEG stream does not state its size");
    }
    for (int i = 0; i < channels; i++) {
      quantisationNeeded |= 1 << (bytes[at + 12 + 3 * i] & 0xf);
    }
    namedRgb =
        channels == 3 && bytes[at + 10] == 'R' && bytes[at + 13] == 'G' && bytes[at + 16] == 'B';
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int channels() {
    return channels;
  }

  /** Whether three channels are luma and chroma, by libjpeg's rule. */
  boolean isMarkedYcc() {
    return isJfif || (adobeTransform >= 0 ? adobeTransform != 0 : !namedRgb);
  }

  /**
   * Whether every table that the picture needs stands before its only scan. A codec keeps tables
   * from one stream to the next, so another stream must not be given to a used one.
   */
  boolean isSelfContained() {
    return isSelfContained;
  }

  /** The whole stream without application data and comments, tables included. */
  byte[] bare() {
    return bare.toByteArray();
  }
}
