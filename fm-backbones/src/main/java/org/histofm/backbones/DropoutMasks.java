package org.histofm.backbones;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.histofm.Seed;

/**
 * Dropout masks, one byte a value: 1 if it is kept, 0 if it is dropped. A mask is a function of
 * seed and position alone: a hash of the position, three rounds of the kind that ends MurmurHash3,
 * against a threshold, so that the probability is right to 2⁻¹⁷.
 *
 * <p>Hashes, unlike a generator, need no order, so all processors draw at a time. Two hashes fill a
 * word, one in each round of the inner loop, which so compiles to vector instructions: about 0.1 ns
 * a mask on one processor, where the engine's generator and comparison take 2.
 *
 * @param add added before the hash
 * @param more added half-way
 * @param dropped how many of 2¹⁶ numbers drop a value
 */
record DropoutMasks(int add, int more, int dropped) {
  private static final int NUMBERS = 1 << 16;

  /** Words drawn at a time. */
  private static final int CHUNK = 1 << 12;

  /** Spreads consecutive positions over all 32 bits. */
  private static final int SPREAD = 0x9e3779b9;

  /** A compiler that sees i * SPREAD does not vectorise; one that reads it from memory does. */
  private static final int[] RAMP = IntStream.range(0, CHUNK).map(i -> i * SPREAD).toArray();

  static DropoutMasks of(Seed seed, double probability) {
    return new DropoutMasks(
        (int) seed.value(), (int) (seed.value() >>> 32), (int) Math.rint(probability * NUMBERS));
  }

  /** Fills all of {@code target}. */
  void fill(ByteBuffer target) {
    ByteBuffer all = target.slice().order(ByteOrder.LITTLE_ENDIAN);
    int chunkBytes = Integer.BYTES * CHUNK;
    int whole = all.remaining() / chunkBytes;
    int tasks = Math.min(whole, 2 * Runtime.getRuntime().availableProcessors());
    IntStream.range(0, tasks)
        .parallel()
        .forEach(
            task -> {
              int[] words = new int[CHUNK];
              for (int chunk = task; chunk < whole; chunk += tasks) {
                draw(words, chunk);
                all.slice(chunk * chunkBytes, chunkBytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer()
                    .put(words);
              }
            });
    int[] words = new int[CHUNK];
    draw(words, whole);
    ByteBuffer last = ByteBuffer.allocate(chunkBytes).order(ByteOrder.LITTLE_ENDIAN);
    last.asIntBuffer().put(words);
    last.limit(all.remaining() - whole * chunkBytes);
    all.position(whole * chunkBytes).put(last);
  }

  /** Replaces all of {@code words} by the masks of a chunk. */
  private void draw(int[] words, int chunk) {
    for (int round = 0; round < 2; round++) {
      int offset = (2 * chunk + round) * CHUNK * SPREAD + add;
      draw(words, RAMP, offset, more, dropped);
    }
  }

  /** Moves every word up by two bytes and draws masks into these, from the halves of a hash. */
  private static void draw(int[] words, int[] ramp, int offset, int more, int dropped) {
    for (int i = 0; i < words.length; i++) {
      int h = ramp[i] + offset;
      h = (h ^ h >>> 16) * 0x85ebca6b + more;
      h = (h ^ h >>> 13) * 0xc2b2ae35;
      h = (h ^ h >>> 16) * 0x85ebca6b;
      h = h ^ h >>> 13;
      // the signs of differences of two numbers below 2¹⁶
      int high = 1 - ((h >>> 16) - dropped >>> 31);
      int low = 1 - ((h & 0xffff) - dropped >>> 31);
      words[i] = words[i] << 16 | high << 8 | low;
    }
  }
}
