package org.histofm.backbones.embedding;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbones.pixels.ImageFiles;
import org.histofm.backbones.pixels.TileAugmenter;
import org.histofm.backbones.pixels.TilePreprocessor;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.provenance.Sha256;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/**
 * Reads samples for one backbone: decoded, resized and cropped as its card says, augmented for
 * training, or embedded.
 *
 * <p>Embeddings are kept in a folder and computed once. A row is found again by the hash of the
 * image file's bytes (or of the pixels of an image in memory) under the card, the weights' hash and
 * all facts of the backbone; where a file lies and when it was written plays no part, so a changed
 * image is embedded anew and a copied data set is not. Several readers, threads and processes may
 * share a folder, and any of them may be killed.
 *
 * <p><b>Reproducible to the last bit.</b> A backbone may round a row differently beside other
 * neighbours, so batches are made by rule: the distinct contents of a request, in order of first
 * appearance, are cut into chunks of 64; of each chunk those not yet stored are embedded in order,
 * 16 at a time, and stored together, all or nothing. How the work is spread over threads does not
 * enter, nor does a kill: a request that is interrupted anywhere and repeated returns and leaves in
 * the store the very bits of one that ran through. So does every later request for any part of it,
 * which only reads. What was stored by earlier requests does enter: who wants bit-equal runs asks
 * for all samples first, as an experiment does, and starts from the same store or an empty one. A
 * chunk found damaged is computed again to the same bits when the request that made it is repeated.
 *
 * <p>All callers and streams of batches share the reader's threads, one for each core and at most
 * {@value #MAX_THREADS}. They compete with the engine for no more than the tiles cost: what is made
 * ahead is bounded, and a thread that has nothing to do sleeps.
 *
 * <p>Borrows the backbone; {@link #close} ends the reader's own threads only. Work that is
 * interrupted throws {@link CancellationException} and leaves the thread's interrupt flag set.
 */
public final class BackboneSampleReader implements SampleReader, AutoCloseable {
  private static final int BATCH = 16;
  private static final int CHUNK = 4 * BATCH;
  private static final int AHEAD = 2 * BATCH;
  private static final int MAX_THREADS = 4;

  private final Backbone backbone;
  private final ImageFiles images;
  private final TilePreprocessor preprocessor;
  private final EmbeddingStore store;
  private final ThreadPoolExecutor decoders;

  private BackboneSampleReader(
      Backbone backbone, Path storeFolder, ImageFiles images, int threads) {
    this.backbone = backbone;
    this.images = images;
    this.preprocessor = TilePreprocessor.of(backbone.card().preprocessing());
    this.store = EmbeddingStore.open(storeFolder, Recipe.of(backbone));
    AtomicInteger number = new AtomicInteger();
    // The queue needs no bound: each caller's own look-ahead bounds what it has in it.
    this.decoders =
        new ThreadPoolExecutor(
            threads,
            threads,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "histofm-decoder-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            (task, pool) -> {
              throw closed();
            });
    decoders.allowCoreThreadTimeOut(true);
  }

  /**
   * Reads for {@code backbone}, images of up to {@link ImageFiles#DEFAULT_MAX_PIXELS}.
   *
   * @param backbone stays the caller's, and open as long as this reader is used
   * @param storeFolder where embeddings are kept; made if absent
   * @throws org.histofm.EnvironmentException if the folder cannot be made
   */
  public static BackboneSampleReader of(Backbone backbone, Path storeFolder) {
    return of(backbone, storeFolder, ImageFiles.withDefaults());
  }

  /**
   * Reads for {@code backbone}, decoding files by {@code images}.
   *
   * @param backbone stays the caller's, and open as long as this reader is used
   * @param storeFolder where embeddings are kept; made if absent
   * @param images bounds the size of images
   * @throws org.histofm.EnvironmentException if the folder cannot be made
   */
  public static BackboneSampleReader of(Backbone backbone, Path storeFolder, ImageFiles images) {
    int processors = Runtime.getRuntime().availableProcessors();
    return withThreads(backbone, storeFolder, images, Math.min(processors, MAX_THREADS));
  }

  static BackboneSampleReader withThreads(
      Backbone backbone, Path storeFolder, ImageFiles images, int threads) {
    return new BackboneSampleReader(backbone, storeFolder, images, threads);
  }

  @Override
  public RgbImage image(Sample sample) {
    requireOpen();
    return naming(sample, this::decode);
  }

  @Override
  public PixelBatch pixels(List<Sample> samples) {
    try (PixelStream whole =
        stream(
            samples,
            Math.max(samples.size(), 1),
            (index, sample, target, offset) -> write(sample, target, offset))) {
      return whole.next().orElseThrow(() -> new IllegalArgumentException("there is no sample"));
    }
  }

  @Override
  public PixelStream batches(
      List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
    TileAugmenter augmenter = TileAugmenter.of(augmentation);
    int side = backbone.card().preprocessing().crop();
    return stream(
        order,
        batchSize,
        (index, sample, target, offset) -> {
          write(sample, target, offset);
          augmenter.apply(target, offset, side, side, seed.derive("tile " + index));
        });
  }

  private PixelStream stream(List<Sample> order, int batchSize, TileBatches.TileWriter writer) {
    requireOpen();
    int side = backbone.card().preprocessing().crop();
    return new TileBatches(decoders, order, batchSize, side, writer);
  }

  private void write(Sample sample, byte[] target, int offset) {
    preprocessor.write(naming(sample, this::decode), target, offset);
  }

  @Override
  public List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress) {
    List<Outcome.Failed<Sample>> failures = new ArrayList<>();
    AtomicInteger done = new AtomicInteger();
    forEach(
        samples,
        this::tryToDecode,
        failure -> {
          failure.ifPresent(failures::add);
          progress.update("check images", done.incrementAndGet(), samples.size());
        });
    return List.copyOf(failures);
  }

  private Optional<Outcome.Failed<Sample>> tryToDecode(Sample sample) {
    try {
      decode(sample);
      return Optional.empty();
    } catch (InputException e) {
      return Optional.of(new Outcome.Failed<>(sample.id(), e.problem(), e.remedy()));
    }
  }

  @Override
  public EmbeddingMatrix embeddings(List<Sample> samples, Progress progress) {
    int dim = backbone.card().embeddingDim();
    if ((long) samples.size() * dim > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          samples.size() + " embeddings of " + dim + " values do not fit one matrix");
    }
    Request request = new Request();
    forEach(
        samples,
        sample -> new Content(sample, naming(sample, this::contentHash)),
        content -> request.add(content.sample, content.hash));
    float[] rows = new float[request.size() * dim];
    BitSet found = new BitSet();
    store.read(request.contents, 0, request.size(), found, rows);
    if (found.cardinality() < request.size()) {
      try {
        embedMissing(request, found, rows, progress);
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
    return request.expand(rows, dim);
  }

  private void embedMissing(Request request, BitSet found, float[] rows, Progress progress)
      throws InterruptedException {
    progress.update("embed tiles", found.cardinality(), request.size());
    try (Ahead<Integer, RgbImage> tiles =
        new Ahead<>(decoders, AHEAD, absent(found, 0, request.size()).iterator(), request::tile)) {
      for (int from = 0; from < request.size(); from += CHUNK) {
        int to = Math.min(from + CHUNK, request.size());
        if (found.nextClearBit(from) < to) {
          embedChunk(request, from, to, found, rows, tiles, progress);
        }
      }
    }
  }

  private void embedChunk(
      Request request,
      int from,
      int to,
      BitSet found,
      float[] rows,
      Ahead<Integer, RgbImage> tiles,
      Progress progress)
      throws InterruptedException {
    try (EmbeddingStore.Writer writer = store.lock()) {
      // While this one waited, another process may have embedded the same.
      store.read(request.contents, from, to, found, rows);
      List<Integer> missing = absent(found, from, to);
      if (missing.isEmpty()) {
        return;
      }
      int dim = backbone.card().embeddingDim();
      float[] fresh = new float[missing.size() * dim];
      for (int done = 0; done < missing.size(); done += BATCH) {
        List<Integer> batch = missing.subList(done, Math.min(done + BATCH, missing.size()));
        embedBatch(request, batch, tiles, fresh, done * dim);
        progress.update("embed tiles", found.cardinality() + done + batch.size(), request.size());
      }
      writer.write(missing.stream().map(request.contents::get).toList(), fresh);
      for (int i = 0; i < missing.size(); i++) {
        System.arraycopy(fresh, i * dim, rows, missing.get(i) * dim, dim);
        found.set(missing.get(i));
      }
    }
  }

  private void embedBatch(
      Request request,
      List<Integer> batch,
      Ahead<Integer, RgbImage> tiles,
      float[] target,
      int offset)
      throws InterruptedException {
    List<RgbImage> pixels = new ArrayList<>();
    for (Integer index : batch) {
      pixels.add(tiles.take(index));
    }
    EmbeddingMatrix embedded = backbone.embed(PixelBatch.of(pixels));
    int dim = backbone.card().embeddingDim();
    if (embedded.rows() != batch.size() || embedded.dim() != dim) {
      throw new IllegalStateException(
          "backbone '"
              + backbone.card().id()
              + "' gave "
              + embedded
              + " for "
              + batch.size()
              + " images, its card says "
              + dim
              + " values");
    }
    for (int i = 0; i < batch.size(); i++) {
      embedded.copyRow(i, target, offset + i * dim);
      requireFinite(request.samples.get(batch.get(i)), target, offset + i * dim, dim);
    }
  }

  private void requireFinite(Sample sample, float[] values, int offset, int dim) {
    for (int d = 0; d < dim; d++) {
      if (!Float.isFinite(values[offset + d])) {
        throw new InputException(
            "Backbone '"
                + backbone.card().id()
                + "' gives "
                + values[offset + d]
                + " in dimension "
                + d
                + " of the embedding of sample '"
                + sample.id()
                + "'.",
            "Open it in float32 if it ran in bfloat16; else its weights are damaged.");
      }
    }
  }

  private static List<Integer> absent(BitSet found, int from, int to) {
    List<Integer> absent = new ArrayList<>();
    for (int i = found.nextClearBit(from); i < to; i = found.nextClearBit(i + 1)) {
      absent.add(i);
    }
    return absent;
  }

  /** A sample and the hash of what it holds. */
  private record Content(Sample sample, String hash) {}

  /** The distinct contents of a request in order of first appearance, each with a sample of it. */
  private final class Request {
    final List<String> contents = new ArrayList<>();
    final List<Sample> samples = new ArrayList<>();
    private final Map<String, Integer> positions = new HashMap<>();
    private final List<Integer> rowOfSample = new ArrayList<>();

    void add(Sample sample, String hash) {
      int position = positions.computeIfAbsent(hash, h -> positions.size());
      if (position == contents.size()) {
        contents.add(hash);
        samples.add(sample);
      }
      rowOfSample.add(position);
    }

    int size() {
      return contents.size();
    }

    RgbImage tile(int index) {
      String hash = contents.get(index);
      return preprocessor.apply(naming(samples.get(index), sample -> decode(sample, hash)));
    }

    EmbeddingMatrix expand(float[] rows, int dim) {
      if (rowOfSample.size() == contents.size()) {
        return EmbeddingMatrix.wrap(contents.size(), dim, rows);
      }
      float[] all = new float[rowOfSample.size() * dim];
      for (int i = 0; i < rowOfSample.size(); i++) {
        System.arraycopy(rows, rowOfSample.get(i) * dim, all, i * dim, dim);
      }
      return EmbeddingMatrix.wrap(rowOfSample.size(), dim, all);
    }
  }

  private RgbImage decode(Sample sample) {
    Source source = sample.source();
    if (source instanceof Source.ImageFile file) {
      return images.read(file.path());
    }
    if (source instanceof Source.InMemory memory) {
      return memory.image();
    }
    throw unsupported(source);
  }

  /** Decodes what was hashed, and nothing else that has come into its place since. */
  private RgbImage decode(Sample sample, String hash) {
    if (sample.source() instanceof Source.ImageFile file) {
      byte[] bytes = images.readBytes(file.path());
      if (!hashOfFile(bytes).equals(hash)) {
        throw new InputException(
            "Image file " + file.path() + " was changed while it was being read.",
            "Start again once nothing writes to it.");
      }
      return images.decode(file.path().toString(), bytes);
    }
    return decode(sample);
  }

  private String contentHash(Sample sample) {
    Source source = sample.source();
    if (source instanceof Source.ImageFile file) {
      return hashOfFile(images.readBytes(file.path()));
    }
    if (source instanceof Source.InMemory memory) {
      RgbImage image = memory.image();
      ByteBuffer size = ByteBuffer.allocate(8).putInt(image.width()).putInt(image.height());
      return new Sha256().add("pixels").add(size.flip()).add(image.toBytes()).hex();
    }
    throw unsupported(source);
  }

  private static String hashOfFile(byte[] bytes) {
    return new Sha256().add("file").add(bytes).hex();
  }

  private InputException unsupported(Source source) {
    return new InputException(
        "A source of kind "
            + source.getClass().getSimpleName()
            + " cannot be read for backbone '"
            + backbone.card().id()
            + "'.",
        "Use a data set of image files.");
  }

  /** Does {@code work}, whose failure then names the sample. */
  private static <T> T naming(Sample sample, Function<Sample, T> work) {
    try {
      return work.apply(sample);
    } catch (InputException e) {
      String problem = Character.toLowerCase(e.problem().charAt(0)) + e.problem().substring(1);
      throw new InputException(
          "Sample '" + sample.id() + "' cannot be read: " + problem, e.remedy(), e);
    }
  }

  /** Works on other threads; {@code sink} gets the results here, in order. */
  private <T> void forEach(List<Sample> samples, Function<Sample, T> work, Consumer<T> sink) {
    requireOpen();
    try (Ahead<Sample, T> results = new Ahead<>(decoders, AHEAD, samples.iterator(), work)) {
      for (Sample sample : samples) {
        sink.accept(results.take(sample));
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("interrupted while samples were read");
  }

  private void requireOpen() {
    if (decoders.isShutdown()) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException(
        "the sample reader of backbone '" + backbone.card().id() + "' is closed");
  }

  /** Ends the reader's threads. */
  @Override
  public void close() {
    decoders.shutdown();
  }
}
