package org.histofm.tiling.online;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.LongFunction;

/**
 * Tiles in order from some place on, made ahead by other threads: never more than a stated number
 * are made and not taken, so a slow taker slows the work down. It has no end.
 *
 * <p>Confined to one thread; whoever opened it closes it. Whatever {@link #next} throws ends the
 * stream. Closing drops what has not begun; a tile under way is finished by its thread and
 * forgotten.
 */
public final class TileStream implements AutoCloseable {
  private final OnlineTiles tiles;
  private final StageMeter meter;
  private final Executor executor;
  private final LongFunction<OnlineTile> work;
  private final Deque<FutureTask<OnlineTile>> window = new ArrayDeque<>();
  private long started;
  private long next;
  private long lastTaken;
  private boolean closed;

  TileStream(
      OnlineTiles tiles,
      StageMeter meter,
      LongFunction<OnlineTile> work,
      long from,
      Executor executor,
      int ahead) {
    this.tiles = tiles;
    this.meter = meter;
    this.work = work;
    this.executor = executor;
    this.started = from;
    this.next = from;
    for (int i = 0; i < ahead; i++) {
      start();
    }
    this.lastTaken = System.nanoTime();
  }

  private void start() {
    long n = started++;
    FutureTask<OnlineTile> task = new FutureTask<>(() -> work.apply(n));
    window.add(task);
    executor.execute(task);
  }

  /**
   * The next tile.
   *
   * @throws org.histofm.slide.SlideException if it cannot be made, as {@link OnlineTiles#tile}
   * @throws CancellationException if the thread is or was interrupted; its flag stays set
   * @throws IllegalStateException after the end by an exception or {@link #close}
   */
  public OnlineTile next() {
    if (closed) {
      throw new IllegalStateException("this stream of tiles is closed");
    }
    long begin = System.nanoTime();
    meter.consumed.add(begin - lastTaken);
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      OnlineTile tile = window.remove().get();
      start();
      next++;
      lastTaken = System.nanoTime();
      meter.waited.add(lastTaken - begin);
      return tile;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a tile");
    } catch (ExecutionException e) {
      close();
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new AssertionError(e);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** How far it has come: the state from which a later process goes on. */
  public OnlineState state() {
    return tiles.state(next);
  }

  @Override
  public void close() {
    closed = true;
    window.forEach(task -> task.cancel(false));
    window.clear();
  }
}
