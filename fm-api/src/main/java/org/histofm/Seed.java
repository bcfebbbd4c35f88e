package org.histofm;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/**
 * Seed of one random stream. Streams for different purposes are derived by name, so adding a draw
 * to one moves no other. Everything here is specified (SHA-256, {@link SplittableRandom}), so a
 * seed means the same numbers on every platform and JDK.
 *
 * @param value the seed
 */
public record Seed(long value) {
  /** The seed {@code value}. */
  public static Seed of(long value) {
    return new Seed(value);
  }

  /**
   * The seed of the stream {@code purpose} below this one: the first eight bytes of SHA-256(value,
   * purpose).
   */
  public Seed derive(String purpose) {
    byte[] name = purpose.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[8 + name.length];
    for (int i = 0; i < 8; i++) {
      message[i] = (byte) (value >>> (8 * i));
    }
    System.arraycopy(name, 0, message, 8, name.length);
    byte[] hash;
    try {
      hash = MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    long seed = 0;
    for (int i = 0; i < 8; i++) {
      seed |= (hash[i] & 0xffL) << (8 * i);
    }
    return new Seed(seed);
  }

  /** A fresh generator at the start of this stream; confined to one thread. */
  public SplittableRandom random() {
    return new SplittableRandom(value);
  }

  /** A uniformly random order of 0 … n−1 (Fisher–Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    SplittableRandom random = random();
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
