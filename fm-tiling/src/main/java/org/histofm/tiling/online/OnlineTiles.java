package org.histofm.tiling.online;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Task;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.Slides;
import org.histofm.tiling.tiff.ReadMeter;
import org.histofm.tiling.tiff.TiffSlideProvider;
import org.jspecify.annotations.Nullable;

/**
 * An endless row of tiles drawn from many slides; nothing is cut to disk.
 *
 * <p><b>The n-th tile is a function of the seed, n, the slides and the settings</b>, whatever was
 * asked before, in which order and by how many threads. So where a training stands is told by a
 * number, see {@link OnlineState}.
 *
 * <p><b>Which slide.</b> Tiles come in epochs. Of each epoch a slide gets a share in proportion to
 * its tissue in µm², no more than the budget of a slide; the share is rounded so that it is kept on
 * average over the epochs, and within one tile in each. With balanced classes every class gets an
 * equal share, which is divided among slides by their tissue of that class; the budget of a slide
 * is then divided equally among its classes. Pixel sizes have exact shares, too, drawn apart from
 * the slides.
 *
 * <p><b>Which place.</b> The tile's centre is drawn uniformly from the slide's cells of tissue, or
 * of annotated tissue, and uniformly within the cell. A tile may reach over the slide's edge, where
 * it is white.
 *
 * <p><b>Which tile.</b> Where the content filter rejects a tile, or it cannot be decoded, the next
 * draw is made on the same slide; after the last allowed one the latest that was decoded is taken.
 * What cannot be decoded is taken to be a property of the file, so it does not make the row depend
 * on chance.
 *
 * <p><b>Memory.</b> Of a closed slide only its cells are kept, see {@link #maskBytes}. At most the
 * stated number of slides is open at once; stored tiles are decoded and shared by the slide
 * readers' own cache.
 *
 * <p>Safe for concurrent use. Whoever opened it closes it; slides in use are closed when their
 * tiles are done.
 */
public final class OnlineTiles implements AutoCloseable {
  /** What tiles are drawn from: the tissue of a slide, or that of one class ("" for all). */
  private record Part(int slide, String label) {}

  private final OnlineSettings settings;
  private final Seed seed;
  private final List<SlideArea> areas;
  private final List<Outcome.Failed<OnlineSlide>> failed;
  private final SlidePool pool;
  private final StageMeter meter;
  private final List<Part> parts = new ArrayList<>();
  private final Draws draws;
  private final Facts recipe;
  private final AtomicIntegerArray unreadable;
  private final AtomicIntegerArray tried;
  private final int[] numbers; // of each area in the pool

  private OnlineTiles(
      OnlineSettings settings,
      Seed seed,
      List<SlideArea> areas,
      int[] numbers,
      List<Outcome.Failed<OnlineSlide>> failed,
      SlidePool pool,
      StageMeter meter) {
    this.settings = settings;
    this.seed = seed.derive("online tiles");
    this.areas = areas;
    this.numbers = numbers;
    this.failed = failed;
    this.pool = pool;
    this.meter = meter;
    this.unreadable = new AtomicIntegerArray(areas.size());
    this.tried = new AtomicIntegerArray(areas.size());
    this.draws = settings.balanced() ? byClass() : bySlide();
    this.recipe = recipe(seed, settings, areas);
  }

  /**
   * Opens every slide once to find its tissue, by this thread and without telling progress.
   *
   * @param seed of the row
   * @see #open(List, OnlineSettings, Slides, Seed, Executor, Progress)
   */
  public static OnlineTiles open(
      List<OnlineSlide> manifest, OnlineSettings settings, Slides slides, Seed seed) {
    return open(manifest, settings, slides, seed, Runnable::run, Progress.NONE);
  }

  /**
   * Opens every slide once to find its tissue. Slides that cannot be opened or have no tissue are
   * left out if the settings allow so many, see {@link #failed}.
   *
   * @param manifest at least one slide, each of its own id; their order plays a part
   * @param slides opens them
   * @param seed of the row
   * @param executor runs the work for each slide
   * @throws InputException if more slides fail than the settings allow, or all; if the budget of
   *     slides is too low for an epoch; if some slides have annotations and others none; if
   *     balanced classes are asked for without annotations
   * @throws CancellationException if the thread is or was interrupted; its flag stays set
   */
  public static OnlineTiles open(
      List<OnlineSlide> manifest,
      OnlineSettings settings,
      Slides slides,
      Seed seed,
      Executor executor,
      Progress progress) {
    requireDifferent(manifest);
    StageMeter meter = new StageMeter(meters(slides));
    SlidePool pool =
        new SlidePool(
            settings.openSlides(),
            number -> {
              long begin = System.nanoTime();
              OnlineSlide slide = manifest.get(number);
              SlideReader reader =
                  slide.mpp().isPresent()
                      ? slides.open(slide.location(), slide.mpp())
                      : slides.open(slide.location());
              meter.add(StageMeter.Stage.OPEN, System.nanoTime() - begin);
              return reader;
            });
    boolean done = false;
    try {
      List<SlideArea> areas = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>();
      List<Outcome.Failed<OnlineSlide>> failed = new ArrayList<>();
      List<Outcome<SlideArea>> outcomes = find(manifest, settings, pool, executor, progress);
      for (int i = 0; i < outcomes.size(); i++) {
        if (outcomes.get(i) instanceof Outcome.Done<SlideArea> found) {
          areas.add(found.value());
          numbers.add(i);
        } else if (outcomes.get(i) instanceof Outcome.Failed<SlideArea> f) {
          failed.add(new Outcome.Failed<>(f.item(), f.reason(), f.remedy()));
        }
      }
      requireEnough(areas, failed, settings);
      requireLabels(areas, settings);
      OnlineTiles tiles =
          new OnlineTiles(
              settings,
              seed,
              List.copyOf(areas),
              numbers.stream().mapToInt(Integer::intValue).toArray(),
              List.copyOf(failed),
              pool,
              meter);
      meter.begin();
      done = true;
      return tiles;
    } finally {
      if (!done) {
        pool.close();
      }
    }
  }

  private static List<ReadMeter> meters(Slides slides) {
    List<ReadMeter> meters = new ArrayList<>();
    for (SlideReaderProvider provider : slides.providers()) {
      if (provider instanceof TiffSlideProvider tiff) {
        meters.add(tiff.meter());
      }
    }
    return meters;
  }

  private static void requireDifferent(List<OnlineSlide> manifest) {
    if (manifest.isEmpty()) {
      throw new InputException("the list of slides is empty.", "Name at least one slide.");
    }
    Set<String> seen = new HashSet<>();
    for (OnlineSlide slide : manifest) {
      if (!seen.add(slide.id())) {
        throw new InputException(
            "two slides of the list have the id '" + slide.id() + "'.",
            "Give one of them another: OnlineSlide.withId.");
      }
    }
  }

  private static List<Outcome<SlideArea>> find(
      List<OnlineSlide> manifest,
      OnlineSettings settings,
      SlidePool pool,
      Executor executor,
      Progress progress) {
    AtomicInteger done = new AtomicInteger();
    List<FutureTask<Outcome<SlideArea>>> tasks = new ArrayList<>();
    for (int i = 0; i < manifest.size(); i++) {
      int number = i;
      tasks.add(
          new FutureTask<>(
              () -> {
                Outcome<SlideArea> outcome = find(manifest.get(number), number, settings, pool);
                progress.update("find tissue", done.incrementAndGet(), manifest.size());
                return outcome;
              }));
    }
    try {
      tasks.forEach(executor::execute);
      List<Outcome<SlideArea>> outcomes = new ArrayList<>();
      for (FutureTask<Outcome<SlideArea>> task : tasks) {
        outcomes.add(task.get());
      }
      return outcomes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while tissue was found");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new AssertionError(e);
    } finally {
      tasks.forEach(task -> task.cancel(false));
    }
  }

  private static Outcome<SlideArea> find(
      OnlineSlide slide, int number, OnlineSettings settings, SlidePool pool) {
    try (SlidePool.Lease lease = pool.use(number)) {
      return new Outcome.Done<>(slide.id(), SlideArea.find(slide, lease.reader(), settings));
    } catch (InputException e) {
      return new Outcome.Failed<>(slide.id(), e.problem(), e.remedy());
    }
  }

  private static void requireEnough(
      List<SlideArea> areas, List<Outcome.Failed<OnlineSlide>> failed, OnlineSettings settings) {
    if (failed.size() > settings.mostFailed() || areas.isEmpty()) {
      throw new InputException(
          failed.size()
              + " of "
              + (areas.size() + failed.size())
              + " slides cannot be drawn from; at most "
              + settings.mostFailed()
              + " may fail, and not all. "
              + failed.stream()
                  .limit(10)
                  .map(f -> f.item() + ": " + f.reason())
                  .collect(Collectors.joining(" "))
              + (failed.size() > 10 ? " And so on." : ""),
          "Mend or leave out these slides, or allow for them: OnlineSettings.withMostFailed.");
    }
  }

  private static void requireLabels(List<SlideArea> areas, OnlineSettings settings) {
    List<String> without =
        areas.stream().filter(a -> a.labels().contains("")).map(a -> a.slide().id()).toList();
    boolean asked = settings.balanced() || !settings.classes().isEmpty();
    if (!without.isEmpty() && (without.size() < areas.size() || asked)) {
      throw new InputException(
          without.size()
              + " of "
              + areas.size()
              + " slides have no classes, which "
              + (asked ? "the settings ask for" : "the others have")
              + ": "
              + without.stream().limit(5).collect(Collectors.joining(", "))
              + (without.size() > 5 ? " ..." : "")
              + ".",
          "Annotate them, state one class for each by OnlineSlide.withLabel, or leave them out.");
    }
  }

  private static Facts recipe(Seed seed, OnlineSettings settings, List<SlideArea> areas) {
    Sha256 ids = new Sha256();
    Sha256 sizes = new Sha256();
    Sha256 cells = new Sha256();
    Sha256 groups = new Sha256();
    for (SlideArea area : areas) {
      ids.add(area.slide().id());
      groups.add(area.slide().group());
      area.addSize(sizes);
      area.addCells(cells);
    }
    return Facts.none()
        .with("seed", Long.toString(seed.value()))
        .with(settings.facts())
        .with("slides", Integer.toString(areas.size()))
        .with("slide ids", ids.hex().substring(0, 16))
        .with("slide sizes", sizes.hex().substring(0, 16))
        .with("tissue and classes", cells.hex().substring(0, 16))
        .with("groups", groups.hex().substring(0, 16));
  }

  private Draws bySlide() {
    double[] tissue = new double[areas.size()];
    for (int i = 0; i < tissue.length; i++) {
      parts.add(new Part(i, ""));
      tissue[i] = areas.get(i).areaUm2();
    }
    long[] bounds = new long[tissue.length];
    Arrays.fill(bounds, units(Math.min(settings.tilesPerSlide(), settings.epochTiles())));
    long[] quotas = shares(tissue, bounds, units(settings.epochTiles()), "");
    return draws(quotas, new int[] {quotas.length});
  }

  private Draws byClass() {
    List<String> labels = labels();
    double[] equal = new double[labels.size()];
    Arrays.fill(equal, 1);
    long[] whole = new long[labels.size()];
    Arrays.fill(whole, units(settings.epochTiles()));
    long[] totals = Quotas.of(equal, whole, units(settings.epochTiles()));
    long[] quotas = new long[labels.size() * areas.size()];
    int[] ends = new int[labels.size()];
    for (int label = 0; label < ends.length; label++) {
      double[] tissue = new double[areas.size()];
      long[] bounds = new long[areas.size()];
      for (int i = 0; i < tissue.length; i++) {
        parts.add(new Part(i, labels.get(label)));
        tissue[i] = areas.get(i).areaUm2(labels.get(label));
        bounds[i] = units(bound(areas.get(i).labels(), labels.get(label)));
      }
      long[] ofLabel = shares(tissue, bounds, totals[label], labels.get(label));
      System.arraycopy(ofLabel, 0, quotas, label * ofLabel.length, ofLabel.length);
      ends[label] = (label + 1) * ofLabel.length;
    }
    return draws(quotas, ends);
  }

  /** What is a class's of the budget of a slide that has these classes. */
  private int bound(List<String> labels, String label) {
    int budget = Math.min(settings.tilesPerSlide(), settings.epochTiles());
    int place = labels.indexOf(label);
    if (place < 0 || settings.tilesPerSlide() >= settings.epochTiles()) {
      return place < 0 ? 0 : budget;
    }
    return budget / labels.size() + (place < budget % labels.size() ? 1 : 0);
  }

  private static long units(int tiles) {
    return tiles * Quotas.ONE;
  }

  private long[] shares(double[] tissue, long[] bounds, long total, String label) {
    long most = 0;
    for (int i = 0; i < tissue.length; i++) {
      most += tissue[i] > 0 ? bounds[i] / Quotas.ONE : 0;
    }
    if (most * (double) Quotas.ONE < total) {
      throw new InputException(
          "an epoch takes "
              + (total + Quotas.ONE - 1) / Quotas.ONE
              + " tiles"
              + (label.isEmpty() ? "" : " of class " + label)
              + ", and with at most "
              + settings.tilesPerSlide()
              + " of a slide there are "
              + most
              + ".",
          "Raise the budget of a slide, shorten the epoch, or add slides.");
    }
    return Quotas.of(tissue, bounds, total);
  }

  private Draws draws(long[] quotas, int[] ends) {
    double[] weights =
        settings.scales().stream().mapToDouble(OnlineSettings.Scale::weight).toArray();
    long[] bounds = new long[weights.length];
    Arrays.fill(bounds, units(settings.epochTiles()));
    return new Draws(
        seed.derive("shares"),
        settings.epochTiles(),
        quotas,
        ends,
        Quotas.of(weights, bounds, units(settings.epochTiles())));
  }

  /**
   * Makes a tile.
   *
   * @param n its number, from 0
   * @throws SlideException with reason {@link SlideException.Reason#UNREADABLE_TILES} if none of
   *     its draws can be decoded, or more draws of its slide than the settings allow; or if the
   *     slide cannot be opened any more
   * @throws IndexOutOfBoundsException if {@code n} is negative
   * @throws IllegalStateException after {@link #close}
   * @throws CancellationException if the thread is interrupted while it waits or reads; its flag
   *     stays set
   */
  public OnlineTile tile(long n) {
    if (n < 0) {
      throw new IndexOutOfBoundsException("tile " + n);
    }
    Draws.Draw draw = draws.get(n);
    Part part = parts.get(draw.part());
    SlideArea area = areas.get(part.slide());
    Mpp target = settings.scales().get(draw.scale()).mpp();
    OnlineTile latest = null;
    try (SlidePool.Lease lease = pool.use(numbers[part.slide()])) {
      for (int tries = 1; tries <= settings.tries(); tries++) {
        SplittableRandom random = seed.derive("place of tile " + n + ", try " + tries).random();
        SlideArea.Place place =
            part.label().isEmpty() ? area.draw(random) : area.draw(part.label(), random);
        OnlineTile tile = read(n, lease.reader(), area, part.slide(), place, target, tries);
        latest = tile == null ? latest : tile;
        if (tile != null && tile.kept()) {
          break;
        }
      }
    }
    if (latest == null) {
      throw tooMany(part.slide(), "none of " + settings.tries() + " draws for tile " + n);
    }
    meter.tiles.increment();
    if (!latest.kept()) {
      meter.takenThoughRejected.increment();
    }
    return latest;
  }

  /** A tile, kept by the filter or not; or null if it cannot be decoded. */
  private @Nullable OnlineTile read(
      long n,
      SlideReader reader,
      SlideArea area,
      int slide,
      SlideArea.Place place,
      Mpp target,
      int tries) {
    int size = settings.tileSizePx();
    TileRead read = TileRead.around(place.x(), place.y(), size, area.mpp(), target);
    meter.tries.increment();
    tried.incrementAndGet(slide);
    long begin = System.nanoTime();
    RgbImage image;
    try {
      image = read.read(reader, size, target);
    } catch (SlideException e) {
      if (Thread.currentThread().isInterrupted()) {
        // What an interrupt stopped is no property of the file.
        throw new CancellationException("interrupted while tile " + n + " was read");
      }
      if (e.reason() != SlideException.Reason.UNREADABLE_REGION) {
        throw e;
      }
      meter.unreadable.increment();
      if (unreadable.incrementAndGet(slide) > settings.mostUnreadable()) {
        throw tooMany(
            slide, unreadable.get(slide) + " of " + tried.get(slide) + " draws cannot be decoded");
      }
      return null;
    } finally {
      meter.add(StageMeter.Stage.READ, System.nanoTime() - begin);
    }
    begin = System.nanoTime();
    boolean kept = settings.filter().isEmpty() || settings.filter().get().keeps(image);
    meter.add(StageMeter.Stage.FILTER, System.nanoTime() - begin);
    if (!kept) {
      meter.rejected.increment();
    }
    return new OnlineTile(
        n,
        area.slide().id(),
        area.slide().group(),
        place.label(),
        read.region(),
        target,
        tries,
        kept,
        image);
  }

  private SlideException tooMany(int slide, String what) {
    return new SlideException(
        SlideException.Reason.UNREADABLE_TILES,
        "slide "
            + areas.get(slide).slide().location()
            + ": "
            + what
            + (what.startsWith("none") ? " can be decoded" : "")
            + "; at most "
            + settings.mostUnreadable()
            + " of a slide may fail.",
        "Copy the slide again, leave it out, or allow for more: OnlineSettings.withMostUnreadable.");
  }

  /**
   * The tiles from {@code from} on, made ahead; the caller closes it, before this.
   *
   * @param from number of the first one, from 0
   * @param executor makes them; the row is the same whatever its threads
   * @param ahead most tiles that are made, or being made, and not taken; from 1
   */
  public TileStream stream(long from, Executor executor, int ahead) {
    if (from < 0 || ahead < 1) {
      throw new IllegalArgumentException("a stream from tile " + from + ", " + ahead + " ahead");
    }
    return new TileStream(this, meter, this::tile, from, executor, ahead);
  }

  /** The state from which the row goes on at tile {@code next}. */
  public OnlineState state(long next) {
    return new OnlineState(next, recipe);
  }

  /**
   * The number of the tile at which a state goes on.
   *
   * @throws InputException naming what differs, if the state is of a row of other slides, settings
   *     or seed
   */
  public long resume(OnlineState state) {
    Map<String, String> here = recipe.asMap();
    Map<String, String> there = state.recipe().asMap();
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>(here.keySet());
    names.addAll(there.keySet());
    for (String name : names) {
      String ours = here.getOrDefault(name, "absent");
      String theirs = there.getOrDefault(name, "absent");
      if (!ours.equals(theirs)) {
        differences.add(name + " is " + ours + ", was " + theirs);
      }
    }
    if (!differences.isEmpty()) {
      throw new InputException(
          "the state is of another row of tiles: " + String.join("; ", differences) + ".",
          "Open the same slides by the same settings and seed, or begin a row of its own.");
    }
    return state.next();
  }

  /**
   * What the tiles depend on: seed, settings, and hashes of the slides' ids, sizes, cells, groups.
   * Where the files lie plays no part.
   */
  public Facts recipe() {
    return recipe;
  }

  /**
   * The row as training samples.
   *
   * @param name for messages and reports
   * @param task a classification whose classes are those of the tiles
   * @throws InputException if a class of one is none of the other's
   * @throws IllegalArgumentException if the task is no classification
   */
  public SampleStream samples(String name, Task task) {
    if (!(task instanceof Task.Classification classification)) {
      throw new IllegalArgumentException("tiles have classes, and cannot serve " + task);
    }
    Set<String> wanted = new TreeSet<>(classification.classes());
    Set<String> drawn = new TreeSet<>(labels());
    if (!wanted.equals(drawn)) {
      throw new InputException(
          "the task has the classes " + wanted + ", the tissue of the slides " + drawn + ".",
          "Annotate the slides, or choose classes by OnlineSettings.withClasses.");
    }
    return new OnlineSamples(name, task, this);
  }

  /** Classes of the tiles, sorted; a single empty one if there are no annotations. */
  public List<String> labels() {
    Set<String> labels = new TreeSet<>();
    areas.forEach(area -> labels.addAll(area.labels()));
    return List.copyOf(labels);
  }

  /** Groups of the slides that are drawn from, sorted. */
  public Set<String> groups() {
    Set<String> groups = new TreeSet<>();
    areas.forEach(area -> groups.add(area.slide().group()));
    return Collections.unmodifiableSet(groups);
  }

  /** The slides that failed at the start and are not drawn from, in the list's order. */
  public List<Outcome.Failed<OnlineSlide>> failed() {
    return failed;
  }

  OnlineSettings settings() {
    return settings;
  }

  /** Memory of all slides' cells, in bytes. */
  public long maskBytes() {
    return areas.stream().mapToLong(SlideArea::bytes).sum();
  }

  /**
   * What has been done so far, by all streams. Bytes, reading and decoding are told by the TIFF
   * reader, for all who read by the same {@link Slides}; the rest of a read is resizing. Where
   * other readers read all slides, the whole of it is called reading.
   */
  public StageCounts counts() {
    return meter.counts(pool);
  }

  @Override
  public void close() {
    pool.close();
  }
}
