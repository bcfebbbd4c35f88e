package org.histofm.backbones.embedding;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Works through inputs on other threads, a bounded number ahead of the one that takes the results,
 * which come in the order of the inputs whatever the threads. Confined to one thread; closing
 * cancels what has not begun.
 *
 * @param <S> input
 * @param <T> result
 */
final class Ahead<S, T> implements AutoCloseable {
  private record Pending<S, T>(S input, FutureTask<T> result) {}

  private final Executor executor;
  private final Function<S, T> work;
  private final Iterator<S> inputs;
  private final Deque<Pending<S, T>> window = new ArrayDeque<>();

  /**
   * @param bound results that may be finished or under way but not taken
   */
  Ahead(Executor executor, int bound, Iterator<S> inputs, Function<S, T> work) {
    this.executor = executor;
    this.work = work;
    this.inputs = inputs;
    for (int i = 0; i < bound; i++) {
      startNext();
    }
  }

  private void startNext() {
    if (inputs.hasNext()) {
      S input = inputs.next();
      FutureTask<T> task = new FutureTask<>(() -> work.apply(input));
      window.add(new Pending<>(input, task));
      executor.execute(task);
    }
  }

  /**
   * The result for the next input, or empty after the last.
   *
   * @throws InterruptedException if the thread is or was interrupted
   */
  Optional<T> take() throws InterruptedException {
    requireNoInterrupt();
    Pending<S, T> next = poll();
    return next == null ? Optional.empty() : Optional.of(result(next));
  }

  /**
   * The result for {@code input}; those of inputs before it are dropped.
   *
   * @throws InterruptedException if the thread is or was interrupted
   */
  T take(S input) throws InterruptedException {
    requireNoInterrupt();
    Pending<S, T> next = poll();
    while (next != null && !next.input.equals(input)) {
      next.result.cancel(false);
      next = poll();
    }
    if (next == null) {
      throw new NoSuchElementException("no result is due for " + input);
    }
    return result(next);
  }

  private static void requireNoInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private @Nullable Pending<S, T> poll() {
    Pending<S, T> next = window.poll();
    startNext();
    return next;
  }

  private static <T> T result(Pending<?, T> pending) throws InterruptedException {
    try {
      return pending.result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    window.forEach(pending -> pending.result.cancel(false));
    window.clear();
  }
}
