package org.histofm.backbones.slides;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.histofm.Progress;
import org.histofm.backbone.Backbone;
import org.histofm.provenance.Facts;
import org.histofm.slide.Mpp;
import org.histofm.tiling.Slides;
import org.histofm.tiling.TileSettings;
import org.histofm.tiling.tissue.TissueSettings;

/**
 * Embeds the tissue of slides, tile by tile, into one HDF5 file a slide.
 *
 * <p><b>Finishes.</b> A slide that cannot be used is put into quarantine with its reason, and the
 * run goes on; so is a tile that cannot be decoded, whose row is left out. What is done for the
 * same recipe is not done again; a changed recipe, or a changed slide, is refused before work
 * begins, with the difference.
 *
 * <p><b>Reproducible to the last bit.</b> A backbone may round a row differently beside other
 * neighbours, so batches are made by rule: tile i of a slide's plan is in batch i / size, and tiles
 * that cannot be read are left out of their batch. Finished batches are kept; a run that was killed
 * goes on with the first that is missing. So the bits depend neither on threads nor on kills.
 *
 * <p><b>Bounded.</b> One slide is embedded while the next is opened and its first batches are read,
 * and the last is written: memory grows neither with the number of slides nor with their size, but
 * for the list of a slide's tiles.
 *
 * <p>Several processes may share an output folder; each takes slides that no other works on, and
 * waits in the end for those of the others, in case one is killed.
 *
 * <p>Immutable; borrows the backbone. {@link #run} may be interrupted: it then throws {@link
 * java.util.concurrent.CancellationException}, leaves the flag set, and loses at most the batch
 * under way.
 */
public final class SlideEmbedding {
  /** Share of a slide's tiles that may be unreadable, unless set otherwise. */
  public static final double DEFAULT_MAX_UNREADABLE_SHARE = 0.05;

  /** Tiles a batch, unless set otherwise. */
  public static final int DEFAULT_BATCH = 16;

  /** What every output of random weights says. */
  public static final String UNTRAINED = "untrained backbone: a plumbing check, no finding";

  private static final int MAX_THREADS = 4;

  /** Raised whenever reading or preprocessing changes a pixel. */
  private static final String PIXELS = "1";

  private final Backbone backbone;
  private final Slides slides;
  private final TileSettings tiles;
  private final TissueSettings tissue;
  private final Path out;
  private final Options options;

  private record Options(
      int batch,
      double maxUnreadableShare,
      int threads,
      boolean verify,
      Facts provenance,
      Facts environment) {
    Options withBatch(int size) {
      return new Options(size, maxUnreadableShare, threads, verify, provenance, environment);
    }

    Options withMaxUnreadableShare(double share) {
      return new Options(batch, share, threads, verify, provenance, environment);
    }

    Options withThreads(int number) {
      return new Options(batch, maxUnreadableShare, number, verify, provenance, environment);
    }

    Options withVerify(boolean wanted) {
      return new Options(batch, maxUnreadableShare, threads, wanted, provenance, environment);
    }

    Options withProvenance(Facts facts) {
      return new Options(batch, maxUnreadableShare, threads, verify, facts, environment);
    }

    Options withEnvironment(Facts facts) {
      return new Options(batch, maxUnreadableShare, threads, verify, provenance, facts);
    }
  }

  private SlideEmbedding(
      Backbone backbone,
      Slides slides,
      TileSettings tiles,
      TissueSettings tissue,
      Path out,
      Options options) {
    this.backbone = Objects.requireNonNull(backbone);
    this.slides = Objects.requireNonNull(slides);
    this.tiles = Objects.requireNonNull(tiles);
    this.tissue = Objects.requireNonNull(tissue);
    this.out = Objects.requireNonNull(out);
    this.options = options;
  }

  /**
   * @param backbone stays the caller's, and open as long as a run lasts
   * @param slides opens them; a pixel size that the user states belongs into the {@link SlideEntry}
   * @param out output folder; made if absent
   */
  public static SlideEmbedding of(
      Backbone backbone, Slides slides, TileSettings tiles, TissueSettings tissue, Path out) {
    return new SlideEmbedding(
        backbone,
        slides,
        tiles,
        tissue,
        out,
        new Options(
            DEFAULT_BATCH,
            DEFAULT_MAX_UNREADABLE_SHARE,
            Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS),
            false,
            Facts.none(),
            Facts.none()));
  }

  private SlideEmbedding with(Options other) {
    return new SlideEmbedding(backbone, slides, tiles, tissue, out, other);
  }

  /**
   * A copy with batches of {@code size} tiles; part of the recipe.
   *
   * @throws IllegalArgumentException unless from 1 to 1024
   */
  public SlideEmbedding withBatch(int size) {
    if (size < 1 || size > 1024) {
      throw new IllegalArgumentException("a batch is 1 to 1024 tiles, got " + size);
    }
    return with(options.withBatch(size));
  }

  /**
   * A copy in which a slide goes into quarantine as a whole once more than this share of its tiles
   * has turned out unreadable.
   *
   * @throws IllegalArgumentException unless from 0 to below 1
   */
  public SlideEmbedding withMaxUnreadableShare(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("a share lies from 0 to below 1, got " + share);
    }
    return with(options.withMaxUnreadableShare(share));
  }

  /**
   * A copy that reads tiles on {@code number} threads; by default one a core, at most 4.
   *
   * @throws IllegalArgumentException unless from 1 to 64
   */
  public SlideEmbedding withReadingThreads(int number) {
    if (number < 1 || number > 64) {
      throw new IllegalArgumentException("reading takes 1 to 64 threads, got " + number);
    }
    return with(options.withThreads(number));
  }

  /**
   * A copy that reads every finished slide and its file of features once more, and compares their
   * hashes with the recorded ones, instead of trusting sizes and times. A damaged file is made
   * anew.
   */
  public SlideEmbedding withVerify(boolean verify) {
    return with(options.withVerify(verify));
  }

  /** A copy that records what a number may depend on, such as versions; part of the recipe. */
  public SlideEmbedding withProvenance(Facts facts) {
    return with(options.withProvenance(Objects.requireNonNull(facts)));
  }

  /** A copy whose report names the machine; no number may depend on it. */
  public SlideEmbedding withEnvironment(Facts facts) {
    return with(options.withEnvironment(Objects.requireNonNull(facts)));
  }

  /**
   * Embeds what is not done yet.
   *
   * @param entries slides, embedded in this order; ids differ
   * @param progress is told tiles; the total counts the tiles of all slides planned so far, and for
   *     each slide not planned yet their mean
   * @return what was done and what was not, also when every slide failed
   * @throws org.histofm.InputException if results in the folder have another recipe, or a finished
   *     slide has changed since; before work begins
   * @throws org.histofm.EnvironmentException if the folder cannot be read or written
   */
  public SlideEmbeddingReport run(List<SlideEntry> entries, Progress progress) {
    SlideList checked = new SlideList(entries, 0, 0);
    try (SlideRun run = new SlideRun(this, progress)) {
      return run.run(checked.entries());
    }
  }

  /** All that decides the rows, but the slides. */
  SlideRecipe recipe() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("backbone", backbone.card().id());
    values.put("card", backbone.card().describe());
    values.put("weights", backbone.weightsHash());
    values.put("pixels", PIXELS);
    values.put("batch", Integer.toString(options.batch));
    values.putAll(tiles.facts().asMap());
    values.putAll(tissue.facts().asMap());
    new TreeMap<>(backbone.facts().asMap()).forEach((k, v) -> values.put("backbone " + k, v));
    values.putAll(options.provenance.asMap());
    return new SlideRecipe(values);
  }

  /** One number for pixels that are hardly ever anything but square. */
  static double mean(Mpp mpp) {
    return Math.sqrt(mpp.x() * mpp.y());
  }

  RunFolder folder() {
    return new RunFolder(
        out, mean(tiles.target()), tiles.tileSizePx(), tiles.overlapPx(), backbone.card().id());
  }

  Backbone backbone() {
    return backbone;
  }

  Slides slides() {
    return slides;
  }

  TileSettings tiles() {
    return tiles;
  }

  TissueSettings tissue() {
    return tissue;
  }

  int batch() {
    return options.batch;
  }

  double maxUnreadableShare() {
    return options.maxUnreadableShare;
  }

  int threads() {
    return options.threads;
  }

  boolean verify() {
    return options.verify;
  }

  Facts environment() {
    return options.environment;
  }
}
