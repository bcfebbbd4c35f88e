package org.histofm.tiling.dicom;

import java.io.IOException;
import java.util.Arrays;
import org.histofm.tiling.pyramid.JpegDecoder.Pixels;

/** Frames that are not compressed, or by run lengths only (PS3.5, annex G). */
final class RawPixels {
  private static final int RLE_HEADER = 64;

  private RawPixels() {}

  /**
   * Pixels of {@code bytes}, [h, w, channels] or, if planar, [channels, h, w]; of samples of 16
   * bits the 8 highest of those that count.
   */
  static Pixels of(byte[] bytes, PixelForm form) {
    int pixels = form.columns() * form.rows();
    byte[] samples = bytes;
    if (form.allocated() == 16) {
      samples = new byte[pixels];
      for (int i = 0; i < pixels; i++) {
        int value = bytes[2 * i] & 0xff | (bytes[2 * i + 1] & 0xff) << 8;
        samples[i] = (byte) (value >> (form.bits() - 8));
      }
    } else if (form.isPlanar() && form.channels() == 3) {
      samples = new byte[pixels * 3];
      for (int i = 0; i < pixels; i++) {
        for (int c = 0; c < 3; c++) {
          samples[3 * i + c] = bytes[c * pixels + i];
        }
      }
    }
    Pixels result = Pixels.of(form.columns(), form.rows(), form.channels(), samples);
    return form.isYcc() && form.channels() == 3 ? result.fromYcc() : result;
  }

  /** Undoes run-length coding: one segment a channel, [channels, pixels]. */
  static byte[] unpack(byte[] bytes, int pixels, int channels) throws IOException {
    if (bytes.length < RLE_HEADER || u32(bytes, 0) != channels) {
      throw new IOException("a run-length coded frame does not have " + channels + " segments");
    }
    byte[] out = new byte[pixels * channels];
    for (int c = 0; c < channels; c++) {
      long at = u32(bytes, 4 + 4 * c);
      int to = c * pixels;
      int end = to + pixels;
      while (to < end) {
        if (at < RLE_HEADER || at + 1 >= bytes.length) {
          throw new IOException("a run-length coded frame ends early");
        }
        int n = bytes[(int) at++];
        if (n >= 0) {
          int count = (int) Math.min(Math.min(n + 1, end - to), bytes.length - at);
          System.arraycopy(bytes, (int) at, out, to, count);
          to += count;
          at += n + 1;
        } else if (n != -128) {
          int count = Math.min(1 - n, end - to);
          Arrays.fill(out, to, to + count, bytes[(int) at++]);
          to += count;
        }
      }
    }
    return out;
  }

  private static long u32(byte[] bytes, int at) {
    return Integer.toUnsignedLong(
        bytes[at] & 0xff
            | (bytes[at + 1] & 0xff) << 8
            | (bytes[at + 2] & 0xff) << 16
            | (bytes[at + 3] & 0xff) << 24);
  }
}
