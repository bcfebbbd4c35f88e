package org.histofm.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Runs work on two threads that start together. */
final class TwoThreads {
  private TwoThreads() {}

  /** {@code work} of every item, in order; even items on one thread, odd ones on the other. */
  static <T, R> List<R> map(List<T> items, Function<T, R> work) {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CyclicBarrier start = new CyclicBarrier(2);
      List<Future<List<R>>> halves = new ArrayList<>();
      for (int half = 0; half < 2; half++) {
        int first = half;
        halves.add(
            threads.submit(
                () -> {
                  start.await();
                  List<R> results = new ArrayList<>();
                  for (int i = first; i < items.size(); i += 2) {
                    results.add(work.apply(items.get(i)));
                  }
                  return results;
                }));
      }
      List<R> results = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        results.add(halves.get(i % 2).get().get(i / 2));
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError("work on two threads failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
