package org.histofm.backbones.weights;

/** Number types of the safetensors format, under the names that its headers use. */
public enum Dtype {
  /** 64-bit floating point. */
  F64(64),
  /** 32-bit floating point. */
  F32(32),
  /** 16-bit IEEE floating point. */
  F16(16),
  /** The upper 16 bits of a 32-bit floating point number. */
  BF16(16),
  /** Pair of 32-bit floating point numbers. */
  C64(64),
  /** 64-bit signed integer. */
  I64(64),
  /** 64-bit unsigned integer. */
  U64(64),
  /** 32-bit signed integer. */
  I32(32),
  /** 32-bit unsigned integer. */
  U32(32),
  /** 16-bit signed integer. */
  I16(16),
  /** 16-bit unsigned integer. */
  U16(16),
  /** 8-bit signed integer. */
  I8(8),
  /** 8-bit unsigned integer. */
  U8(8),
  /** Truth value in a byte. */
  BOOL(8),
  /** 8-bit floating point, 4 exponent bits. */
  F8_E4M3(8),
  /** 8-bit floating point, 5 exponent bits. */
  F8_E5M2(8),
  /** 8-bit power of two. */
  F8_E8M0(8),
  /** 8-bit floating point, 4 exponent bits, no negative zero. */
  F8_E4M3FNUZ(8),
  /** 8-bit floating point, 5 exponent bits, no negative zero. */
  F8_E5M2FNUZ(8),
  /** 6-bit floating point, 2 exponent bits. */
  F6_E2M3(6),
  /** 6-bit floating point, 3 exponent bits. */
  F6_E3M2(6),
  /** 4-bit floating point. */
  F4(4);

  private final int bits;

  Dtype(int bits) {
    this.bits = bits;
  }

  /** Bits of one value. */
  public int bits() {
    return bits;
  }

  /** Whether {@link SafetensorsFile#read} converts it to float32. */
  public boolean isReadable() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }
}
