package org.histofm.backbones.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.histofm.dataset.Sample;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.Test;

class TileBatchesTest {
  private static final int AHEAD = TileBatches.LEAST_AHEAD;

  /** Tasks that nobody has run yet. */
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  private final List<Integer> written = new ArrayList<>();

  @Test
  void next_writtenInAnyOrder_comesInOrder() {
    List<Sample> order = Tiles.inMemory(0, 7);
    try (TileBatches batches = open(tasks::add, order, 3)) {
      while (!tasks.isEmpty()) {
        tasks.removeLast().run();
      }
      assertThat(written).containsExactly(6, 5, 4, 3, 2, 1, 0);
      assertThat(indices(batches.next())).containsExactly(0, 1, 2);
      assertThat(indices(batches.next())).containsExactly(3, 4, 5);
      assertThat(indices(batches.next())).containsExactly(6);
      assertThat(batches.next()).isEmpty();
      assertThat(batches.next()).isEmpty();
    }
  }

  @Test
  void open_ofManySamples_looksAheadOneBatchOrTheLeast() {
    List<Sample> order = Tiles.inMemory(0, 400);
    open(tasks::add, order, 4);
    assertThat(tasks).hasSize(AHEAD);
    tasks.clear();
    TileBatches large = open(tasks::add, order, 100);
    for (int batch = 0; batch < 4; batch++) {
      assertThat(tasks).hasSize(100);
      runAll();
      assertThat(indices(large.next())).hasSize(100);
    }
    assertThat(tasks).isEmpty();
  }

  @Test
  void close_early_dropsWhatHasNotBegun() {
    TileBatches batches = open(tasks::add, Tiles.inMemory(0, 400), 4);
    for (int i = 0; i < 4; i++) {
      tasks.remove().run();
    }
    assertThat(indices(batches.next())).containsExactly(0, 1, 2, 3);
    batches.close();
    batches.close();
    runAll();
    assertThat(written).containsExactly(0, 1, 2, 3);
    assertThatThrownBy(batches::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this stream of batches is closed");
  }

  @Test
  void next_afterAFailure_isRefusedAndNothingMoreIsWritten() {
    List<Sample> order = Tiles.inMemory(0, 400);
    TileBatches batches =
        new TileBatches(
            tasks::add,
            order,
            4,
            1,
            (index, sample, target, offset) -> {
              written.add(index);
              if (index == 6) {
                throw new IllegalArgumentException(sample.id());
              }
            });
    for (int i = 0; i < 8; i++) {
      tasks.remove().run();
    }
    assertThat(batches.next()).isPresent();
    assertThatThrownBy(batches::next)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tile-6");
    runAll();
    assertThat(written).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThatThrownBy(batches::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void next_interruptedWhileItWaits_endsTheStreamWithTheFlagSet() throws Exception {
    List<Sample> order = Tiles.inMemory(0, 400);
    List<Runnable> never = Collections.synchronizedList(new ArrayList<>());
    TileBatches batches = open(never::add, order, 4);
    FutureTask<Boolean> waiting =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(batches::next).isInstanceOf(CancellationException.class);
              return Thread.currentThread().isInterrupted();
            });
    Thread thread = new Thread(waiting);
    thread.start();
    thread.interrupt();
    assertThat(waiting.get()).as("interrupt flag").isTrue();
    never.forEach(Runnable::run);
    assertThat(written).isEmpty();
    assertThatThrownBy(batches::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void next_overThousandsOfBatches_holdsNoneOfThoseTaken() {
    List<Sample> order = Collections.nCopies(16_000, Tiles.inMemory(0));
    List<WeakReference<byte[]>> taken = new ArrayList<>();
    try (TileBatches batches =
        new TileBatches(Runnable::run, order, 8, 64, (index, sample, target, offset) -> {})) {
      Optional<PixelBatch> batch = batches.next();
      while (taken.size() < 1990) {
        taken.add(new WeakReference<>(batch.orElseThrow().bytes()));
        batch = batches.next();
      }
      System.gc();
      // Nearly 200 MB were handed out.
      assertThat(taken).allMatch(reference -> reference.refersTo(null));
      assertThat(batch).isPresent();
    }
  }

  @Test
  void open_batchThatNoArrayHolds_isRefused() {
    List<Sample> order = Collections.nCopies(20_000, Tiles.inMemory(0));
    assertThatThrownBy(
            () -> new TileBatches(tasks::add, order, 0, 224, (index, sample, to, offset) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a batch is at least one sample, got 0");
    assertThatThrownBy(
            () ->
                new TileBatches(tasks::add, order, 1 << 30, 224, (index, sample, to, offset) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a batch of 20000 tiles of 224 px does not fit one array");
    assertThat(tasks).isEmpty();
  }

  /** Tiles of one pixel that hold their index. */
  private TileBatches open(Executor executor, List<Sample> order, int batchSize) {
    return new TileBatches(
        executor,
        order,
        batchSize,
        1,
        (index, sample, target, offset) -> {
          assertThat(sample).isSameAs(order.get(index));
          written.add(index);
          target[offset] = (byte) index;
        });
  }

  private void runAll() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static List<Integer> indices(Optional<PixelBatch> batch) {
    byte[] bytes = batch.orElseThrow().bytes();
    assertThat(bytes).hasSize(3 * batch.orElseThrow().count());
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < bytes.length; i += 3) {
      indices.add(bytes[i] & 0xff);
    }
    return indices;
  }
}
