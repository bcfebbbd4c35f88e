package org.histofm.tiling.bytes;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.histofm.slide.ByteCounts;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache before an object far away, which turns many small reads into few requests.
 *
 * <p><b>Extents.</b> It keeps pieces of the object as they were fetched, of any length, that never
 * overlap; an extent enters the map when it is asked for, so a second reader of the same bytes
 * waits for the first one's request. Blocks of one size would be simpler, but stored tiles are
 * shorter than blocks, so scattered tiles would cost 2.5 times their length in blocks of 64 KiB,
 * where extents cost 1.03 (decision 0008).
 *
 * <p><b>What is fetched.</b> Announced ranges ({@link #willRead}), joined where the gap between
 * them is small; reads that nobody announced, exactly if they are long, and rounded out to blocks
 * if they are short, since a directory's entries are read one by one. A request is cut where it
 * grows too long, and several run at a time.
 *
 * <p><b>Memory.</b> Extents that are complete are dropped, the least recently used first, down to
 * {@link FetchRules#cacheBytes}. Beside them are held only the extents that reads under way wait
 * for: a read proceeds by windows of one request for each connection. Announcements are taken while
 * what is announced and unread fills at most half of the cache; what is over is fetched when read.
 *
 * <p>Requests run on threads of the source's own, which end when idle; so interrupting a reader
 * breaks its own read only.
 */
final class CachedBytes implements ByteSource {
  private static final long IDLE_SECONDS = 5;

  /** Bytes of the object from {@code position}; complete or on their way. */
  private static final class Extent {
    final long position;
    final int length;
    final CompletableFuture<byte[]> bytes = new CompletableFuture<>();
    boolean unread; // announced, and not read yet; guarded by the source

    Extent(long position, int length) {
      this.position = position;
      this.length = length;
    }

    long end() {
      return position + length;
    }
  }

  /** Extents that follow each other, fetched by one request. */
  private static final class Request {
    final List<Extent> extents = new ArrayList<>();

    long position() {
      return extents.get(0).position;
    }

    long end() {
      return extents.get(extents.size() - 1).end();
    }
  }

  private final RemoteObject object;
  private final Retries retries;
  private final FetchRules rules;
  private final Traffic traffic;
  private final long size;
  private final ThreadPoolExecutor threads;

  // guarded by this:
  private final TreeMap<Long, Extent> extents = new TreeMap<>(); // by position
  private final LinkedHashMap<Long, Extent> complete = new LinkedHashMap<>(16, 0.75f, true);
  private final ByteRanges used = new ByteRanges();
  private final ByteRanges announced = new ByteRanges();
  private long keptBytes; // of the complete extents
  private long unreadBytes; // announced, and not read yet
  private long handedOut;
  private @Nullable IOException broken;
  private boolean closed;

  private CachedBytes(
      RemoteObject object, Retries retries, FetchRules rules, Traffic traffic, byte[] start) {
    this.object = object;
    this.retries = retries;
    this.rules = rules;
    this.traffic = traffic;
    this.size = object.size();
    this.threads =
        new ThreadPoolExecutor(
            rules.connections(),
            rules.connections(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "histofm-fetch");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    if (start.length > 0) {
      Extent first = new Extent(0, start.length);
      extents.put(0L, first);
      keep(first);
      first.bytes.complete(start);
    }
  }

  /**
   * Finds {@code object}, which becomes the source's own: it is closed also if this call fails.
   *
   * @param traffic counts what {@code object} sends and receives
   */
  static CachedBytes open(RemoteObject object, Retries retries, FetchRules rules, Traffic traffic)
      throws IOException {
    boolean done = false;
    try {
      byte[] start = retries.run(() -> object.begin(rules.blockBytes()));
      CachedBytes source = new CachedBytes(object, retries, rules, traffic, start);
      done = true;
      return source;
    } finally {
      if (!done) {
        object.close();
      }
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (position < 0) {
      throw new IllegalArgumentException("position " + position + " is negative");
    }
    if (length > size - position) {
      throw new EOFException(
          "the object ends at byte " + size + ", before byte " + (position + length));
    }
    long window = (long) rules.requestBytes() * rules.connections();
    for (long done = 0; done < length || done == 0; done += window) {
      int part = (int) Math.min(window, length - done);
      readWindow(position + done, target, (int) (offset + done), part, length < rules.smallBytes());
    }
  }

  private void readWindow(long position, byte[] target, int offset, int length, boolean small)
      throws IOException {
    long end = position + length;
    List<Extent> parts;
    synchronized (this) {
      requireUsable();
      List<Request> requests = new ArrayList<>();
      parts = cover(position, end, small, requests);
      requests.forEach(this::submit);
      for (Extent part : parts) {
        wasRead(part);
      }
    }
    for (Extent part : parts) {
      byte[] bytes = await(part);
      long from = Math.max(position, part.position);
      long to = Math.min(end, part.end());
      System.arraycopy(
          bytes,
          (int) (from - part.position),
          target,
          (int) (offset + from - position),
          (int) (to - from));
    }
    synchronized (this) {
      requireUsable();
      used.add(position, end);
      handedOut += length;
    }
  }

  private static byte[] await(Extent extent) throws IOException {
    try {
      return extent.bytes.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the thread was interrupted while it waited for bytes");
    } catch (ExecutionException e) {
      throw new UnreachableException(e.getCause() == null ? e : e.getCause());
    }
  }

  @Override
  public void willRead(long[] positions, int[] lengths) {
    if (positions.length != lengths.length) {
      throw new IllegalArgumentException(
          positions.length + " positions, but " + lengths.length + " lengths");
    }
    int[] order =
        IntStream.range(0, positions.length)
            .boxed()
            .sorted((a, b) -> Long.compare(positions[a], positions[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    synchronized (this) {
      if (closed || broken != null) {
        return; // the read to come says so
      }
      List<Request> requests = new ArrayList<>();
      for (int i : order) {
        // A damaged directory may name anything; the read to come refuses it.
        if (positions[i] < 0 || lengths[i] <= 0 || lengths[i] > size - positions[i]) {
          continue;
        }
        long end = positions[i] + lengths[i];
        announced.add(positions[i], end);
        if (unreadBytes + lengths[i] <= rules.cacheBytes() / 2) {
          announce(positions[i], end, requests);
        }
      }
      requests.forEach(this::submit);
    }
  }

  private void announce(long from, long end, List<Request> requests) {
    int before = requests.size();
    Request last = before == 0 ? null : requests.get(before - 1);
    if (last != null && last.end() < from && from - last.end() <= rules.gapBytes()) {
      fill(last.end(), from, requests, true);
    }
    for (Extent extent : cover(from, end, false, requests)) {
      if (!extent.bytes.isDone() && !extent.unread) {
        extent.unread = true;
        unreadBytes += extent.length;
      }
    }
  }

  /** The extents that hold the range, of which those that are missing go to {@code requests}. */
  private List<Extent> cover(long from, long end, boolean small, List<Request> requests) {
    List<Extent> found = new ArrayList<>();
    long at = from;
    while (at < end) {
      Map.Entry<Long, Extent> before = extents.floorEntry(at);
      if (before != null && before.getValue().end() > at) {
        found.add(before.getValue());
        at = before.getValue().end();
        continue;
      }
      long free = before == null ? 0 : before.getValue().end();
      Long next = extents.higherKey(at);
      long until = next == null ? size : next;
      int block = rules.blockBytes();
      long holeFrom = small ? Math.max(free, at / block * block) : at;
      long holeEnd = Math.min(until, small ? (end + block - 1) / block * block : end);
      fill(holeFrom, holeEnd, requests, !small);
      found.addAll(extents.subMap(holeFrom, true, Math.min(holeEnd, end), false).values());
      at = holeEnd;
    }
    return found;
  }

  /** Makes extents for a hole and adds them to the last request if they follow it, else to new. */
  private void fill(long from, long end, List<Request> requests, boolean join) {
    for (long at = from; at < end; ) {
      Extent extent = new Extent(at, (int) Math.min(end - at, rules.requestBytes()));
      Request last = requests.isEmpty() ? null : requests.get(requests.size() - 1);
      if (!join
          || last == null
          || last.end() != at
          || extent.end() - last.position() > rules.requestBytes()) {
        last = new Request();
        requests.add(last);
      }
      last.extents.add(extent);
      extents.put(at, extent);
      at = extent.end();
    }
  }

  private void submit(Request request) {
    try {
      threads.execute(() -> fetch(request));
    } catch (RuntimeException | Error e) { // no thread can be had; nobody may wait for ever
      fail(request, e);
    }
  }

  private void fetch(Request request) {
    byte[] body;
    try {
      int length = (int) (request.end() - request.position());
      body = retries.run(() -> object.fetch(request.position(), length));
    } catch (IOException | RuntimeException | Error e) {
      fail(request, e);
      return;
    }
    synchronized (this) {
      if (!closed && broken == null) {
        request.extents.forEach(this::keep);
        dropLeastUsed();
      }
    }
    int at = 0;
    for (Extent extent : request.extents) {
      extent.bytes.complete(
          request.extents.size() == 1 ? body : Arrays.copyOfRange(body, at, at + extent.length));
      at += extent.length;
    }
  }

  private void fail(Request request, Throwable failure) {
    synchronized (this) {
      for (Extent extent : request.extents) {
        wasRead(extent);
        extents.remove(extent.position, extent);
      }
      if (failure instanceof RemoteFailure remote && remote.kind() == RemoteFailure.Kind.CHANGED) {
        broken = remote;
        forget();
      }
    }
    request.extents.forEach(extent -> extent.bytes.completeExceptionally(failure));
  }

  private void keep(Extent extent) {
    complete.put(extent.position, extent);
    keptBytes += extent.length;
  }

  private void dropLeastUsed() {
    Iterator<Extent> oldest = complete.values().iterator();
    while (keptBytes > rules.cacheBytes()) {
      Extent extent = oldest.next();
      oldest.remove();
      extents.remove(extent.position);
      keptBytes -= extent.length;
      wasRead(extent);
    }
  }

  /** Marks an extent as used just now, or as no longer waited for. */
  private void wasRead(Extent extent) {
    complete.get(extent.position);
    if (extent.unread) {
      extent.unread = false;
      unreadBytes -= extent.length;
    }
  }

  private void requireUsable() throws IOException {
    if (closed) {
      throw new IOException("the object is closed");
    }
    if (broken != null) {
      throw new UnreachableException(broken);
    }
  }

  /** Bytes that are kept. */
  synchronized long keptBytes() {
    return keptBytes;
  }

  private void forget() {
    extents.clear();
    complete.clear();
    keptBytes = 0;
  }

  @Override
  public synchronized ByteCounts counts() {
    return new ByteCounts(
        traffic.requests(),
        traffic.fetched(),
        handedOut,
        used.size(),
        used.sizeOfCommon(announced));
  }

  @Override
  public void close() {
    List<Extent> waiting;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      waiting = List.copyOf(extents.values());
      forget();
    }
    IOException gone = new IOException("the object is closed");
    waiting.forEach(extent -> extent.bytes.completeExceptionally(gone));
    threads.shutdownNow(); // after that, so that readers hear of the closing, not of interrupts
    object.close();
  }
}
