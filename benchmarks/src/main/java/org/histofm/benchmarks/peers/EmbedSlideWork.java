package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Weights;
import org.histofm.backbones.slides.SlideEmbedding;
import org.histofm.backbones.slides.SlideEmbeddingReport;
import org.histofm.backbones.slides.SlideEntry;
import org.histofm.slide.SlideLocation;
import org.histofm.tiling.Slides;
import org.histofm.tiling.TileSettings;
import org.histofm.tiling.tissue.TissueSettings;

/**
 * Embeds a slide as {@code ./fm embed-slides} does: finds its tissue, plans, reads and embeds its
 * tiles, hashes the slide and writes all files, each time into an empty folder.
 */
final class EmbedSlideWork implements Work {
  private final Backbone backbone;
  private final List<SlideEntry> slide;
  private final Path folder;
  private double busy;

  EmbedSlideWork(Path slide, String backbone, Precision precision, int threads) {
    this.backbone = EmbedWork.open(backbone, Weights.random(Seed.of(0)), precision, threads);
    this.slide = List.of(SlideEntry.of("slide", SlideLocation.of(slide)));
    try {
      this.folder = Files.createTempDirectory("embed-slide");
    } catch (IOException e) {
      throw new UncheckedIOException("making a folder", e);
    }
  }

  @Override
  public String described() {
    return EmbedWork.describe(backbone)
        + String.format(Locale.ROOT, ", backbone busy %.0f %%", 100 * busy);
  }

  @Override
  public double millis() {
    empty();
    long start = System.nanoTime();
    SlideEmbeddingReport report =
        SlideEmbedding.of(
                backbone,
                Slides.withDefaults(),
                TileSettings.of(SlideTiles.TARGET, SlideTiles.SIZE),
                TissueSettings.otsu(),
                folder.resolve("out"))
            .run(slide, Progress.NONE);
    double millis = (System.nanoTime() - start) / 1e6;
    if (report.count(SlideEmbeddingReport.State.DONE) != 1) {
      throw new IllegalStateException(String.join("; ", report.lines()));
    }
    busy = report.busyShare();
    return millis;
  }

  private void empty() {
    Path out = folder.resolve("out");
    if (Files.exists(out)) {
      try (Stream<Path> all = Files.walk(out)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("emptying " + out, e);
      }
    }
  }

  @Override
  public void close() {
    backbone.close();
    empty();
    try {
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("deleting " + folder, e);
    }
  }
}
