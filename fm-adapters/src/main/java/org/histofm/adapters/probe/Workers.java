package org.histofm.adapters.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs numbered tasks on the calling thread and helpers. Which worker runs which task is left to
 * chance, so a task writes only what belongs to its number or to its worker; sums are formed
 * afterwards in the order of the numbers. Then no result depends on the number of threads.
 *
 * <p>Confined to one thread.
 */
final class Workers implements AutoCloseable {
  private final int count;
  private final ExecutorService helpers;

  /** A task. */
  @FunctionalInterface
  interface Task {
    /**
     * @param number from 0
     * @param worker from 0 to {@link Workers#count}; no two tasks run on one worker at once
     */
    void run(int number, int worker);
  }

  /**
   * @param count threads to use, the caller among them; at least 1
   */
  Workers(int count) {
    this.count = count;
    this.helpers =
        Executors.newFixedThreadPool(
            Math.max(1, count - 1),
            work -> {
              Thread thread = new Thread(work, "linear-probe");
              thread.setDaemon(true);
              return thread;
            });
  }

  int count() {
    return count;
  }

  /**
   * Runs the tasks 0 to {@code tasks} − 1 and returns when all are done.
   *
   * @throws CancellationException if the thread is interrupted; the flag stays set
   */
  void run(int tasks, Task task) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while fitting a linear probe");
    }
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int worker = 1; worker < Math.min(count, tasks); worker++) {
      int number = worker;
      running.add(helpers.submit(() -> drain(next, tasks, task, number)));
    }
    try {
      drain(next, tasks, task, 0);
    } finally {
      // Also after a failure: helpers may still write to memory that the caller then frees.
      next.set(tasks);
      join(running);
    }
  }

  private static void join(List<Future<?>> running) {
    boolean interrupted = false;
    Throwable failure = null;
    for (Future<?> future : running) {
      while (true) {
        try {
          future.get();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          failure = e.getCause();
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new IllegalStateException("a worker of the linear probe failed", failure);
    }
  }

  private static void drain(AtomicInteger next, int tasks, Task task, int worker) {
    for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
      task.run(i, worker);
    }
  }

  @Override
  public void close() {
    helpers.shutdown();
  }
}
