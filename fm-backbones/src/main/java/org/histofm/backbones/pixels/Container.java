package org.histofm.backbones.pixels;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.histofm.backbones.pixels.ImageFiles.Unsupported;

/**
 * The file formats that are read, each with the checks of its outer structure that the JDK's
 * decoder omits: it reads over the missing end of a JPEG or GIF, and over a PNG's checksums.
 */
enum Container {
  PNG("png", "\u0089PNG\r\n\u001a\n") {
    @Override
    void check(byte[] bytes) throws IOException {
      ByteBuffer in = ByteBuffer.wrap(bytes).position(8);
      int type;
      do {
        int length = need(in, 8).getInt();
        type = in.getInt();
        int begin = in.position();
        need(in, Integer.toUnsignedLong(length) + 4).position(begin + length);
        // Critical chunks have a capital first letter.
        if (in.getInt() != crc(bytes, begin - 4, length + 4) && (type & 0x20000000) == 0) {
          throw new IOException("checksum of chunk " + name(bytes, begin - 4) + " is wrong");
        }
      } while (type != 0x49454e44); // IEND
    }

    private int crc(byte[] bytes, int offset, int length) {
      CRC32 crc = new CRC32();
      crc.update(bytes, offset, length);
      return (int) crc.getValue();
    }

    private String name(byte[] bytes, int offset) {
      return new String(bytes, offset, 4, StandardCharsets.ISO_8859_1);
    }
  },

  JPEG("jpeg", "\u00ff\u00d8\u00ff") {
    @Override
    void check(byte[] bytes) throws IOException {
      ByteBuffer in = ByteBuffer.wrap(bytes).position(2);
      int marker = nextMarker(in);
      while (marker != 0xd9) { // end of image
        if (marker > 1 && (marker < 0xd0 || marker > 0xd7)) {
          int length = need(in, 2).getShort() & 0xffff;
          ByteBuffer segment = need(in, length - 2).slice();
          // Start of frame: 0xc0 to 0xcf but for 0xc4, 0xc8 and 0xcc.
          boolean isFrame = marker == 0xc0 || (marker & 0xf0) == 0xc0 && (marker & 3) != 0;
          if (isFrame && need(segment, 6).get(5) == 4) {
            throw new Unsupported("a JPEG image with four channels (CMYK or YCCK)");
          }
          in.position(in.position() + length - 2);
        }
        marker = nextMarker(in);
      }
    }

    /** Skips entropy-coded data, in which 0xff is followed by 0. */
    private int nextMarker(ByteBuffer in) throws EOFException {
      int marker;
      do {
        while (need(in, 1).get() != -1) {}
        marker = need(in, 1).get(in.position()) & 0xff;
      } while (marker == 0 || marker == 0xff);
      in.get();
      return marker;
    }
  },

  GIF("gif", "GIF8") {
    @Override
    void check(byte[] bytes) throws IOException {
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      need(in, 13);
      int width = in.getShort(6);
      int height = in.getShort(8);
      in.position(13);
      skipColours(in, in.get(10));
      while (need(in, 1).get() == 0x21) { // extension
        need(in, 1).get();
        skipBlocks(in);
      }
      int frame = in.position();
      if (in.get(frame - 1) != 0x2c) {
        throw new IOException("no image in it");
      }
      need(in, 9);
      if (in.getInt(frame) != 0
          || in.getShort(frame + 4) != width
          || in.getShort(frame + 6) != height) {
        throw new Unsupported("a GIF whose first frame does not fill its canvas");
      }
      in.position(frame + 9);
      skipColours(in, in.get(frame + 8));
      need(in, 1).get();
      skipBlocks(in);
    }

    private void skipColours(ByteBuffer in, int flags) throws EOFException {
      if ((flags & 0x80) != 0) {
        int length = 3 << ((flags & 7) + 1);
        need(in, length).position(in.position() + length);
      }
    }

    private void skipBlocks(ByteBuffer in) throws EOFException {
      for (int n = need(in, 1).get() & 0xff; n > 0; n = need(in, 1).get() & 0xff) {
        need(in, n).position(in.position() + n);
      }
    }
  },

  BMP("bmp", "BM"),
  TIFF_LITTLE("tiff", "II*\0"),
  TIFF_BIG("tiff", "MM\0*"),
  BIGTIFF_LITTLE("tiff", "II+\0"),
  BIGTIFF_BIG("tiff", "MM\0+");

  private final String formatName;
  private final byte[] magic;

  Container(String formatName, String magic) {
    this.formatName = formatName;
    this.magic = magic.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The format that {@code bytes} begin as. */
  static Optional<Container> of(byte[] bytes) {
    for (Container container : values()) {
      byte[] magic = container.magic;
      if (bytes.length >= magic.length
          && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length)) {
        return Optional.of(container);
      }
    }
    return Optional.empty();
  }

  /** Refuses what the decoder would read over. */
  void check(byte[] bytes) throws IOException {
    if (isTiff()) {
      Tiff.check(bytes);
    }
  }

  /** Refuses kinds that the decoder would convert by rules of its own. */
  void checkKind(ImageReader reader) throws IOException {
    if (isTiff()) {
      Tiff.checkKind(reader);
    }
  }

  /** Undoes what the decoder rescaled. */
  BufferedImage correct(BufferedImage image, ImageReader reader) throws IOException {
    return isTiff() ? Tiff.withPaletteOfTags(image, reader) : image;
  }

  private boolean isTiff() {
    return formatName.equals("tiff");
  }

  /** Name of the format in messages. */
  String formatName() {
    return formatName.toUpperCase(Locale.ROOT);
  }

  /** The JDK's own decoder; the caller disposes of it. */
  ImageReader newReader() throws IOException {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (all.hasNext()) {
      ImageReaderSpi spi = all.next();
      if (spi.getClass().getModule() == ImageReaderSpi.class.getModule()
          && Arrays.asList(spi.getFormatNames()).contains(formatName)) {
        return spi.createReaderInstance();
      }
    }
    throw new AssertionError("the module java.desktop decodes " + formatName);
  }

  private static ByteBuffer need(ByteBuffer in, long bytes) throws EOFException {
    if (bytes < 0 || in.remaining() < bytes) {
      throw new EOFException("it is cut short");
    }
    return in;
  }
}
