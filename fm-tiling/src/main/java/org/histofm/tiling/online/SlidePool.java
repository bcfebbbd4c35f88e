package org.histofm.tiling.online;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.histofm.slide.SlideReader;
import org.jspecify.annotations.Nullable;

/**
 * Open slides, a bounded number at once: who needs another one closes that which has been idle the
 * longest, or waits until one is idle. A slide in use is never closed. A thread uses one slide at a
 * time, so none waits for itself.
 *
 * <p>Safe for concurrent use. After {@link #close} idle slides are closed, the others as soon as
 * they are given back.
 */
final class SlidePool implements AutoCloseable {
  private static final class Entry {
    final CompletableFuture<SlideReader> reader = new CompletableFuture<>();
    int users;
  }

  /** A slide in use; closing gives it back. */
  final class Lease implements AutoCloseable {
    private final Entry entry;
    private final SlideReader reader;
    private boolean returned;

    private Lease(Entry entry, SlideReader reader) {
      this.entry = entry;
      this.reader = reader;
    }

    /** The slide, open until this lease is closed. */
    SlideReader reader() {
      return reader;
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        giveBack(entry, reader);
      }
    }
  }

  private final int most;
  private final IntFunction<SlideReader> opener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  /** From the longest unused to the latest. */
  private final LinkedHashMap<Integer, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private final BitSet seen = new BitSet();
  private long opened;
  private long reopened;
  private boolean closed;

  /**
   * @param most slides open at once, from 1
   * @param opener opens the slide of a number; called by many threads
   */
  SlidePool(int most, IntFunction<SlideReader> opener) {
    this.most = most;
    this.opener = opener;
  }

  /**
   * Uses a slide, which is opened unless it is open.
   *
   * @throws CancellationException if the thread is interrupted while it waits; the flag stays set
   * @throws IllegalStateException if the pool is closed
   */
  Lease use(int slide) {
    Entry entry;
    Entry replaced = null;
    boolean fresh = false;
    lock.lock();
    try {
      for (entry = find(slide); entry == null && entries.size() >= most; entry = find(slide)) {
        replaced = removeIdle();
        if (replaced == null) {
          idle.await();
        }
      }
      if (entry == null) {
        fresh = true;
        entry = new Entry();
        entries.put(slide, entry);
      }
      entry.users++;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a slide to be free");
    } finally {
      lock.unlock();
    }
    return fresh ? opened(slide, entry, replaced) : joined(entry);
  }

  /** The entry of a slide; asking for it makes it the latest used. */
  private @Nullable Entry find(int slide) {
    if (closed) {
      throw new IllegalStateException("the slides are closed");
    }
    return entries.get(slide);
  }

  private @Nullable Entry removeIdle() {
    for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      if (entry.users == 0) {
        all.remove();
        return entry;
      }
    }
    return null;
  }

  private Lease joined(Entry entry) {
    try {
      return new Lease(entry, entry.reader.join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private Lease opened(int slide, Entry entry, @Nullable Entry replaced) {
    try {
      if (replaced != null) {
        // First, so that there are never more open than allowed.
        replaced.reader.join().close();
      }
      SlideReader reader = opener.apply(slide);
      count(slide);
      entry.reader.complete(reader);
      return new Lease(entry, reader);
    } catch (RuntimeException | Error e) {
      lock.lock();
      try {
        entries.remove(slide);
        idle.signalAll();
      } finally {
        lock.unlock();
      }
      entry.reader.completeExceptionally(e);
      throw e;
    }
  }

  private void count(int slide) {
    lock.lock();
    try {
      opened++;
      if (seen.get(slide)) {
        reopened++;
      }
      seen.set(slide);
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(Entry entry, SlideReader reader) {
    boolean last;
    lock.lock();
    try {
      entry.users--;
      last = closed && entry.users == 0;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
    if (last) {
      reader.close();
    }
  }

  /** How often a slide was opened. */
  long opened() {
    lock.lock();
    try {
      return opened;
    } finally {
      lock.unlock();
    }
  }

  /** How often a slide was opened that had been open before. */
  long reopened() {
    lock.lock();
    try {
      return reopened;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    List<Entry> unused = new ArrayList<>();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      for (Map.Entry<Integer, Entry> entry : entries.entrySet()) {
        if (entry.getValue().users == 0) {
          unused.add(entry.getValue());
        }
      }
      entries.clear();
      idle.signalAll();
    } finally {
      lock.unlock();
    }
    unused.forEach(entry -> entry.reader.join().close());
  }
}
