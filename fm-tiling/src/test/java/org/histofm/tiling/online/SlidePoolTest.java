package org.histofm.tiling.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.slide.SlideReader;
import org.junit.jupiter.api.Test;

class SlidePoolTest {
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final List<Integer> opened = new ArrayList<>();
  private final List<Integer> closed = new ArrayList<>();

  private SlideReader reader(int slide) {
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    synchronized (opened) {
      opened.add(slide);
    }
    return (SlideReader)
        Proxy.newProxyInstance(
            SlideReader.class.getClassLoader(),
            new Class<?>[] {SlideReader.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("close");
              open.decrementAndGet();
              synchronized (opened) {
                closed.add(slide);
              }
              return null;
            });
  }

  @Test
  void use_oneMoreThanFits_closesTheLongestIdle() {
    try (SlidePool pool = new SlidePool(2, this::reader)) {
      pool.use(1).close();
      pool.use(2).close();
      pool.use(1).close();
      pool.use(3).close();
      assertThat(closed).containsExactly(2);
      pool.use(1).close();
      assertThat(opened).containsExactly(1, 2, 3);
      pool.use(2).close();
      assertThat(closed).containsExactly(2, 3);
      assertThat(pool.opened()).isEqualTo(4);
      assertThat(pool.reopened()).isEqualTo(1);
    }
    assertThat(open).hasValue(0);
    assertThat(mostOpen).hasValue(2);
  }

  @Test
  void use_slideInUse_isNotClosed() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SlidePool pool = new SlidePool(1, this::reader)) {
      SlidePool.Lease lease = pool.use(1);
      SlidePool.Lease again = pool.use(1);
      CountDownLatch begun = new CountDownLatch(1);
      Future<?> other =
          thread.submit(
              () -> {
                begun.countDown();
                pool.use(2).close();
              });
      begun.await();
      lease.close();
      lease.close();
      assertThat(closed).isEmpty();
      again.close();
      other.get();
      assertThat(closed).containsExactly(1);
      assertThat(opened).containsExactly(1, 2);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void use_ofManyThreads_neverOpensMoreThanFit() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    Set<Future<?>> all = new HashSet<>();
    try (SlidePool pool = new SlidePool(3, this::reader)) {
      for (int t = 0; t < 8; t++) {
        SplittableRandom random = new SplittableRandom(t);
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    pool.use(random.nextInt(6)).close();
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(mostOpen.get()).isLessThanOrEqualTo(3);
    assertThat(open).hasValue(0);
  }

  @Test
  void use_slideThatCannotBeOpened_failsAndLeavesRoom() {
    SlidePool pool =
        new SlidePool(
            1,
            slide -> {
              if (slide == 1) {
                throw new IllegalStateException("broken");
              }
              return reader(slide);
            });
    assertThatThrownBy(() -> pool.use(1)).hasMessage("broken");
    assertThatThrownBy(() -> pool.use(1)).hasMessage("broken");
    pool.use(2).close();
    assertThatThrownBy(() -> pool.use(1)).hasMessage("broken");
    assertThat(open).hasValue(0);
    pool.close();
  }

  @Test
  void close_slideInUse_isClosedWhenGivenBack() {
    SlidePool pool = new SlidePool(2, this::reader);
    SlidePool.Lease lease = pool.use(1);
    pool.use(2).close();
    pool.close();
    pool.close();
    assertThat(closed).containsExactly(2);
    lease.close();
    assertThat(closed).containsExactly(2, 1);
    assertThatThrownBy(() -> pool.use(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void use_interruptedWhileWaiting_keepsTheFlag() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SlidePool pool = new SlidePool(1, this::reader);
        SlidePool.Lease lease = pool.use(1)) {
      assertThat(lease.reader()).isNotNull();
      Future<Boolean> other =
          thread.submit(
              () -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> pool.use(2)).isInstanceOf(CancellationException.class);
                return Thread.interrupted();
              });
      assertThat(other.get()).isTrue();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } finally {
      thread.shutdownNow();
    }
  }
}
