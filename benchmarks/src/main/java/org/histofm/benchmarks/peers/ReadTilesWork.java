package org.histofm.benchmarks.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.histofm.slide.Region;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.Slides;

/**
 * Reads tiles of a slide, which is opened anew for each measurement, so that nothing is decoded
 * yet.
 */
final class ReadTilesWork implements Work {
  private final SlideLocation slide;
  private final List<Region> regions;
  private final int threads;
  private final ExecutorService executor;
  private final String format;

  ReadTilesWork(Path slide, List<Region> regions, int threads) {
    this.slide = SlideLocation.of(slide);
    this.regions = regions;
    this.threads = threads;
    this.executor = Executors.newFixedThreadPool(threads);
    try (SlideReader reader = Slides.withDefaults().open(this.slide)) {
      this.format = reader.format();
    }
  }

  @Override
  public String described() {
    return format + ", " + regions.size() + " tiles";
  }

  @Override
  public double millis() {
    long start = System.nanoTime();
    try (SlideReader reader = Slides.withDefaults().open(slide)) {
      List<Future<?>> parts = new ArrayList<>();
      for (int part = 0; part < threads; part++) {
        List<Region> own =
            regions.subList(part * regions.size() / threads, (part + 1) * regions.size() / threads);
        parts.add(
            executor.submit(() -> own.forEach(region -> reader.read(region, SlideTiles.TARGET))));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
