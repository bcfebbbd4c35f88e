package org.histofm.tiling.tiff;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The byte-wise compressions of TIFF; each fills {@code target} wholly, or says that it cannot. */
final class Unpack {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int CODES = 4096;

  private Unpack() {}

  static void inflate(byte[] stored, int length, byte[] target) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(stored, 0, length);
      int done = 0;
      while (done < target.length) {
        int now = inflater.inflate(target, done, target.length - done);
        if (now == 0) {
          throw tooShort("deflate", done, target.length);
        }
        done += now;
      }
    } catch (DataFormatException e) {
      throw new IOException("a deflate tile is damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  static void packBits(byte[] stored, int length, byte[] target) throws IOException {
    int done = 0;
    int at = 0;
    while (done < target.length) {
      int head = at < length ? stored[at++] : -128;
      int count = head >= 0 ? head + 1 : 1 - head;
      boolean enough = at + (head >= 0 ? count : 1) <= length;
      if (head == -128 && at < length) {
        continue; // means nothing
      }
      if (!enough || count > target.length - done) {
        throw tooShort("PackBits", done, target.length);
      }
      if (head >= 0) {
        System.arraycopy(stored, at, target, done, count);
        at += count;
      } else {
        Arrays.fill(target, done, done + count, stored[at++]);
      }
      done += count;
    }
  }

  /** LZW of TIFF 6: codes of 9 to 12 bits, high bits first, widened one code early. */
  static void lzw(byte[] stored, int length, byte[] target) throws IOException {
    int[] from = new int[CODES]; // of a code: where in the target its bytes first stood
    int[] size = new int[CODES];
    int next = END + 1;
    int width = 9;
    int before = -1; // where the last code's bytes stand in the target
    int beforeSize = 0;
    int done = 0;
    long held = 0;
    int bits = 0;
    int at = 0;
    while (done < target.length) {
      while (bits < width && at < length) {
        held = held << 8 | stored[at++] & 0xff;
        bits += 8;
      }
      if (bits < width) {
        throw tooShort("LZW", done, target.length);
      }
      int code = (int) (held >>> (bits - width)) & ((1 << width) - 1);
      bits -= width;
      held &= (1L << bits) - 1;
      if (code == CLEAR) {
        next = END + 1;
        width = 9;
        before = -1;
        continue;
      }
      if (code == END) {
        throw tooShort("LZW", done, target.length);
      }
      if (code > next || code == next && before < 0 || code > END && before < 0) {
        throw new IOException("an LZW tile is damaged: code " + code + " before its meaning");
      }
      if (before >= 0 && next < CODES) {
        // The last code's bytes and the first of this one stand side by side in the target.
        from[next] = before;
        size[next] = beforeSize + 1;
        next++;
        if (next == (1 << width) - 1 && width < 12) {
          width++;
        }
      }
      int start = done;
      if (code < CLEAR) {
        target[done++] = (byte) code;
      } else {
        int count = Math.min(size[code], target.length - done);
        int source = from[code];
        for (int i = 0; i < count; i++) {
          target[done++] = target[source + i];
        }
      }
      before = start;
      beforeSize = done - start;
    }
  }

  private static IOException tooShort(String how, int found, int expected) {
    return new IOException("a " + how + " tile ends after " + found + " of " + expected + " bytes");
  }
}
