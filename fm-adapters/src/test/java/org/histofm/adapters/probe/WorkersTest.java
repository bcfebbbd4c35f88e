package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void run_anyNumberOfThreads_runsEachTaskOnce(int threads) {
    AtomicIntegerArray runs = new AtomicIntegerArray(100);
    try (Workers workers = new Workers(threads)) {
      workers.run(100, (number, worker) -> runs.incrementAndGet(number));
      workers.run(0, (number, worker) -> runs.incrementAndGet(number));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(runs.get(i)).as("runs of task %d", i).isEqualTo(1);
    }
  }

  @Test
  void run_helperFails_isTold() {
    CountDownLatch helperCame = new CountDownLatch(1);
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      2,
                      (number, worker) -> {
                        if (worker == 0) {
                          // So that the other task is the helper's.
                          await(helperCame);
                          return;
                        }
                        helperCame.countDown();
                        throw new UnsupportedOperationException("no");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasRootCauseInstanceOf(UnsupportedOperationException.class);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
