package org.histofm.backbones.slides;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.histofm.backbones.pixels.TilePreprocessor;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideReader;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of one slide in batches that the plan alone decides: tile i is in batch i / size. They
 * are read by other threads, each tile straight into its place, a bounded number of batches ahead
 * of the one who takes them. A tile that cannot be decoded leaves its batch, whose other tiles move
 * up. Confined to one thread, but that {@link #close} may be called by another when this one is
 * done.
 */
final class TileBatches implements AutoCloseable {
  /** Regions by index. */
  interface Regions {
    int size();

    /** Region of tile {@code index} in level-0 pixels. */
    Region region(int index);
  }

  /** How tiles become pixels. */
  record Reading(
      SlideReader slide, Mpp target, TilePreprocessor preprocessor, int sidePx, StageMeter meter) {}

  /**
   * A batch that was read.
   *
   * @param first index of its first tile
   * @param planned how many tiles it was planned with
   * @param pixels of the tiles that could be read, in order; absent if there is none
   * @param tiles indices of these
   * @param lost the others
   */
  record Batch(
      int first,
      int planned,
      @Nullable PixelBatch pixels,
      List<Integer> tiles,
      List<Spool.Lost> lost) {}

  private static final class Pending {
    final int first;
    final byte[] pixels;
    final List<FutureTask<Optional<Spool.Lost>>> tiles = new ArrayList<>();

    Pending(int first, byte[] pixels) {
      this.first = first;
      this.pixels = pixels;
    }
  }

  private final Executor executor;
  private final Regions regions;
  private final Reading reading;
  private final int batchSize;
  private final int tileBytes;
  private final Deque<Pending> window = new ArrayDeque<>();
  private int next;

  /**
   * @param firstBatch where to begin
   * @param ahead batches that are read or being read, but not taken
   */
  TileBatches(
      Executor executor,
      Regions regions,
      Reading reading,
      int batchSize,
      int firstBatch,
      int ahead) {
    this.executor = executor;
    this.regions = regions;
    this.reading = reading;
    this.batchSize = batchSize;
    this.tileBytes = 3 * reading.sidePx * reading.sidePx;
    this.next = (int) Math.min(regions.size(), (long) firstBatch * batchSize);
    for (int i = 0; i < ahead; i++) {
      startNext();
    }
  }

  private void startNext() {
    if (next >= regions.size()) {
      return;
    }
    int count = Math.min(batchSize, regions.size() - next);
    Pending batch = new Pending(next, new byte[count * tileBytes]);
    for (int i = 0; i < count; i++) {
      int tile = next + i;
      int offset = i * tileBytes;
      batch.tiles.add(new FutureTask<>(() -> read(tile, batch.pixels, offset)));
    }
    next += count;
    window.add(batch);
    batch.tiles.forEach(executor::execute);
  }

  private Optional<Spool.Lost> read(int tile, byte[] target, int offset) {
    RgbImage image;
    try {
      image =
          reading.meter.time(
              StageMeter.Stage.READ,
              () -> reading.slide.read(regions.region(tile), reading.target));
    } catch (SlideException e) {
      if (e.reason() != SlideException.Reason.UNREADABLE_REGION) {
        throw e;
      }
      return Optional.of(new Spool.Lost(tile, e.reason().code(), e.problem(), e.remedy()));
    }
    long begin = System.nanoTime();
    reading.preprocessor.write(image, target, offset);
    reading.meter.add(StageMeter.Stage.PREPROCESS, System.nanoTime() - begin);
    return Optional.empty();
  }

  /**
   * The next batch, or empty after the last. Whatever else than an unreadable tile went wrong is
   * thrown.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Optional<Batch> take() throws InterruptedException {
    Pending batch = window.poll();
    startNext();
    if (batch == null) {
      return Optional.empty();
    }
    List<Integer> tiles = new ArrayList<>();
    List<Spool.Lost> lost = new ArrayList<>();
    for (int i = 0; i < batch.tiles.size(); i++) {
      Optional<Spool.Lost> failure = result(batch.tiles.get(i));
      failure.ifPresent(lost::add);
      if (failure.isEmpty()) {
        int to = tiles.size() * tileBytes;
        if (to != i * tileBytes) {
          System.arraycopy(batch.pixels, i * tileBytes, batch.pixels, to, tileBytes);
        }
        tiles.add(batch.first + i);
      }
    }
    return Optional.of(
        new Batch(batch.first, batch.tiles.size(), pixels(batch, tiles.size()), tiles, lost));
  }

  private @Nullable PixelBatch pixels(Pending batch, int count) {
    if (count == 0) {
      return null;
    }
    byte[] pixels =
        count == batch.tiles.size()
            ? batch.pixels
            : java.util.Arrays.copyOf(batch.pixels, count * tileBytes);
    return PixelBatch.ofBytes(count, reading.sidePx, reading.sidePx, pixels);
  }

  private static Optional<Spool.Lost> result(FutureTask<Optional<Spool.Lost>> tile)
      throws InterruptedException {
    try {
      return tile.get();
    } catch (CancellationException e) {
      throw new IllegalStateException("these batches are closed", e);
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

  /** Drops what has not begun; a tile under way is finished by its thread and forgotten. */
  @Override
  public void close() {
    next = regions.size();
    window.forEach(batch -> batch.tiles.forEach(tile -> tile.cancel(false)));
    window.clear();
  }
}
