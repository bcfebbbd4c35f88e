package org.histofm.tiling.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.histofm.slide.ByteCounts;

class CachedBytesProperties {
  private static final byte[] CONTENT = MemoryObject.content(5000);

  @Provide
  Arbitrary<FetchRules> rules() {
    Arbitrary<Integer> block = Arbitraries.integers().between(1, 300);
    Arbitrary<Integer> small = Arbitraries.integers().between(0, 200);
    Arbitrary<Integer> more = Arbitraries.integers().between(0, 1000);
    return Combinators.combine(block, small, more, more)
        .as((b, s, m, n) -> new FetchRules(b, s, m / 10, b + m, b + m + n, 3));
  }

  @Property(tries = 150, seed = "20261125")
  void reads_inAnyOrder_giveTheBytesAndCountThem(
      @ForAll("rules") FetchRules rules,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int reads)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    MemoryObject object = new MemoryObject(CONTENT);
    BitSet used = new BitSet();
    BitSet announced = new BitSet();
    long handedOut = 0;
    try (CachedBytes source = open(object, rules)) {
      for (int i = 0; i < reads; i++) {
        if (random.nextInt(3) == 0) {
          announce(source, random, announced);
        }
        handedOut += readOne(source, random, used);
        assertThat(source.keptBytes()).isLessThanOrEqualTo(rules.cacheBytes());
      }
      ByteCounts counts = source.counts();
      assertThat(counts.handedOut()).isEqualTo(handedOut);
      assertThat(counts.used()).isEqualTo(used.cardinality());
      announced.and(used);
      assertThat(counts.usedTiles()).isEqualTo(announced.cardinality());
      assertThat(counts.fetched()).isGreaterThanOrEqualTo(counts.used());
    }
  }

  @Property(tries = 20, seed = "20261125")
  void reads_ofSeveralThreads_giveTheBytes(@ForAll("rules") FetchRules rules, @ForAll long seed)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (CachedBytes source = open(new MemoryObject(CONTENT), rules)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        SplittableRandom random = new SplittableRandom(seed + t);
        readers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    announce(source, random, new BitSet());
                    readOne(source, random, new BitSet());
                  }
                  return null;
                }));
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
      assertThat(source.keptBytes()).isLessThanOrEqualTo(rules.cacheBytes());
    } finally {
      threads.shutdown();
    }
  }

  private static CachedBytes open(MemoryObject object, FetchRules rules) throws IOException {
    return CachedBytes.open(object, Retries.sleeping(), rules, object.traffic);
  }

  private static int readOne(CachedBytes source, SplittableRandom random, BitSet used)
      throws IOException {
    int from = random.nextInt(CONTENT.length);
    int length = random.nextInt(Math.min(random.nextBoolean() ? 40 : 4000, CONTENT.length - from));
    byte[] target = new byte[length + 2];
    source.read(from, target, 1, length);
    assertThat(Arrays.copyOfRange(target, 1, 1 + length))
        .isEqualTo(Arrays.copyOfRange(CONTENT, from, from + length));
    assertThat(target[0] | target[length + 1]).isZero();
    used.set(from, from + length);
    return length;
  }

  private static void announce(CachedBytes source, SplittableRandom random, BitSet announced) {
    int count = random.nextInt(5);
    long[] positions = new long[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      positions[i] = random.nextInt(CONTENT.length);
      lengths[i] = random.nextInt((int) (CONTENT.length - positions[i] + 1));
      announced.set((int) positions[i], (int) positions[i] + lengths[i]);
    }
    source.willRead(positions, lengths);
  }
}
