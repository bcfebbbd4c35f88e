package org.histofm.backbones.hdf5;

import java.util.List;

/** An object header of version 2 (IV.A.1.b) in one chunk: a group or a dataset. */
final class ObjectHeader {
  private final LittleEndian messages = new LittleEndian();

  void message(int kind, LittleEndian content) {
    messages.u8(kind).u16(content.size()).u8(0).raw(content.toArray());
  }

  /**
   * The header with its checksum. Flags: 4 bytes of length, and the limits beyond which attributes
   * leave the header, raised so that readers take any number of them here.
   */
  byte[] toArray() {
    LittleEndian out = new LittleEndian();
    out.raw(new byte[] {'O', 'H', 'D', 'R'}).u8(2).u8(0x12).u16(0xffff).u16(0);
    out.u32(messages.size()).raw(messages.toArray());
    return out.u32(Checksum.of(out.toArray())).toArray();
  }

  /** A dataspace message, IV.A.2.b, version 2: of fixed sizes, or a single value. */
  static void space(LittleEndian out, List<Long> shape) {
    out.u8(2).u8(shape.size()).u8(0).u8(shape.isEmpty() ? 0 : 1);
    shape.forEach(out::u64);
  }
}
