package org.histofm.backbones.hdf5;

/** Number types that are written, all little endian. */
public enum Hdf5Type {
  /** IEEE 754 binary16; h5py's {@code <f2}. */
  FLOAT16(2, 10, 5, 15),
  /** IEEE 754 binary32; h5py's {@code <f4}. */
  FLOAT32(4, 23, 8, 127),
  /** IEEE 754 binary64; h5py's {@code <f8}. */
  FLOAT64(8, 52, 11, 1023),
  /** Two's complement of 64 bits; h5py's {@code <i8}. */
  INT64(8, 0, 0, 0);

  private static final int FIXED_POINT = 0x10;
  private static final int FLOATING_POINT = 0x11;

  private final int bytes;
  private final int fractionBits;
  private final int exponentBits;
  private final int bias;

  Hdf5Type(int bytes, int fractionBits, int exponentBits, int bias) {
    this.bytes = bytes;
    this.fractionBits = fractionBits;
    this.exponentBits = exponentBits;
    this.bias = bias;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** The datatype message, IV.A.2.d. */
  void describe(LittleEndian out) {
    int bits = 8 * bytes;
    if (this == INT64) {
      out.u8(FIXED_POINT).u8(0x08).u16(0).u32(bytes).u16(0).u16(bits);
      return;
    }
    // class bits: implied leading fraction bit, then the place of the sign
    out.u8(FLOATING_POINT).u8(0x20).u8(bits - 1).u8(0).u32(bytes).u16(0).u16(bits);
    out.u8(fractionBits).u8(exponentBits).u8(0).u8(fractionBits).u32(bias);
  }
}
