package org.histofm.tiling.online;

import java.util.SplittableRandom;
import org.histofm.Seed;

/**
 * A random order of 0 … size − 1 that needs no array: a Feistel network of {@value #ROUNDS} rounds
 * over the smallest even number of bits that holds the size, walked on from values outside of it
 * until one lies inside (Black and Rogaway 2002, Ciphers with arbitrary finite domains). A network
 * is a bijection whatever its round function, so every place stands exactly once; the walk takes
 * fewer than four steps on average. Immutable.
 */
final class ShuffledSlots {
  private static final int ROUNDS = 8;

  private final int size;
  private final int halfBits;
  private final long[] keys = new long[ROUNDS];

  /**
   * @param size from 1
   */
  ShuffledSlots(Seed seed, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("an order of " + size + " places");
    }
    this.size = size;
    int bits = 32 - Integer.numberOfLeadingZeros(size - 1);
    this.halfBits = Math.max(1, (bits + 1) / 2);
    SplittableRandom random = seed.random();
    for (int round = 0; round < ROUNDS; round++) {
      keys[round] = random.nextLong();
    }
  }

  /** What stands at {@code place}. */
  int get(int place) {
    if (place < 0 || place >= size) {
      throw new IndexOutOfBoundsException("place " + place + " of " + size);
    }
    long value = place;
    do {
      value = network(value);
    } while (value >= size);
    return (int) value;
  }

  private long network(long value) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (long key : keys) {
      long mixed = left ^ mix(right + key) & mask;
      left = right;
      right = mixed;
    }
    return left << halfBits | right;
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
