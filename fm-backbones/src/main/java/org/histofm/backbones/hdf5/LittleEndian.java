package org.histofm.backbones.hdf5;

import java.io.ByteArrayOutputStream;

/** Bytes of metadata under construction, lowest byte first; confined to one thread. */
final class LittleEndian {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  LittleEndian u8(int value) {
    bytes.write(value);
    return this;
  }

  LittleEndian u16(int value) {
    return number(value, 2);
  }

  LittleEndian u32(long value) {
    return number(value, 4);
  }

  LittleEndian u64(long value) {
    return number(value, 8);
  }

  LittleEndian f64(double value) {
    return u64(Double.doubleToRawLongBits(value));
  }

  LittleEndian raw(byte[] values) {
    bytes.write(values, 0, values.length);
    return this;
  }

  /** Zeros up to a multiple of {@code unit}. */
  LittleEndian align(int unit) {
    while (bytes.size() % unit != 0) {
      u8(0);
    }
    return this;
  }

  private LittleEndian number(long value, int width) {
    for (int i = 0; i < width; i++) {
      bytes.write((int) (value >>> 8 * i));
    }
    return this;
  }

  int size() {
    return bytes.size();
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }
}
