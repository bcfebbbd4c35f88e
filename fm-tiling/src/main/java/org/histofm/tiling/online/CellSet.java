package org.histofm.tiling.online;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A set of cells by their numbers, of which the k-th is found fast: one bit a cell, and one count
 * for every {@value #BLOCK} words. Immutable.
 */
final class CellSet {
  private static final int BLOCK = 8;

  private final long[] words;
  private final int[] before; // cells in the blocks before each

  private final int size;

  private CellSet(long[] words) {
    this.words = words;
    this.before = new int[words.length / BLOCK + 1];
    int count = 0;
    for (int w = 0; w < words.length; w++) {
      if (w % BLOCK == 0) {
        before[w / BLOCK] = count;
      }
      count += Long.bitCount(words[w]);
    }
    if (words.length % BLOCK == 0) {
      before[words.length / BLOCK] = count;
    }
    this.size = count;
  }

  static CellSet of(BitSet cells) {
    return new CellSet(cells.toLongArray());
  }

  /** Number of cells. */
  int size() {
    return size;
  }

  /** Whether cell {@code cell} is one of them. */
  boolean contains(int cell) {
    int word = cell >>> 6;
    return word < words.length && (words[word] >>> cell & 1) != 0;
  }

  /** The number of the k-th cell, k from 0. */
  int get(int k) {
    if (k < 0 || k >= size) {
      throw new IndexOutOfBoundsException("cell " + k + " of " + size);
    }
    int found = Arrays.binarySearch(before, k);
    int block = found < 0 ? -found - 2 : found;
    // Of equal counts, those of empty blocks, the last one precedes the cell.
    while (block + 1 < before.length && before[block + 1] == before[block]) {
      block++;
    }
    int left = k - before[block];
    int word = block * BLOCK;
    for (int bits = Long.bitCount(words[word]); left >= bits; bits = Long.bitCount(words[word])) {
      left -= bits;
      word++;
    }
    long rest = words[word];
    for (; left > 0; left--) {
      rest &= rest - 1;
    }
    return word * 64 + Long.numberOfTrailingZeros(rest);
  }

  /** Memory in bytes. */
  long bytes() {
    return 8L * words.length + 4L * before.length;
  }

  @Override
  public String toString() {
    return "CellSet of " + size;
  }

  /** The bits, in a form to hash. */
  ByteBuffer content() {
    ByteBuffer bytes = ByteBuffer.allocate(8 * words.length);
    bytes.asLongBuffer().put(words);
    return bytes;
  }
}
