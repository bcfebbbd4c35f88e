package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.histofm.testkit.ProviderContract.refusal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of a {@link SampleReader}: extend it in a test and supply the reader. It is asked
 * for samples of {@link SyntheticCohorts} and for {@link ToyBackbone}'s pixels and embeddings.
 */
public abstract class SampleReaderContract {
  private static final Augmentation FLIPS = new Augmentation(true, false, 0, 0, 0, 0);
  private static final Augmentation TURNS = new Augmentation(false, true, 0, 0, 0, 0);
  private static final Augmentation BOTH = new Augmentation(true, true, 0, 0, 0, 0);

  /** So many draws miss one of eight with a chance of 2e-11. */
  private static final int MANY = 200;

  private Backbone backbone;
  private SampleReader reader;

  /** For a test that extends it. */
  protected SampleReaderContract() {}

  /**
   * A reader for {@code backbone}. The contract closes both after the test, the reader if it is
   * {@link AutoCloseable}.
   */
  protected abstract SampleReader reader(Backbone backbone);

  @BeforeEach
  void open() {
    backbone = ToyBackbone.open(Seed.of(1));
    reader = reader(backbone);
  }

  @AfterEach
  void close() throws Exception {
    if (reader instanceof AutoCloseable closeable) {
      closeable.close();
    }
    backbone.close();
  }

  private static List<Sample> samples() {
    return SyntheticCohorts.twoClasses(Seed.of(41), 3, 5).samples();
  }

  private static Sample missing() {
    return Sample.of(
        "the-missing-one", "g", new Source.ImageFile(Path.of("no such file")), new Target.None());
  }

  @Test
  void image_ofASample_isAsStored() {
    for (Sample sample : samples()) {
      assertThat(reader.image(sample))
          .as("image of %s", sample.id())
          .isEqualTo(((Source.InMemory) sample.source()).image());
    }
  }

  @Test
  void pixels_ofSamples_areOfTheCardsSizeAndEachOnItsOwn() {
    PixelBatch together = reader.pixels(samples());
    int side = backbone.card().preprocessing().crop();
    assertThat(List.of(together.count(), together.height(), together.width()))
        .as("count, height and width")
        .containsExactly(samples().size(), side, side);
    List<ByteBuffer> alone = new ArrayList<>();
    samples().forEach(sample -> alone.addAll(tiles(reader.pixels(List.of(sample)))));
    assertThat(tiles(together)).as("pixels together and one by one").isEqualTo(alone);
    assertThat(new HashSet<>(alone)).as("different samples").hasSize(samples().size());
  }

  @Test
  void pixels_ofNoSample_areRefused() {
    refusal("pixels of no sample", IllegalArgumentException.class, () -> reader.pixels(List.of()));
  }

  @Test
  void embeddings_ofSamples_haveOneRowEachInOrder() {
    List<Sample> twice = new ArrayList<>(samples());
    twice.add(1, twice.get(3));
    EmbeddingMatrix rows = reader.embeddings(twice, Progress.NONE);
    assertThat(rows.rows()).as("rows").isEqualTo(twice.size());
    assertThat(rows.dim()).as("width of a row").isEqualTo(backbone.card().embeddingDim());
    for (int i = 0; i < twice.size(); i++) {
      float[] expected = new float[rows.dim()];
      backbone.embed(reader.pixels(List.of(twice.get(i)))).copyRow(0, expected, 0);
      float[] row = new float[rows.dim()];
      rows.copyRow(i, row, 0);
      assertThat(row).as("row %s", i).isEqualTo(expected);
    }
  }

  @Test
  void probe_ofSamples_listsWhatCannotBeDecoded() {
    List<Sample> some = new ArrayList<>(samples());
    some.add(2, missing());
    assertThat(reader.probe(some, Progress.NONE))
        .as("failures")
        .extracting(Outcome.Failed::item)
        .containsExactly(missing().id());
    assertThat(reader.probe(samples(), Progress.NONE)).as("failures of sound samples").isEmpty();
  }

  @Test
  void sampleThatCannotBeDecoded_isNamed() {
    List<Sample> some = new ArrayList<>(samples());
    some.add(2, missing());
    assertNamed("its image", () -> reader.image(missing()));
    assertNamed("pixels", () -> reader.pixels(some));
    assertNamed("embeddings", () -> reader.embeddings(some, Progress.NONE));
    assertNamed("batches", () -> read(some, 2, Augmentation.none(), Seed.of(1)));
  }

  private static void assertNamed(String what, ThrowingCallable call) {
    assertThat(refusal(what + " of a missing file", InputException.class, call).problem())
        .as("problem told for %s of a missing file", what)
        .contains(missing().id());
  }

  @Test
  void batches_unchanged_arePixelsInOrder() {
    assertThat(read(samples(), 4, Augmentation.none(), Seed.of(1)))
        .as("tiles of batches without augmentation")
        .isEqualTo(tiles(reader.pixels(samples())));
  }

  @Test
  void batches_ofAnySize_areFullButTheLast() {
    for (int size : new int[] {1, 4, 5, 15, 16, Integer.MAX_VALUE}) {
      List<Integer> counts = new ArrayList<>();
      try (PixelStream batches =
          reader.batches(samples(), size, Augmentation.standard(), Seed.of(1))) {
        for (Optional<PixelBatch> batch = batches.next();
            batch.isPresent();
            batch = batches.next()) {
          counts.add(batch.get().count());
        }
        assertThat(batches.next()).as("what comes after the last batch").isEmpty();
      }
      List<Integer> expected = new ArrayList<>(Collections.nCopies(15 / size, size));
      if (15 % size > 0) {
        expected.add(15 % size);
      }
      assertThat(counts).as("samples in batches of %s", size).isEqualTo(expected);
    }
  }

  @Test
  void batches_ofAnySize_holdTheSameTiles() {
    List<ByteBuffer> one = read(samples(), 1, Augmentation.standard(), Seed.of(1));
    for (int size : new int[] {2, 4, 15, 100}) {
      assertThat(read(samples(), size, Augmentation.standard(), Seed.of(1)))
          .as("tiles in batches of %s and of 1", size)
          .isEqualTo(one);
    }
  }

  @Test
  void batches_tileAmongOthers_isTheSame() {
    List<Sample> others = new ArrayList<>(samples());
    Collections.reverse(others);
    int middle = samples().size() / 2;
    others.set(middle, samples().get(middle));
    others.add(samples().get(0));
    assertThat(read(others, 4, Augmentation.standard(), Seed.of(1)).get(middle))
        .as("tile %s among other samples", middle)
        .isEqualTo(read(samples(), 4, Augmentation.standard(), Seed.of(1)).get(middle));
  }

  @Test
  void batches_seed_decidesTheAugmentation() {
    List<ByteBuffer> first = read(samples(), 4, Augmentation.standard(), Seed.of(1));
    assertThat(read(samples(), 4, Augmentation.standard(), Seed.of(1)))
        .as("tiles by the same seed again")
        .isEqualTo(first);
    assertThat(read(samples(), 4, Augmentation.standard(), Seed.of(2)))
        .as("tiles by another seed")
        .isNotEqualTo(first);
  }

  @Test
  void batches_sampleStandingMoreThanOnce_isAugmentedEachTime() {
    List<Sample> same = Collections.nCopies(20, samples().get(0));
    assertThat(new HashSet<>(read(same, 4, Augmentation.standard(), Seed.of(1))))
        .as("different tiles of one sample that stands 20 times")
        .hasSizeGreaterThan(10);
  }

  @Test
  void batches_flipsAndTurns_areTheSymmetriesOfASquare() {
    Sample sample = samples().get(0);
    List<ByteBuffer> turned = new ArrayList<>();
    ByteBuffer tile = tiles(reader.pixels(List.of(sample))).get(0);
    for (int i = 0; i < 4; i++) {
      turned.add(tile);
      tile = mirrored(transposed(tile));
    }
    ByteBuffer half = turned.get(2);
    Set<ByteBuffer> flipped = Set.of(tile, half, mirrored(tile), mirrored(half));
    Set<ByteBuffer> all = new HashSet<>(turned);
    turned.forEach(image -> all.add(mirrored(image)));
    assertThat(all).as("symmetries of the tile").hasSize(8);
    List<Sample> same = Collections.nCopies(MANY, sample);
    assertThat(new HashSet<>(read(same, 16, FLIPS, Seed.of(1))))
        .as("tiles by flips")
        .isEqualTo(flipped);
    assertThat(new HashSet<>(read(same, 16, TURNS, Seed.of(1))))
        .as("tiles by quarter turns")
        .isEqualTo(Set.copyOf(turned));
    assertThat(new HashSet<>(read(same, 16, BOTH, Seed.of(1)))).as("tiles by both").isEqualTo(all);
  }

  private ByteBuffer transposed(ByteBuffer tile) {
    int side = backbone.card().preprocessing().crop();
    ByteBuffer out = ByteBuffer.allocate(tile.capacity());
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        for (int c = 0; c < 3; c++) {
          out.put(tile.get((x * side + y) * 3 + c));
        }
      }
    }
    return out.flip();
  }

  /** Left to right. */
  private ByteBuffer mirrored(ByteBuffer tile) {
    int side = backbone.card().preprocessing().crop();
    ByteBuffer out = ByteBuffer.allocate(tile.capacity());
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        for (int c = 0; c < 3; c++) {
          out.put(tile.get((y * side + side - 1 - x) * 3 + c));
        }
      }
    }
    return out.flip();
  }

  @Test
  void batches_jitterOfAnyKind_changesColours() {
    for (Augmentation jitter :
        List.of(
            new Augmentation(false, false, 0.5, 0, 0, 0),
            new Augmentation(false, false, 0, 0.5, 0, 0),
            new Augmentation(false, false, 0, 0, 0.5, 0),
            new Augmentation(false, false, 0, 0, 0, 0.5))) {
      assertThat(read(samples(), 4, jitter, Seed.of(1)))
          .as("tiles by %s", jitter.describe())
          .isNotEqualTo(tiles(reader.pixels(samples())));
    }
  }

  @Test
  void batches_samplesMadeOnDemand_areMadeOnceAndNotAllAhead() {
    AtomicIntegerArray made = new AtomicIntegerArray(400);
    List<Sample> order =
        new AbstractList<>() {
          @Override
          public Sample get(int index) {
            made.incrementAndGet(index);
            return samples().get(index % samples().size());
          }

          @Override
          public int size() {
            return made.length();
          }
        };
    int taken = 0;
    try (PixelStream batches = reader.batches(order, 4, Augmentation.none(), Seed.of(1))) {
      for (Optional<PixelBatch> batch = batches.next(); batch.isPresent(); batch = batches.next()) {
        taken += batch.get().count();
        if (taken == 4) {
          assertThat(made.get(made.length() - 1)).as("last of 400 at the first batch").isZero();
        }
      }
    }
    assertThat(taken).as("tiles").isEqualTo(made.length());
    for (int i = 0; i < made.length(); i++) {
      assertThat(made.get(i)).as("how often sample %s was made", i).isEqualTo(1);
    }
  }

  @Test
  void batches_ofNoSample_areNone() {
    assertThat(read(List.of(), 4, Augmentation.standard(), Seed.of(1)))
        .as("tiles of no sample")
        .isEmpty();
  }

  @Test
  void batches_ofLessThanOne_areRefused() {
    refusal(
        "a batch of 0 samples",
        IllegalArgumentException.class,
        () -> reader.batches(samples(), 0, Augmentation.none(), Seed.of(1)).close());
  }

  @Test
  void batches_twoStreamsInTurn_areIndependent() {
    List<ByteBuffer> expected = read(samples(), 5, Augmentation.standard(), Seed.of(1));
    List<ByteBuffer> first = new ArrayList<>();
    List<ByteBuffer> second = new ArrayList<>();
    try (PixelStream one = reader.batches(samples(), 5, Augmentation.standard(), Seed.of(1));
        PixelStream two = reader.batches(samples(), 5, Augmentation.standard(), Seed.of(1))) {
      for (int i = 0; i < 3; i++) {
        first.addAll(tiles(one.next().orElseThrow()));
        second.addAll(tiles(two.next().orElseThrow()));
      }
    }
    assertThat(first).as("tiles of the first of two streams").isEqualTo(expected);
    assertThat(second).as("tiles of the second of two streams").isEqualTo(expected);
  }

  @Test
  void close_twice_isFineAndReadingAfterIsRefused() {
    PixelStream batches = reader.batches(samples(), 2, Augmentation.standard(), Seed.of(1));
    assertThat(batches.next()).as("first batch").isPresent();
    batches.close();
    assertThatCode(batches::close).as("closing again").doesNotThrowAnyException();
    refusal("reading after close", IllegalStateException.class, batches::next);
    assertThat(read(samples(), 2, Augmentation.standard(), Seed.of(1)))
        .as("tiles of a stream opened after another was closed early")
        .hasSize(samples().size());
  }

  @Test
  void next_interrupted_endsTheStreamWithTheFlagSet() {
    try (PixelStream batches = reader.batches(samples(), 2, Augmentation.none(), Seed.of(1))) {
      Thread.currentThread().interrupt();
      Throwable thrown = catchThrowable(batches::next);
      assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
      assertThat(thrown).as("an interrupt").isInstanceOf(CancellationException.class);
      refusal("reading after an interrupt", IllegalStateException.class, batches::next);
    }
  }

  @Test
  void next_afterAFailure_isRefused() {
    List<Sample> some = new ArrayList<>(samples());
    some.add(2, missing());
    try (PixelStream batches = reader.batches(some, 2, Augmentation.none(), Seed.of(1))) {
      assertThat(batches.next()).as("the batch before the missing file").isPresent();
      refusal("the batch of a missing file", InputException.class, batches::next);
      refusal("reading after a failure", IllegalStateException.class, batches::next);
    }
  }

  /** All tiles of all batches. */
  private List<ByteBuffer> read(
      List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
    List<ByteBuffer> tiles = new ArrayList<>();
    try (PixelStream batches = reader.batches(order, batchSize, augmentation, seed)) {
      for (Optional<PixelBatch> batch = batches.next(); batch.isPresent(); batch = batches.next()) {
        tiles.addAll(tiles(batch.get()));
      }
    }
    return tiles;
  }

  private static List<ByteBuffer> tiles(PixelBatch batch) {
    int length = 3 * batch.height() * batch.width();
    List<ByteBuffer> tiles = new ArrayList<>();
    for (int i = 0; i < batch.count(); i++) {
      tiles.add(ByteBuffer.wrap(Arrays.copyOfRange(batch.bytes(), i * length, (i + 1) * length)));
    }
    return tiles;
  }
}
