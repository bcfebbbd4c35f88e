package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.tiling.tiff.DecodedTiles.Key;
import org.junit.jupiter.api.Test;

class DecodedTilesTest {
  private final DecodedTiles tiles = new DecodedTiles(250, new ReadMeter());

  private void put(int tile) throws IOException {
    tiles.get(new Key(0, 0, tile), () -> new byte[100]);
  }

  @Test
  void get_overTheLimit_dropsTheLeastRecentlyWanted() throws IOException {
    put(1);
    put(2);
    put(1);
    put(3);
    assertThat(tiles.contains(new Key(0, 0, 1))).isTrue();
    assertThat(tiles.contains(new Key(0, 0, 2))).isFalse();
    assertThat(tiles.bytes()).isEqualTo(200);
  }

  @Test
  void get_largerThanTheLimit_isHandedOutButNotKept() throws IOException {
    assertThat(tiles.get(new Key(0, 0, 1), () -> new byte[1000])).hasSize(1000);
    assertThat(tiles.bytes()).isZero();
  }

  @Test
  void get_byTwoThreadsAtOnce_decodesOnce() throws Exception {
    CountDownLatch decoding = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    AtomicInteger decodes = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Key key = new Key(0, 0, 1);
      Future<byte[]> first =
          pool.submit(
              () ->
                  tiles.get(
                      key,
                      () -> {
                        decodes.incrementAndGet();
                        decoding.countDown();
                        await(asked);
                        return new byte[100];
                      }));
      await(decoding);
      Future<byte[]> second =
          pool.submit(
              () -> {
                asked.countDown();
                return tiles.get(
                    key,
                    () -> {
                      decodes.incrementAndGet();
                      return new byte[100];
                    });
              });
      assertThat(second.get()).isSameAs(first.get());
      assertThat(decodes).hasValue(1);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void get_failed_isTriedAgain() throws IOException {
    Key key = new Key(0, 0, 1);
    assertThatThrownBy(
            () ->
                tiles.get(
                    key,
                    () -> {
                      throw new IOException("damaged");
                    }))
        .hasMessage("damaged");
    assertThat(tiles.get(key, () -> new byte[] {7})).containsExactly(7);
  }

  @Test
  void forget_dropsOneSlidesTilesOnly() throws IOException {
    put(1);
    tiles.get(new Key(1, 0, 1), () -> new byte[100]);
    tiles.forget(0);
    assertThat(tiles.contains(new Key(0, 0, 1))).isFalse();
    assertThat(tiles.contains(new Key(1, 0, 1))).isTrue();
    assertThat(tiles.bytes()).isEqualTo(100);
  }
}
