package org.histofm.tiling.tiff;

import java.io.IOException;
import java.util.Arrays;
import org.histofm.tiling.bytes.ByteSource;
import org.histofm.tiling.tiff.TiffImage.Compression;

/** Reads stored tiles and decodes them to RGB. Safe for concurrent use. */
final class TileDecoder {
  private static final byte WHITE = (byte) 255;

  private final ReadMeter meter;
  private final JpegTile jpeg = new JpegTile();

  TileDecoder(ReadMeter meter) {
    this.meter = meter;
  }

  /** The pixels of a tile, [rows, tileWidth, 3]; a tile that was left out is white. */
  byte[] decode(ByteSource bytes, TiffImage image, int tile) throws IOException {
    int pixels = image.rows(tile) * image.tileWidth;
    byte[][] planes = new byte[image.planes()][];
    for (int plane = 0; plane < planes.length; plane++) {
      int count = image.count(tile, plane);
      if (count == 0) {
        byte[] white = new byte[pixels * 3];
        Arrays.fill(white, WHITE);
        return white;
      }
      byte[] stored = read(bytes, image, tile, plane, count);
      long start = System.nanoTime();
      planes[plane] = samples(image, tile, stored);
      if (plane + 1 == planes.length) {
        byte[] rgb = rgb(image, planes, pixels);
        meter.decoded(System.nanoTime() - start);
        return rgb;
      }
    }
    throw new AssertionError("an image has planes");
  }

  private byte[] read(ByteSource bytes, TiffImage image, int tile, int plane, int count)
      throws IOException {
    long offset = image.offset(tile, plane);
    if (count < 0 || offset < 0 || offset > bytes.size() - count) {
      throw new IOException(
          "tile "
              + tile
              + " is said to "
              + (count < 0 ? "be too long" : "lie at byte " + offset)
              + ", but the file ends at byte "
              + bytes.size());
    }
    byte[] stored = new byte[count];
    long start = System.nanoTime();
    bytes.read(offset, stored, 0, count);
    meter.read(count, System.nanoTime() - start);
    return stored;
  }

  /** The values of one plane, [rows, tileWidth, samples of the plane], in the file's byte order. */
  private byte[] samples(TiffImage image, int tile, byte[] stored) throws IOException {
    int samples = image.planar ? 1 : image.samples;
    int rows = image.rows(tile);
    if (image.compression == Compression.JPEG) {
      return jpeg.decode(
          stored, image.jpegTables, image.tileWidth, rows, samples, image.photometric == 6);
    }
    byte[] out = new byte[Math.multiplyExact(rows * image.tileWidth, samples * image.bits / 8)];
    switch (image.compression) {
      case LZW -> Unpack.lzw(stored, stored.length, out);
      case DEFLATE -> Unpack.inflate(stored, stored.length, out);
      case PACK_BITS -> Unpack.packBits(stored, stored.length, out);
      default -> {
        if (stored.length < out.length) {
          throw new IOException(
              "tile " + tile + " has " + stored.length + " bytes in place of " + out.length);
        }
        out = stored.length == out.length ? stored : Arrays.copyOf(stored, out.length);
      }
    }
    if (image.predictor) {
      undoPredictor(image, out, image.tileWidth * samples, samples);
    }
    return out;
  }

  private static void undoPredictor(TiffImage image, byte[] out, int rowValues, int samples) {
    if (image.bits == 8) {
      for (int row = 0; row < out.length; row += rowValues) {
        for (int i = row + samples; i < row + rowValues; i++) {
          out[i] += out[i - samples];
        }
      }
      return;
    }
    int high = image.bigEndian ? 0 : 1;
    for (int row = 0; row < out.length; row += rowValues * 2) {
      for (int i = row + samples * 2; i < row + rowValues * 2; i += 2) {
        int before = i - samples * 2;
        int sum =
            ((out[i + high] & 0xff) << 8 | out[i + 1 - high] & 0xff)
                + ((out[before + high] & 0xff) << 8 | out[before + 1 - high] & 0xff);
        out[i + high] = (byte) (sum >> 8);
        out[i + 1 - high] = (byte) sum;
      }
    }
  }

  private static byte[] rgb(TiffImage image, byte[][] planes, int pixels) {
    boolean plain =
        planes.length == 1
            && image.bits == 8
            && image.samples == 3
            && (image.photometric == 2 || image.photometric == 6);
    if (plain) {
      return planes[0];
    }
    int bytes = image.bits / 8;
    int high = bytes == 2 && !image.bigEndian ? 1 : 0; // 16 bits become 8 by their high byte
    int step = (planes.length == 1 ? image.samples : 1) * bytes;
    int colours = image.photometric == 2 || image.photometric == 6 ? 3 : 1;
    byte[] out = new byte[pixels * 3];
    for (int i = 0; i < pixels; i++) {
      int alpha = image.alpha == 0 ? 255 : value(planes, colours, i * step, bytes, high);
      for (int c = 0; c < 3; c++) {
        int value = value(planes, colours == 3 ? c : 0, i * step, bytes, high);
        if (image.photometric == 0) {
          value = 255 - value;
        } else if (image.photometric == 3) {
          value = image.colour(value) >> (16 - 8 * c) & 0xff;
        }
        if (image.alpha == 1) {
          value = Math.min(255, value + 255 - alpha);
        } else if (image.alpha == 2) {
          value = (value * alpha + 255 * (255 - alpha) + 127) / 255;
        }
        out[i * 3 + c] = (byte) value;
      }
    }
    return out;
  }

  private static int value(byte[][] planes, int sample, int at, int bytes, int high) {
    return (planes.length == 1 ? planes[0][at + sample * bytes + high] : planes[sample][at + high])
        & 0xff;
  }
}
