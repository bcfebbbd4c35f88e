package org.histofm.backbones.slides;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.histofm.backbones.pixels.TilePreprocessor;
import org.histofm.provenance.Sha256;
import org.histofm.slide.SlideReader;

/**
 * A slide whose turn it is: locked, opened, planned, its spool ready and its first batches being
 * read. Handed from thread to thread, used by one at a time.
 */
final class SlideWork implements AutoCloseable {
  private final SlideEntry entry;
  private final FolderLock lock;
  private final StageMeter meter;
  private final SlideReader reader;
  private final SlidePlan plan;
  private final Spool spool;
  private final TileBatches batches;
  private final String stamp;
  private final FutureTask<String> contentHash;

  private SlideWork(
      SlideEntry entry,
      FolderLock lock,
      StageMeter meter,
      SlideReader reader,
      SlidePlan plan,
      Spool spool,
      TileBatches batches,
      String stamp,
      FutureTask<String> contentHash) {
    this.entry = entry;
    this.lock = lock;
    this.meter = meter;
    this.reader = reader;
    this.plan = plan;
    this.spool = spool;
    this.batches = batches;
    this.stamp = stamp;
    this.contentHash = contentHash;
  }

  /** The threads that work beside the one that embeds. */
  record Helpers(Executor tileReaders, Executor hasher) {}

  /**
   * Opens and plans a slide. The lock becomes its own if this succeeds.
   *
   * @throws org.histofm.slide.SlideException if the slide cannot be used
   * @throws OutputException if the spool cannot
   */
  static SlideWork open(
      SlideEmbedding settings, SlideEntry entry, FolderLock lock, Helpers helpers) {
    StageMeter meter = new StageMeter();
    SlideContent content = SlideContent.of(entry.location());
    SlideReader reader = meter.time(StageMeter.Stage.OPEN, () -> openReader(settings, entry));
    Spool spool = null;
    try {
      String stamp = stamp(content, entry);
      SlidePlan plan =
          meter.time(
              StageMeter.Stage.TISSUE,
              () ->
                  SlidePlan.of(
                      entry.location().toString(), reader, settings.tissue(), settings.tiles()));
      spool = openSpool(settings, entry, reader, plan, stamp);
      FutureTask<String> contentHash = new FutureTask<>(content::hash);
      helpers.hasher.execute(contentHash);
      TileBatches.Reading reading =
          new TileBatches.Reading(
              reader,
              settings.tiles().target(),
              TilePreprocessor.of(settings.backbone().card().preprocessing()),
              settings.backbone().card().preprocessing().crop(),
              meter);
      TileBatches batches =
          new TileBatches(
              helpers.tileReaders,
              plan,
              reading,
              settings.batch(),
              spool.batches(),
              ahead(settings.batch()));
      return new SlideWork(entry, lock, meter, reader, plan, spool, batches, stamp, contentHash);
    } catch (RuntimeException | Error e) {
      closeQuietly(spool, e);
      reader.close();
      throw e;
    }
  }

  private static SlideReader openReader(SlideEmbedding settings, SlideEntry entry) {
    return settings.slides().open(entry.location(), Optional.ofNullable(entry.mpp()));
  }

  /** Batches read ahead: about 64 tiles, which is some seconds of a small backbone's work. */
  private static int ahead(int batch) {
    return Math.max(2, 64 / batch);
  }

  private static String stamp(SlideContent content, SlideEntry entry) {
    try {
      return content.stamp();
    } catch (IOException e) {
      throw SlideContent.vanished(entry.location(), e);
    }
  }

  private static Spool openSpool(
      SlideEmbedding settings, SlideEntry entry, SlideReader reader, SlidePlan plan, String stamp) {
    RunFolder folder = settings.folder();
    String state =
        new Sha256()
            .add(settings.recipe().hash())
            .add(stamp)
            .add(reader.format())
            .add(reader.pixelSize().toString())
            .add(plan.hash())
            .hex();
    try {
      return Spool.open(folder.work(entry.id()), state, settings.backbone().card().embeddingDim());
    } catch (IOException e) {
      throw OutputException.of(folder.root(), e);
    }
  }

  SlideEntry entry() {
    return entry;
  }

  StageMeter meter() {
    return meter;
  }

  SlideReader reader() {
    return reader;
  }

  SlidePlan plan() {
    return plan;
  }

  Spool spool() {
    return spool;
  }

  TileBatches batches() {
    return batches;
  }

  /** Tiles that earlier runs have finished. */
  long tilesDone(int batch) {
    return Math.min(plan.size(), (long) spool.batches() * batch);
  }

  /** State of the slide's files when it was opened. */
  String stamp() {
    return stamp;
  }

  /** SHA-256 of the slide, once it is known. */
  FutureTask<String> contentHash() {
    return contentHash;
  }

  private static void closeQuietly(
      @org.jspecify.annotations.Nullable AutoCloseable resource, Throwable reason) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception e) {
      reason.addSuppressed(e);
    }
  }

  /** Gives back everything, the lock last. */
  @Override
  public void close() throws IOException {
    batches.close();
    contentHash.cancel(false);
    try (FolderLock last = lock;
        Spool file = spool) {
      reader.close();
    }
  }
}
