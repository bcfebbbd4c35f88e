package org.histofm.backbones.hdf5;

/**
 * The global heap collection (III.E) that holds the texts of attributes, which have no fixed
 * length. All of them are added first; only then is the heap's length known.
 */
final class TextHeap {
  /** What the library allocates at least, and expects. */
  private static final int LEAST_BYTES = 4096;

  private static final int ENTRY_BYTES = 16;
  private static final int MOST_TEXTS = 0xffff;

  private final LittleEndian entries = new LittleEndian();
  private int count;

  /** Adds a text; returns its number in the collection. */
  int add(byte[] utf8) {
    if (count == MOST_TEXTS) {
      throw new IllegalArgumentException("more than " + MOST_TEXTS + " texts in one file");
    }
    count++;
    entries.u16(count).u16(0).u32(0).u64(utf8.length).raw(utf8).align(8);
    return count;
  }

  /** Length in the file; 0 if there is no text. */
  int bytes() {
    return count == 0 ? 0 : Math.max(LEAST_BYTES, ENTRY_BYTES + entries.size());
  }

  byte[] toArray() {
    LittleEndian out = new LittleEndian();
    if (count == 0) {
      return out.toArray();
    }
    out.raw(new byte[] {'G', 'C', 'O', 'L'}).u8(1).u8(0).u16(0).u64(bytes()).raw(entries.toArray());
    int free = bytes() - out.size();
    if (free >= ENTRY_BYTES) {
      // entry 0 is what is left, its own header included
      out.u64(0).u64(free);
    }
    return out.raw(new byte[bytes() - out.size()]).toArray();
  }
}
