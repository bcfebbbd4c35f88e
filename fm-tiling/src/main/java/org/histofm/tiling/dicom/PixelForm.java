package org.histofm.tiling.dicom;

import java.io.IOException;
import java.util.Optional;
import org.histofm.tiling.pyramid.JpegDecoder;
import org.histofm.tiling.pyramid.JpegDecoder.Colours;
import org.histofm.tiling.pyramid.JpegDecoder.Pixels;

/**
 * How the bytes of a frame are pixels.
 *
 * <p>Colours of JPEG frames are those that the streams' own markers say: many files claim RGB over
 * streams of luma and chroma.
 *
 * @param coding how frames are compressed
 * @param columns columns of a frame
 * @param rows rows of a frame
 * @param channels 1 for grey, 3 for colour
 * @param allocated bits that a sample takes, 8 or 16
 * @param bits bits of it that count
 * @param isPlanar whether uncompressed channels lie one after another
 * @param isYcc whether uncompressed channels are luma and chroma
 */
record PixelForm(
    Coding coding,
    int columns,
    int rows,
    int channels,
    int allocated,
    int bits,
    boolean isPlanar,
    boolean isYcc) {
  /** How frames are compressed. */
  enum Coding {
    RAW,
    JPEG,
    RLE;

    /** The coding of a transfer syntax, if it is read. */
    static Optional<Coding> of(String syntax) {
      return switch (syntax) {
        case Uids.EXPLICIT_LITTLE_ENDIAN, Uids.IMPLICIT_LITTLE_ENDIAN -> Optional.of(RAW);
        case Uids.JPEG_BASELINE, Uids.JPEG_EXTENDED -> Optional.of(JPEG);
        case Uids.RLE -> Optional.of(RLE);
        default -> Optional.empty();
      };
    }
  }

  static PixelForm of(DicomParser header, Coding coding, int columns, int rows) {
    long channels = Values.whole(header.values(), Tags.SAMPLES_PER_PIXEL, 1);
    long allocated = Values.whole(header.values(), Tags.BITS_ALLOCATED, 8);
    long bits = Values.whole(header.values(), Tags.BITS_STORED, allocated);
    return new PixelForm(
        coding,
        columns,
        rows,
        (int) channels,
        (int) allocated,
        (int) bits,
        Values.whole(header.values(), Tags.PLANAR_CONFIGURATION, 0) == 1,
        header.text(Tags.PHOTOMETRIC).startsWith("YBR"));
  }

  /** Whether such pixels, of photometric interpretation {@code photometric}, are read. */
  boolean isRead(String photometric) {
    boolean isGrey = channels == 1 && photometric.equals("MONOCHROME2");
    boolean isColour =
        channels == 3
            && (photometric.equals("RGB")
                || photometric.equals("YBR_FULL")
                || coding == Coding.JPEG && isYcc);
    boolean isDeepGrey =
        coding == Coding.RAW && isGrey && allocated == 16 && bits >= 8 && bits <= 16;
    return (isGrey || isColour) && (allocated == 8 && bits == 8 || isDeepGrey);
  }

  /** Bytes of a frame that is not compressed. */
  int frameBytes() {
    return Math.toIntExact((long) columns * rows * channels * (allocated / 8));
  }

  Pixels decode(byte[] frame, JpegDecoder decoder) throws IOException {
    return switch (coding) {
      case RAW -> RawPixels.of(frame, this);
      case RLE -> RawPixels.of(RawPixels.unpack(frame, columns * rows, channels), planar());
      case JPEG -> jpeg(frame, decoder);
    };
  }

  private PixelForm planar() {
    return new PixelForm(coding, columns, rows, channels, allocated, bits, true, isYcc);
  }

  private Pixels jpeg(byte[] frame, JpegDecoder decoder) throws IOException {
    Pixels pixels = decoder.decode(frame, new byte[0], Colours.AS_MARKED, (long) columns * rows);
    if (pixels.channels() != 1 && pixels.channels() != 3) {
      throw new IOException("a frame has " + pixels.channels() + " channels; 1 or 3 are read");
    }
    if (pixels.width() != columns || pixels.height() != rows) {
      throw new IOException(
          "a frame is "
              + pixels.width()
              + " x "
              + pixels.height()
              + " px, the header says "
              + columns
              + " x "
              + rows);
    }
    return pixels;
  }
}
