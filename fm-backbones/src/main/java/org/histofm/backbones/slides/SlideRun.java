package org.histofm.backbones.slides;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.EnvironmentException;
import org.histofm.Progress;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbones.slides.SlideEmbeddingReport.Slide;
import org.histofm.backbones.slides.SlideEmbeddingReport.State;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.SlideException;
import org.histofm.tile.PixelBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run over slides. The calling thread embeds and does nothing else; beside it one thread
 * prepares the next slide (opens, finds tissue, plans, begins to read), one writes the files of the
 * last, one hashes slides, and some read tiles. A slide's work is handed from one to the next, so
 * no two threads use one at a time; at most three are held.
 *
 * <p>Trouble with a slide is caught where the slide is handled; trouble with the output folder and
 * with the backbone ends the run, and the next run goes on from there.
 */
final class SlideRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlideRun.class);

  private final SlideEmbedding settings;
  private final RunFolder folder;
  private final Finished finished;
  private final QuarantineTable quarantine;
  private final Progress progress;
  private final ExecutorService tileReaders;
  private final ExecutorService preparer = threads(1, "histofm-slide-prepare");
  private final ExecutorService finisher = threads(1, "histofm-slide-write");
  private final ExecutorService hasher = threads(1, "histofm-slide-hash");
  private final StageMeter total = new StageMeter();
  private volatile boolean stopping;
  // All three are guarded by this.
  private ByteCounts fetched = ByteCounts.NONE;
  private final Map<String, Slide> outcomes = new LinkedHashMap<>();
  private final TreeSet<Quarantined> rows = new TreeSet<>();

  /** What became of a slide when its turn came. */
  private sealed interface Turn {
    /** It can be embedded. */
    record Ready(SlideWork work) implements Turn {}

    /** Another process or thread works on it. */
    record Elsewhere(SlideEntry entry) implements Turn {}

    /** It needs no more work: it was done meanwhile, or has failed. */
    record Over() implements Turn {}
  }

  SlideRun(SlideEmbedding settings, Progress progress) {
    this.settings = settings;
    this.folder = settings.folder();
    this.finished = new Finished(settings);
    this.quarantine = new QuarantineTable(folder);
    this.progress = progress;
    this.tileReaders = threads(settings.threads(), "histofm-tile-reader");
  }

  private static ExecutorService threads(int count, String name) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  SlideEmbeddingReport run(List<SlideEntry> entries) {
    long begin = System.nanoTime();
    try {
      finished.claim();
      Map<String, Sidecar> done = finished.check(entries);
      skip(done);
      embedAll(entries.stream().filter(entry -> !done.containsKey(entry.id())).toList());
      return report(entries, System.nanoTime() - begin);
    } catch (InterruptedException | ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while slides were embedded");
    } catch (IOException e) {
      throw OutputException.of(folder.root(), e);
    }
  }

  /** Takes note of finished slides; their unreadable tiles belong in the table of every run. */
  private void skip(Map<String, Sidecar> done) throws IOException, InterruptedException {
    List<Quarantined> tiles = new ArrayList<>();
    done.forEach(
        (id, sidecar) -> {
          note(Slide.without(id, State.SKIPPED, sidecar.rows()));
          tiles.addAll(sidecar.unreadable(id));
        });
    note(tiles);
    quarantine.replace(done.keySet(), tiles);
  }

  private void embedAll(List<SlideEntry> open) throws IOException, InterruptedException {
    TileCount tiles = new TileCount(progress, open.size());
    Deque<SlideEntry> queue = new ArrayDeque<>(open);
    Deque<SlideEntry> elsewhere = new ArrayDeque<>();
    Future<?> writing = null;
    Future<Turn> next = prepareNext(queue, elsewhere, tiles);
    try {
      while (next != null) {
        Turn turn = result(next);
        if (turn instanceof Turn.Elsewhere later) {
          elsewhere.add(later.entry);
        }
        next = prepareNext(queue, elsewhere, tiles);
        if (turn instanceof Turn.Ready ready) {
          double seconds = embed(ready.work, tiles);
          Future<?> before = writing;
          writing = seconds < 0 ? before : finishAfter(before, ready.work, seconds, tiles);
        }
      }
      if (writing != null) {
        result(writing);
      }
    } finally {
      abandon(next, writing);
    }
  }

  /** Hands a slide over to be written once the one before is. */
  private Future<?> finishAfter(
      @Nullable Future<?> before, SlideWork work, double seconds, TileCount tiles)
      throws IOException, InterruptedException {
    boolean handedOver = false;
    try {
      if (before != null) {
        result(before);
      }
      Future<?> writing = finisher.submit(() -> finish(work, seconds, tiles));
      handedOver = true;
      return writing;
    } finally {
      if (!handedOver) {
        work.close();
      }
    }
  }

  /** Starts on the next free slide; in the end on those that others had, as they become free. */
  private @Nullable Future<Turn> prepareNext(
      Deque<SlideEntry> queue, Deque<SlideEntry> elsewhere, TileCount tiles) {
    SlideEntry entry = queue.poll();
    if (entry != null) {
      return preparer.submit(() -> prepare(entry, FolderLock.tryLock(lock(entry)), tiles));
    }
    SlideEntry awaited = elsewhere.poll();
    if (awaited == null) {
      return null;
    }
    LOG.info("waiting for slide {}, which another process embeds", awaited.id());
    return preparer.submit(
        () -> prepare(awaited, Optional.of(FolderLock.await(lock(awaited))), tiles));
  }

  private Path lock(SlideEntry entry) {
    return folder.slideLock(entry.id());
  }

  private Turn prepare(SlideEntry entry, Optional<FolderLock> free, TileCount tiles)
      throws IOException, InterruptedException {
    if (free.isEmpty()) {
      return new Turn.Elsewhere(entry);
    }
    FolderLock lock = free.get();
    boolean handedOver = false;
    try {
      Optional<Sidecar> sidecar = finished.sidecar(entry);
      if (sidecar.isPresent()) {
        note(Slide.without(entry.id(), State.SKIPPED, sidecar.get().rows()));
        note(sidecar.get().unreadable(entry.id()));
        tiles.drop(false, 0, 0);
        return new Turn.Over();
      }
      SlideWork work =
          SlideWork.open(settings, entry, lock, new SlideWork.Helpers(tileReaders, hasher));
      handedOver = true;
      tiles.plan(work.plan().size(), work.tilesDone(settings.batch()));
      return new Turn.Ready(work);
    } catch (OutputException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (stopping) {
        throw e; // It may have failed for no other reason.
      }
      tiles.drop(false, 0, 0);
      fail(entry, e, List.of());
      return new Turn.Over();
    } finally {
      if (!handedOver) {
        lock.close();
      }
    }
  }

  /**
   * Embeds what is missing of a slide.
   *
   * @return seconds it took, or below 0 if the slide has failed and is closed
   */
  private double embed(SlideWork work, TileCount tiles) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    boolean complete = false;
    try {
      requireReadable(work);
      for (Optional<TileBatches.Batch> batch = take(work); batch.isPresent(); batch = take(work)) {
        embed(work, batch.get());
        tiles.finish(batch.get().planned());
        requireReadable(work);
      }
      complete = true;
      return (System.nanoTime() - begin) / 1e9;
    } catch (SlideFailure e) {
      tiles.drop(true, work.plan().size(), work.tilesDone(settings.batch()));
      count(work);
      fail(work.entry(), e.reason(), lost(work));
      return -1;
    } finally {
      if (!complete) {
        work.close();
      }
    }
  }

  private Optional<TileBatches.Batch> take(SlideWork work) throws InterruptedException {
    long begin = System.nanoTime();
    try {
      return work.batches().take();
    } catch (RuntimeException | Error e) {
      throw new SlideFailure(e);
    } finally {
      work.meter().add(StageMeter.Stage.WAIT, System.nanoTime() - begin);
    }
  }

  private void embed(SlideWork work, TileBatches.Batch batch) throws IOException {
    int dim = settings.backbone().card().embeddingDim();
    List<Spool.Lost> lost = new ArrayList<>(batch.lost());
    float[] values = new float[batch.tiles().size() * dim];
    int count = 0;
    PixelBatch pixels = batch.pixels();
    if (pixels != null) {
      EmbeddingMatrix embedded =
          work.meter().time(StageMeter.Stage.EMBED, () -> settings.backbone().embed(pixels));
      requireShape(embedded, batch.tiles().size(), dim);
      for (int i = 0; i < embedded.rows(); i++) {
        embedded.copyRow(i, values, count * dim);
        if (isFinite(values, count * dim, dim)) {
          count++;
        } else {
          lost.add(notFinite(batch.tiles().get(i)));
        }
      }
    }
    long begin = System.nanoTime();
    work.spool().append(values, count, lost);
    work.meter().add(StageMeter.Stage.WRITE, System.nanoTime() - begin);
  }

  private void requireShape(EmbeddingMatrix embedded, int rows, int dim) {
    if (embedded.rows() != rows || embedded.dim() != dim) {
      throw new IllegalStateException(
          "backbone '"
              + settings.backbone().card().id()
              + "' gave "
              + embedded
              + " for "
              + rows
              + " tiles, its card says "
              + dim
              + " values");
    }
  }

  private static boolean isFinite(float[] values, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }

  private Spool.Lost notFinite(int tile) {
    return new Spool.Lost(
        tile,
        Quarantined.NOT_FINITE,
        "backbone '" + settings.backbone().card().id() + "' gave a value that is no finite number.",
        "Check the weights; with --precision fp32 the range is larger.");
  }

  private void requireReadable(SlideWork work) {
    int lost = work.spool().lostTiles();
    int tiles = work.plan().size();
    if (lost > settings.maxUnreadableShare() * tiles) {
      throw new SlideFailure(
          new SlideException(
              SlideException.Reason.UNREADABLE_TILES,
              "of slide "
                  + work.entry().location()
                  + " more than the allowed share of tiles cannot be read: "
                  + lost
                  + " of "
                  + tiles
                  + " when it was given up.",
              "Copy the slide again, or raise --max-unreadable-share."));
    }
  }

  /** The tiles of a slide that were lost so far. */
  private static List<Quarantined> lost(SlideWork work) {
    return work.spool().lost().stream()
        .map(
            tile ->
                new Quarantined(
                    work.entry().id(),
                    tile.code(),
                    work.plan().region(tile.tile()),
                    tile.message(),
                    tile.remedy()))
        .toList();
  }

  /** Writes the files of a slide whose batches are all there, and closes it. */
  private @Nullable Void finish(SlideWork work, double seconds, TileCount tiles)
      throws IOException, InterruptedException {
    try (SlideWork closed = work) {
      try {
        finish(work, seconds);
      } catch (SlideFailure e) {
        tiles.drop(true, work.plan().size(), work.plan().size());
        fail(work.entry(), e.reason(), List.of());
      }
    }
    return null;
  }

  private void finish(SlideWork work, double seconds) throws IOException, InterruptedException {
    String id = work.entry().id();
    String hash = contentHash(work);
    finished.requireClaimed();
    long begin = System.nanoTime();
    Sidecar sidecar = write(work, hash);
    finished.markSeen(work.entry(), work.stamp(), hash);
    folder.deleteWork(id);
    work.meter().add(StageMeter.Stage.WRITE, System.nanoTime() - begin);
    count(work);
    note(
        new Slide(
            id, State.DONE, work.plan().size(), sidecar.rows(), seconds, work.meter().asMap()));
    List<Quarantined> lost = lost(work);
    note(lost);
    quarantine.replace(List.of(id), lost);
  }

  private synchronized void count(SlideWork work) {
    total.add(work.meter());
    fetched = fetched.plus(work.reader().byteCounts());
  }

  private Sidecar write(SlideWork work, String hash) throws IOException {
    try {
      return new SlideFiles(settings).write(work, hash);
    } catch (EnvironmentException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw new SlideFailure(e);
    }
  }

  /** The hash of a slide that has not been changed since it was opened. */
  private static String contentHash(SlideWork work) throws InterruptedException {
    SlideEntry entry = work.entry();
    try {
      String hash = work.contentHash().get();
      if (!SlideContent.of(entry.location()).stamp().equals(work.stamp())) {
        throw new SlideFailure(new SlideChangedException(entry.location()));
      }
      return hash;
    } catch (ExecutionException e) {
      throw new SlideFailure(
          e.getCause() instanceof IOException io
              ? SlideContent.vanished(entry.location(), io)
              : Objects.requireNonNullElse(e.getCause(), e));
    } catch (IOException e) {
      throw new SlideFailure(SlideContent.vanished(entry.location(), e));
    }
  }

  private void fail(SlideEntry entry, Throwable reason, List<Quarantined> tiles)
      throws IOException, InterruptedException {
    Quarantined slide = Quarantined.because(entry.id(), reason);
    if (slide.code().equals(Quarantined.INTERNAL)) {
      LOG.warn("slide {} failed unexpectedly", entry.id(), reason);
    }
    folder.deleteWork(entry.id());
    List<Quarantined> all = new ArrayList<>(tiles);
    all.add(slide);
    note(Slide.without(entry.id(), State.FAILED, 0));
    note(all);
    quarantine.replace(List.of(entry.id()), all);
  }

  private synchronized void note(Slide slide) {
    outcomes.put(slide.id(), slide);
  }

  private synchronized void note(List<Quarantined> more) {
    rows.addAll(more);
  }

  private SlideEmbeddingReport report(List<SlideEntry> entries, long nanos)
      throws IOException, InterruptedException {
    SlideEmbeddingReport report;
    synchronized (this) {
      List<Slide> slides = new ArrayList<>();
      for (SlideEntry entry : entries) {
        slides.add(outcomes.getOrDefault(entry.id(), Slide.without(entry.id(), State.FAILED, 0)));
      }
      report =
          new SlideEmbeddingReport(
              slides,
              List.copyOf(rows),
              nanos / 1e9,
              total.seconds(StageMeter.Stage.EMBED),
              total.asMap(),
              fetched,
              settings.backbone().untrained() ? SlideEmbedding.UNTRAINED : "");
    }
    try (FolderLock lock = FolderLock.await(folder.lock("report"))) {
      folder.write(folder.report(), report.json(settings.recipe(), settings.environment().asMap()));
    }
    return report;
  }

  private static <T> T result(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof InterruptedException failure) {
        throw failure;
      }
      throw new AssertionError(e);
    }
  }

  /**
   * Ends what the other threads do, where the run ends before its time: a slide that is prepared is
   * closed, one that is written is finished.
   */
  private void abandon(@Nullable Future<Turn> next, @Nullable Future<?> writing) {
    stopping = true;
    boolean interrupted = Thread.interrupted();
    preparer.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
    try {
      if (next != null && !next.isCancelled() && next.get() instanceof Turn.Ready ready) {
        ready.work.close();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (ExecutionException | CancellationException | IOException e) {
      LOG.debug("a slide that was given up", e);
    }
    try {
      if (writing != null) {
        writing.get();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (ExecutionException e) {
      LOG.debug("a slide that could not be written", e);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    preparer.shutdownNow();
    hasher.shutdownNow();
    finisher.shutdown();
    tileReaders.shutdown();
  }
}
