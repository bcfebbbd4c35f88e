package org.histofm.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;
import org.jspecify.annotations.Nullable;

/** {@link ToySampleReader}, sound or with one fault at a time. */
final class FaultySampleReader implements SampleReader {
  /** What is wrong, and the test of {@link SampleReaderContract} that has to notice. */
  enum Fault {
    IMAGE_PREPROCESSED("image_ofASample_isAsStored"),
    PIXELS_REVERSED("pixels_ofSamples_areOfTheCardsSizeAndEachOnItsOwn"),
    EMBEDDINGS_REVERSED("embeddings_ofSamples_haveOneRowEachInOrder"),
    PROBE_IS_SILENT("probe_ofSamples_listsWhatCannotBeDecoded"),
    NAME_LEFT_OUT("sampleThatCannotBeDecoded_isNamed"),
    ORDER_REVERSED("batches_unchanged_arePixelsInOrder"),
    LAST_BATCH_DROPPED("batches_ofAnySize_areFullButTheLast"),
    SEED_OF_THE_BATCH("batches_ofAnySize_holdTheSameTiles"),
    SEED_OF_THE_OTHERS("batches_tileAmongOthers_isTheSame"),
    SEED_IGNORED("batches_seed_decidesTheAugmentation"),
    SEED_OF_A_COUNTER("batches_seed_decidesTheAugmentation"),
    SEED_OF_THE_SAMPLE("batches_sampleStandingMoreThanOnce_isAugmentedEachTime"),
    FLIPS_IGNORED("batches_flipsAndTurns_areTheSymmetriesOfASquare"),
    TURNS_WHERE_FLIPS("batches_flipsAndTurns_areTheSymmetriesOfASquare"),
    HUE_IGNORED("batches_jitterOfAnyKind_changesColours"),
    ORDER_COPIED("batches_samplesMadeOnDemand_areMadeOnceAndNotAllAhead"),
    NO_SAMPLE_FAILS("batches_ofNoSample_areNone"),
    SIZE_UNCHECKED("batches_ofLessThanOne_areRefused"),
    ONE_STREAM_FOR_ALL("batches_twoStreamsInTurn_areIndependent"),
    USABLE_AFTER_CLOSE("close_twice_isFineAndReadingAfterIsRefused"),
    FLAG_CLEARED("next_interrupted_endsTheStreamWithTheFlagSet"),
    INTERRUPT_IGNORED("next_interrupted_endsTheStreamWithTheFlagSet"),
    FAILURE_SKIPPED("next_afterAFailure_isRefused");

    final String noticedBy;

    Fault(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  static @Nullable Fault fault;

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final ToySampleReader sound;
  private @Nullable PixelStream shared;

  private FaultySampleReader(Backbone backbone) {
    sound = new ToySampleReader(backbone);
  }

  private static boolean is(Fault wanted) {
    return fault == wanted;
  }

  /** Runs in {@link ContractsCanFailTest}. */
  static final class Contract extends SampleReaderContract {
    @Override
    protected SampleReader reader(Backbone backbone) {
      return new FaultySampleReader(backbone);
    }
  }

  @Override
  public RgbImage image(Sample sample) {
    if (is(Fault.IMAGE_PREPROCESSED)) {
      PixelBatch tile = sound.pixels(List.of(sample));
      return RgbImage.of(tile.width(), tile.height(), tile.bytes());
    }
    try {
      return sound.image(sample);
    } catch (InputException e) {
      throw is(Fault.NAME_LEFT_OUT) ? new InputException("A file is missing.", "Copy it.", e) : e;
    }
  }

  @Override
  public PixelBatch pixels(List<Sample> samples) {
    return sound.pixels(is(Fault.PIXELS_REVERSED) ? reversed(samples) : samples);
  }

  @Override
  public EmbeddingMatrix embeddings(List<Sample> samples, Progress progress) {
    return sound.embeddings(is(Fault.EMBEDDINGS_REVERSED) ? reversed(samples) : samples, progress);
  }

  @Override
  public List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress) {
    return is(Fault.PROBE_IS_SILENT) ? List.of() : sound.probe(samples, progress);
  }

  @Override
  public PixelStream batches(
      List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
    if (is(Fault.NO_SAMPLE_FAILS) && order.isEmpty()) {
      throw new IllegalArgumentException("there is no sample");
    }
    if (is(Fault.SEED_OF_THE_SAMPLE)) {
      return bySample(order, augmentation, seed);
    }
    if (is(Fault.ONE_STREAM_FOR_ALL) && shared != null) {
      return shared;
    }
    PixelStream stream =
        sound.batches(
            order(order, batchSize),
            is(Fault.SIZE_UNCHECKED) ? Math.max(batchSize, 1) : batchSize,
            augmentation(augmentation),
            seed(order, batchSize, seed));
    shared = stream;
    return new FaultyStream(stream);
  }

  private static List<Sample> order(List<Sample> order, int batchSize) {
    if (is(Fault.LAST_BATCH_DROPPED)) {
      return order.subList(0, order.size() / batchSize * batchSize);
    }
    if (is(Fault.ORDER_COPIED)) {
      return List.copyOf(order);
    }
    return is(Fault.ORDER_REVERSED) ? reversed(order) : order;
  }

  private static Augmentation augmentation(Augmentation a) {
    boolean wrong = is(Fault.TURNS_WHERE_FLIPS);
    return new Augmentation(
        a.flips() && !is(Fault.FLIPS_IGNORED) && !wrong,
        a.quarterTurns() || wrong && a.flips(),
        a.brightness(),
        a.contrast(),
        a.saturation(),
        is(Fault.HUE_IGNORED) ? 0 : a.hue());
  }

  private static Seed seed(List<Sample> order, int batchSize, Seed seed) {
    if (is(Fault.SEED_IGNORED)) {
      return Seed.of(0);
    }
    if (is(Fault.SEED_OF_A_COUNTER)) {
      return Seed.of(COUNTER.incrementAndGet());
    }
    if (is(Fault.SEED_OF_THE_BATCH)) {
      return seed.derive("batch of " + batchSize);
    }
    return is(Fault.SEED_OF_THE_OTHERS) ? seed.derive(order.get(0).id()) : seed;
  }

  /** One by one, each with a seed by its id instead of its place. */
  private PixelStream bySample(List<Sample> order, Augmentation augmentation, Seed seed) {
    Iterator<Sample> samples = order.iterator();
    return new PixelStream() {
      @Override
      public Optional<PixelBatch> next() {
        if (!samples.hasNext()) {
          return Optional.empty();
        }
        Sample sample = samples.next();
        try (PixelStream one =
            sound.batches(List.of(sample), 1, augmentation, seed.derive(sample.id()))) {
          return one.next();
        }
      }

      @Override
      public void close() {}
    };
  }

  private static final class FaultyStream implements PixelStream {
    private final PixelStream sound;
    private boolean failed;

    FaultyStream(PixelStream sound) {
      this.sound = sound;
    }

    @Override
    public Optional<PixelBatch> next() {
      if (failed && is(Fault.FAILURE_SKIPPED)) {
        return Optional.empty();
      }
      boolean interrupted = is(Fault.INTERRUPT_IGNORED) && Thread.interrupted();
      try {
        return sound.next();
      } catch (RuntimeException e) {
        failed = true;
        if (is(Fault.FLAG_CLEARED)) {
          Thread.interrupted();
        }
        throw e;
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public void close() {
      if (!is(Fault.USABLE_AFTER_CLOSE)) {
        sound.close();
      }
    }
  }

  private static List<Sample> reversed(List<Sample> samples) {
    List<Sample> reversed = new ArrayList<>(samples);
    Collections.reverse(reversed);
    return reversed;
  }
}
