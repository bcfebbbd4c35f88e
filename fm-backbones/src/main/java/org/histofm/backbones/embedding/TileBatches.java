package org.histofm.backbones.embedding;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.histofm.adapter.PixelStream;
import org.histofm.dataset.Sample;
import org.histofm.tile.PixelBatch;

/**
 * Batches whose tiles are written by other threads, each straight into its place, ahead of the one
 * who takes the batches: one batch ahead, and at least {@value #LEAST_AHEAD} tiles. Confined to one
 * thread.
 *
 * <p>Whatever is thrown by {@link #next} ends the stream. Closing it drops what has not begun; a
 * tile under way is finished by its thread and forgotten.
 */
final class TileBatches implements PixelStream {
  static final int LEAST_AHEAD = 32;

  /** Makes one tile. */
  interface TileWriter {
    /**
     * Writes the {@code index}-th tile, of {@code sample}, into {@code target} from {@code offset}.
     */
    void write(int index, Sample sample, byte[] target, int offset);
  }

  /** Where a tile of the stream comes from and goes to. */
  private static final class Place {
    final int index;
    final byte[] batch;
    final int offset;

    Place(int index, byte[] batch, int offset) {
      this.index = index;
      this.batch = batch;
      this.offset = offset;
    }
  }

  private final int sidePx;
  private final int tileBytes;
  private final Ahead<Place, Place> tiles;
  private boolean closed;

  /**
   * @param order taken as it is, not copied; asked for each sample once, by {@code executor}
   * @throws IllegalArgumentException if a batch is smaller than one tile or larger than an array
   */
  TileBatches(Executor executor, List<Sample> order, int batchSize, int sidePx, TileWriter writer) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("a batch is at least one sample, got " + batchSize);
    }
    int largest = Math.min(batchSize, order.size());
    if (3L * sidePx * sidePx * largest > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a batch of " + largest + " tiles of " + sidePx + " px does not fit one array");
    }
    this.sidePx = sidePx;
    this.tileBytes = 3 * sidePx * sidePx;
    this.tiles =
        new Ahead<>(
            executor,
            Math.max(largest, LEAST_AHEAD),
            places(order.size(), largest, tileBytes),
            place -> {
              writer.write(place.index, order.get(place.index), place.batch, place.offset);
              return place;
            });
  }

  /**
   * The places of all tiles in order; a batch's array is made when its first place is asked for.
   */
  private static Iterator<Place> places(int count, int batchSize, int tileBytes) {
    return new Iterator<>() {
      private int index;
      private byte[] batch = new byte[0];

      @Override
      public boolean hasNext() {
        return index < count;
      }

      @Override
      public Place next() {
        int position = index % batchSize;
        if (position == 0) {
          batch = new byte[Math.min(batchSize, count - index) * tileBytes];
        }
        return new Place(index++, batch, position * tileBytes);
      }
    };
  }

  @Override
  public Optional<PixelBatch> next() {
    if (closed) {
      throw new IllegalStateException("this stream of batches is closed");
    }
    try {
      Optional<Place> first = tiles.take();
      if (first.isEmpty()) {
        return Optional.empty();
      }
      byte[] batch = first.get().batch;
      int count = batch.length / tileBytes;
      for (int i = 1; i < count; i++) {
        tiles.take();
      }
      return Optional.of(PixelBatch.ofBytes(count, sidePx, sidePx, batch));
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while samples were read");
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    tiles.close();
  }
}
