package org.histofm.backbones.hdf5;

/**
 * The checksum of HDF5 metadata: Bob Jenkins' lookup3, {@code hashlittle} from an initial value of
 * zero.
 *
 * @see <a href="https://burtleburtle.net/bob/hash/doobs.html">Hash functions, R. J. Jenkins
 *     2006</a>
 */
final class Checksum {
  private static final int START = 0xdeadbeef;

  private Checksum() {}

  static int of(byte[] bytes) {
    int a = START + bytes.length;
    int b = a;
    int c = a;
    int at = 0;
    // the last block, even a full one, goes through the final mix only
    for (; bytes.length - at > 12; at += 12) {
      a += word(bytes, at);
      b += word(bytes, at + 4);
      c += word(bytes, at + 8);
      a = (a - c) ^ Integer.rotateLeft(c, 4);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 6);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 8);
      b += a;
      a = (a - c) ^ Integer.rotateLeft(c, 16);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 19);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 4);
      b += a;
    }
    if (bytes.length == 0) {
      return c;
    }
    a += word(bytes, at);
    b += word(bytes, at + 4);
    c += word(bytes, at + 8);
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    return (c ^ b) - Integer.rotateLeft(b, 24);
  }

  /** Four bytes, lowest first; zeros stand beyond the end. */
  private static int word(byte[] bytes, int at) {
    int word = 0;
    for (int i = Math.min(4, bytes.length - at) - 1; i >= 0; i--) {
      word = word << 8 | bytes[at + i] & 0xff;
    }
    return word;
  }
}
