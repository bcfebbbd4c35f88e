package org.histofm.tiling.plain;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.stream.ImageInputStream;
import org.histofm.slide.PixelSize;
import org.histofm.slide.SlideException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What the beginning of a PNG, JPEG or BMP file says, read without its codec, so that nothing is
 * allocated for what a file merely claims.
 *
 * @param format which codec reads it
 * @param width stored columns
 * @param height stored rows
 * @param bytesPerPixel bytes of a pixel as the codec gives it, rounded up
 * @param decodesWhole whether the codec holds the whole picture to decode any of it
 * @param isYcc whether three channels are luma and chroma
 * @param isOpaque whether a channel more than grey or RGB is something else than transparency
 * @param orientation how it is turned
 * @param pixelSizes those that it records
 */
record ImageHeader(
    Format format,
    int width,
    int height,
    int bytesPerPixel,
    boolean decodesWhole,
    boolean isYcc,
    boolean isOpaque,
    Orientation orientation,
    List<PixelSize> pixelSizes) {
  enum Format {
    PNG("com.sun.imageio.plugins.png.PNGImageReader"),
    JPEG("com.sun.imageio.plugins.jpeg.JPEGImageReader"),
    BMP("com.sun.imageio.plugins.bmp.BMPImageReader"),
    TIFF("com.sun.imageio.plugins.tiff.TIFFImageReader");

    /** Class of the JDK's reader; others may lie on the class path. */
    final String reader;

    Format(String reader) {
      this.reader = reader;
    }

    /** The format of a file that begins so, or null. */
    static @Nullable Format of(byte[] start) {
      if (begins(start, 'I', 'I', 42, 0) || begins(start, 'M', 'M', 0, 42)) {
        return TIFF;
      }
      if (begins(start, 0x89, 'P', 'N', 'G')) {
        return PNG;
      }
      if (begins(start, 0xff, 0xd8, 0xff)) {
        return JPEG;
      }
      return begins(start, 'B', 'M') ? BMP : null;
    }

    private static boolean begins(byte[] start, int... magic) {
      if (start.length < magic.length) {
        return false;
      }
      for (int i = 0; i < magic.length; i++) {
        if ((start[i] & 0xff) != magic[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** Why a file is refused; the message goes on from "slide X". */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    final Reason reason;
    final String remedy;

    Refused(Reason reason, String what, String remedy) {
      super(what);
      this.reason = reason;
      this.remedy = remedy;
    }
  }

  private static final int MAX_EXIF = 1 << 16;
  private static final int MAX_SEGMENTS = 10_000;

  static ImageHeader read(Format format, ImageInputStream in) throws IOException {
    try {
      in.seek(0);
      return switch (format) {
        case PNG -> png(in);
        case JPEG -> jpeg(in);
        case BMP -> bmp(in);
        case TIFF -> throw new IllegalArgumentException("TIFF is read by its codec");
      };
    } catch (EOFException e) {
      throw damaged("ends in its header");
    }
  }

  static Refused damaged(String what) {
    return new Refused(Reason.DAMAGED, what, "Copy it again.");
  }

  private static ImageHeader png(ImageInputStream in) throws IOException {
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    in.seek(8);
    if (in.readInt() != 13 || in.readInt() != 0x49484452) {
      throw damaged("is a PNG without its header");
    }
    int width = in.readInt();
    int height = in.readInt();
    int bits = in.readUnsignedByte();
    int colour = in.readUnsignedByte();
    in.skipBytes(2);
    boolean interlaced = in.readUnsignedByte() != 0;
    List<PixelSize> sizes = new ArrayList<>();
    Orientation orientation = Orientation.UPRIGHT;
    long at = 33;
    for (int i = 0; ; i++) {
      in.seek(at);
      long length = in.readUnsignedInt();
      String chunk = ascii(in, 4);
      boolean isTooLong = length > in.length() - at - 12 || isColourTable(chunk) && length > 768;
      if (chunk.equals("IDAT")) {
        break; // how long it is shows at reading
      }
      if (i == MAX_SEGMENTS || isTooLong) {
        throw damaged("is a PNG with a chunk '" + chunk + "' of " + length + " bytes");
      }
      if (chunk.equals("IEND")) {
        throw damaged("is a PNG without pixels");
      }
      if (chunk.equals("pHYs") && length == 9) {
        double x = in.readUnsignedInt();
        double y = in.readUnsignedInt();
        if (in.readUnsignedByte() == 1) {
          Resolutions.add(sizes, Resolutions.METRE, x, y, "PNG pHYs");
        }
      } else if (chunk.equals("eXIf") && length <= MAX_EXIF) {
        byte[] block = new byte[(int) length];
        in.readFully(block);
        orientation = Exif.of(block).orientation();
      }
      at += 12 + length;
    }
    int channels =
        switch (colour) {
          case 0, 3 -> 1;
          case 4 -> 2;
          case 2 -> 3;
          case 6 -> 4;
          default -> throw damaged("is a PNG of an unknown colour type " + colour);
        };
    // Transparent grey and RGB may come with a channel more than they have.
    int bytes = Math.max(1, (channels + 1) * bits / 8);
    return new ImageHeader(
        Format.PNG, width, height, bytes, interlaced, false, false, orientation, sizes);
  }

  private static boolean isColourTable(String chunk) {
    return chunk.equals("PLTE") || chunk.equals("tRNS");
  }

  private static ImageHeader jpeg(ImageInputStream in) throws IOException {
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    boolean jfif = false;
    int adobe = -1;
    boolean progressive = false;
    boolean named = false;
    int width = 0;
    int height = 0;
    int channels = 0;
    List<PixelSize> sizes = new ArrayList<>();
    Exif exif = Exif.of(new byte[0]);
    long at = 2;
    for (int i = 0; ; i++) {
      in.seek(at);
      int marker = in.readUnsignedShort();
      if (marker == 0xffff) {
        at++;
        continue;
      }
      int length = in.readUnsignedShort();
      if (i == MAX_SEGMENTS || marker >>> 8 != 0xff || length < 2) {
        throw damaged("is a JPEG whose header is damaged at byte " + at);
      }
      if (marker == 0xffda) {
        if (channels == 0) {
          throw damaged("is a JPEG without a frame header");
        }
        boolean oneScan = in.readUnsignedByte() == channels;
        sizes.addAll(exif.pixelSizes());
        return new ImageHeader(
            Format.JPEG,
            width,
            height,
            channels,
            progressive || !oneScan,
            jfif || (adobe >= 0 ? adobe != 0 : !named),
            true,
            exif.orientation(),
            sizes);
      }
      if (marker == 0xffe0 && length >= 14 && ascii(in, 5).equals("JFIF\0")) {
        jfif = true;
        in.skipBytes(2);
        int unit = in.readUnsignedByte();
        double length1 = unit == 0 ? 0 : Resolutions.micrometres(unit + 1);
        double x = in.readUnsignedShort();
        Resolutions.add(sizes, length1, x, in.readUnsignedShort(), "JFIF density");
      } else if (marker == 0xffe1 && length > 8 && ascii(in, 6).equals("Exif\0\0")) {
        byte[] block = new byte[length - 8];
        in.readFully(block);
        exif = Exif.of(block);
      } else if (marker == 0xffee && length >= 14 && ascii(in, 5).equals("Adobe")) {
        in.skipBytes(6);
        adobe = in.readUnsignedByte();
      } else if (marker >= 0xffc0
          && marker <= 0xffcf
          && marker != 0xffc4
          && marker != 0xffc8
          && marker != 0xffcc) {
        int bits = in.readUnsignedByte();
        height = in.readUnsignedShort();
        width = in.readUnsignedShort();
        channels = in.readUnsignedByte();
        progressive = marker == 0xffc2;
        if (marker > 0xffc2 || bits != 8 || channels != 1 && channels != 3) {
          throw new Refused(
              Reason.UNSUPPORTED,
              "is a JPEG of "
                  + channels
                  + " channels of "
                  + bits
                  + " bits"
                  + (marker > 0xffc2 ? ", lossless or arithmetically coded" : "")
                  + "; read are baseline and progressive ones of 1 or 3 channels of 8 bits",
              "Convert it to one of these, or to PNG.");
        }
        if (channels == 3) {
          int first = in.readUnsignedByte();
          in.skipBytes(2);
          int second = in.readUnsignedByte();
          in.skipBytes(2);
          named = first == 'R' && second == 'G' && in.readUnsignedByte() == 'B';
        }
      }
      at += 2 + length;
    }
  }

  private static ImageHeader bmp(ImageInputStream in) throws IOException {
    in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    in.seek(14);
    long header = in.readUnsignedInt();
    if (header < 40 || header > 124) {
      throw new Refused(
          Reason.UNSUPPORTED,
          "is a BMP with a header of " + header + " bytes; read are 40 to 124",
          "Convert it to PNG.");
    }
    int width = in.readInt();
    int height = Math.abs(in.readInt());
    in.skipBytes(2);
    int bits = in.readUnsignedShort();
    long compression = in.readUnsignedInt();
    in.skipBytes(4);
    List<PixelSize> sizes = new ArrayList<>();
    double x = in.readInt();
    Resolutions.add(sizes, Resolutions.METRE, x, in.readInt(), "BMP XPelsPerMeter");
    long colours = in.readUnsignedInt();
    if (compression != 0 && compression != 3) {
      throw new Refused(
          Reason.UNSUPPORTED, "is a compressed BMP, which is not read", "Convert it to PNG.");
    }
    if (colours > 256 || bits > 32) {
      throw damaged("is a BMP of " + colours + " colours and " + bits + " bits");
    }
    return new ImageHeader(
        Format.BMP, width, height, 4, false, false, true, Orientation.UPRIGHT, sizes);
  }

  private static String ascii(ImageInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
