package org.histofm.tiling.tiff;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Decoded tiles of many slides, the least recently wanted going first when the bytes run out. A
 * tile that two threads want at once is decoded by one of them, for which the other waits.
 *
 * <p>Safe for concurrent use. What is handed out is shared: nobody may write to it.
 */
final class DecodedTiles {
  /** Names a tile: a slide's number, a level, a place in the level. */
  record Key(long slide, int level, int tile) {}

  /** Decodes one tile. */
  @FunctionalInterface
  interface Decoder {
    byte[] decode() throws IOException;
  }

  private final long maxBytes;
  private final ReadMeter meter;
  private final Map<Key, CompletableFuture<byte[]>> tiles = // guarded by itself
      new LinkedHashMap<>(64, 0.75f, true);
  private long bytes; // of the tiles that are done; guarded by tiles
  private long slides; // guarded by tiles

  DecodedTiles(long maxBytes, ReadMeter meter) {
    this.maxBytes = maxBytes;
    this.meter = meter;
  }

  ReadMeter meter() {
    return meter;
  }

  /** A number for a slide that is opened. */
  long newSlide() {
    synchronized (tiles) {
      return slides++;
    }
  }

  boolean contains(Key key) {
    synchronized (tiles) {
      return tiles.containsKey(key);
    }
  }

  /** The tile {@code key}, decoded by {@code decoder} if it is not there. */
  byte[] get(Key key, Decoder decoder) throws IOException {
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> known;
    synchronized (tiles) {
      known = tiles.putIfAbsent(key, mine);
    }
    if (known != null) {
      try {
        byte[] tile = known.join();
        meter.hit();
        return tile;
      } catch (CompletionException e) {
        // The other thread's failure may be its own, such as an interrupt.
        return decoder.decode();
      }
    }
    byte[] tile;
    boolean done = false;
    try {
      tile = decoder.decode();
      done = true;
    } finally {
      if (!done) {
        synchronized (tiles) {
          tiles.remove(key, mine);
        }
        mine.completeExceptionally(new IOException("not decoded"));
      }
    }
    mine.complete(tile);
    synchronized (tiles) {
      if (tiles.get(key) == mine) { // unless its slide was closed meanwhile
        bytes += tile.length;
        evict();
      }
    }
    return tile;
  }

  private void evict() {
    Iterator<CompletableFuture<byte[]>> eldest = tiles.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      CompletableFuture<byte[]> tile = eldest.next();
      if (tile.isDone()) {
        bytes -= tile.join().length;
        eldest.remove();
      }
    }
  }

  /** Forgets the tiles of a slide that nobody reads any more. */
  void forget(long slide) {
    synchronized (tiles) {
      List<Key> gone = new ArrayList<>();
      tiles.forEach(
          (key, tile) -> {
            if (key.slide == slide) {
              bytes -= tile.isDone() ? tile.join().length : 0;
              gone.add(key);
            }
          });
      gone.forEach(tiles::remove);
    }
  }

  long bytes() {
    synchronized (tiles) {
      return bytes;
    }
  }
}
