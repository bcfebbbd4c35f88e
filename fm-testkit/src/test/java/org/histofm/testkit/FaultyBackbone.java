package org.histofm.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.DenseBackbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.TokenTensor;
import org.histofm.backbone.Weights;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.histofm.tile.PixelBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** The toy backbone with one fault at a time. */
final class FaultyBackbone implements DenseBackbone {
  /** What is wrong, and the test of {@link BackboneContract} that has to notice. */
  enum Fault {
    OLD_API("apiVersion_isCurrent"),
    ID_IN_UPPER_CASE("ids_areValidDistinctAndStable"),
    ID_TWICE("ids_areValidDistinctAndStable"),
    IDS_OF_A_COUNTER("ids_areValidDistinctAndStable"),
    SUMMARY_OF_TWO_LINES("summary_ofEveryId_isOneLine"),
    NOT_REGISTERED("provider_isFoundByItsIds"),
    CARD_OF_ANOTHER("card_ofEveryId_namesIt"),
    CARD_CHANGES_WHEN_OPEN("card_ofOpenBackbone_isTheProviders"),
    CARD_OF_ANOTHER_WIDTH("card_ofOpenBackbone_isTheProviders"),
    FACTS_OF_A_COUNTER("facts_areNamedAndStable"),
    NO_FACTS("facts_areNamedAndStable"),
    NAN("embed_anyBatchSize_givesOneFiniteRowEach"),
    AT_MOST_32_IMAGES("embed_anyBatchSize_givesOneFiniteRowEach"),
    ROW_MISSING("embed_anyBatchSize_givesOneFiniteRowEach"),
    CONSTANT("embed_differentImages_giveDifferentRows"),
    MINUS_BATCH_MEAN("embed_rowAloneOrAmongOthers_isTheSame"),
    DEPENDS_ON_PLACE("embed_rowAloneOrAmongOthers_isTheSame"),
    IGNORES_NORMALISED("embed_normalisedPixels_givesTheRowsOfBytes"),
    DRIFTS("embed_twice_isEqualAndLeavesThePixelsAlone"),
    CHANGES_PIXELS("embed_twice_isEqualAndLeavesThePixelsAlone"),
    HASH_OF_A_COUNTER("embed_twice_isEqualAndLeavesThePixelsAlone"),
    SHARED_BUFFER("embed_later_leavesEarlierRowsAlone"),
    ONE_THREAD_ONLY("embed_twoThreads_givesTheNumbersOfOne"),
    TAKES_ANY_SIZE("embed_otherSize_isRefused"),
    CLOSE_TWICE_THROWS("close_twice_isFineAndComputingAfterIsRefused"),
    USABLE_AFTER_CLOSE("close_twice_isFineAndComputingAfterIsRefused"),
    CLOSES_ALL("close_ofOneOpening_leavesAnotherUsable"),
    TOKENS_FORGOTTEN("tokens_fitTheBatch"),
    TOKENS_OF_FIRST_IMAGE_ONLY("tokens_fitTheBatch"),
    TOKENS_NAN("tokens_fitTheBatch"),
    SEED_IGNORED("randomWeights_areOfTheirSeed"),
    RANDOM_NOT_SUPPORTED("randomWeights_areOfTheirSeed"),
    CLAIMS_TO_BE_TRAINED("untrained_isTrueOfRandomWeightsOnly"),
    RANDOM_INSTEAD_OF_FILE("weightsFile_missingOrDamaged_isRefusedByName"),
    FILE_NOT_NAMED("weightsFile_missingOrDamaged_isRefusedByName"),
    CLAIMS_TO_TAKE_FILES("weightsFile_missingOrDamaged_isRefusedByName"),
    OPTIONS_IGNORED("option_unknown_isRefusedByName");

    final String noticedBy;

    Fault(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  static @Nullable Fault fault;

  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final float[] BUFFER = new float[24];
  private static boolean allClosed;

  private final ToyBackbone toy;
  private final Thread opener = Thread.currentThread();
  private boolean closed;

  private FaultyBackbone(ToyBackbone toy) {
    this.toy = toy;
  }

  private static boolean is(Fault wanted) {
    return fault == wanted;
  }

  /** Runs in {@link ContractsCanFailTest}. */
  static final class Contract extends BackboneContract {
    @BeforeEach
    void startTheEngine() {
      allClosed = false;
    }

    @Override
    protected BackboneProvider provider() {
      return new Provider();
    }

    @Override
    protected BackboneRequest request() {
      return BackboneRequest.of("toy", Weights.random(Seed.of(1)));
    }

    @Override
    protected boolean isRegistered() {
      return is(Fault.NOT_REGISTERED);
    }

    @Override
    protected boolean takesWeightsFile() {
      return false;
    }
  }

  /** A provider whose constructor loads a native library. */
  static final class HeavyContract extends BackboneContract {
    @Override
    protected BackboneProvider provider() {
      return new HeavyProvider();
    }

    @Override
    protected BackboneRequest request() {
      return BackboneRequest.of("toy", Weights.random(Seed.of(1)));
    }
  }

  /** Loads a native library when it is constructed. */
  public static final class HeavyProvider extends Provider {
    /** Heavy. */
    public HeavyProvider() {
      try {
        System.loadLibrary("histofm-heavy");
      } catch (UnsatisfiedLinkError e) {
        // There is none: that it was asked for is the fault.
      }
    }
  }

  /** The toy's provider with one fault. */
  public static class Provider implements BackboneProvider {
    private final ToyBackboneProvider toy = new ToyBackboneProvider();

    @Override
    public int apiVersion() {
      return is(Fault.OLD_API) ? 0 : ApiVersion.CURRENT;
    }

    @Override
    public List<String> ids() {
      if (is(Fault.ID_IN_UPPER_CASE)) {
        return List.of("toy", "Toy");
      }
      if (is(Fault.ID_TWICE)) {
        return List.of("toy", "toy");
      }
      return is(Fault.IDS_OF_A_COUNTER)
          ? List.of("toy", "toy-" + COUNTER.incrementAndGet())
          : toy.ids();
    }

    @Override
    public String summary(String id) {
      return is(Fault.SUMMARY_OF_TWO_LINES) ? "one\ntwo" : toy.summary(id);
    }

    @Override
    public BackboneCard card(String id) {
      if (is(Fault.CARD_OF_ANOTHER)) {
        return BackboneCard.of("other", 24, ToyBackbone.toyCard().preprocessing());
      }
      return ToyBackbone.toyCard();
    }

    @Override
    public boolean supports(Weights weights) {
      if (is(Fault.RANDOM_NOT_SUPPORTED) || is(Fault.CLAIMS_TO_TAKE_FILES)) {
        return weights instanceof Weights.File;
      }
      return toy.supports(weights);
    }

    @Override
    public Backbone open(BackboneRequest request) {
      BackboneRequest changed = request;
      if (is(Fault.OPTIONS_IGNORED)) {
        changed = request.withOptions(Options.none());
      }
      if (is(Fault.SEED_IGNORED)
          || is(Fault.RANDOM_INSTEAD_OF_FILE) && request.weights() instanceof Weights.File) {
        changed = BackboneRequest.of("toy", Weights.random(Seed.of(1)));
      }
      if (is(Fault.FILE_NOT_NAMED) && request.weights() instanceof Weights.File) {
        throw new InputException("the file is bad.", "Use a good one.");
      }
      ToyBackbone opened = (ToyBackbone) toy.open(changed);
      return is(Fault.TOKENS_FORGOTTEN) ? new WithoutTokens(opened) : new FaultyBackbone(opened);
    }
  }

  /** Hides that the toy gives tokens. */
  private record WithoutTokens(ToyBackbone toy) implements Backbone {
    @Override
    public BackboneCard card() {
      return toy.card();
    }

    @Override
    public String weightsHash() {
      return toy.weightsHash();
    }

    @Override
    public boolean untrained() {
      return toy.untrained();
    }

    @Override
    public Facts facts() {
      return toy.facts();
    }

    @Override
    public EmbeddingMatrix embed(PixelBatch batch) {
      return toy.embed(batch);
    }

    @Override
    public void close() {
      toy.close();
    }
  }

  @Override
  public BackboneCard card() {
    if (is(Fault.CARD_CHANGES_WHEN_OPEN)) {
      return toy.card().withPooling("something else");
    }
    return is(Fault.CARD_OF_ANOTHER_WIDTH)
        ? BackboneCard.of("toy", 23, toy.card().preprocessing())
        : toy.card();
  }

  @Override
  public String weightsHash() {
    String hash = toy.weightsHash();
    return is(Fault.HASH_OF_A_COUNTER) ? hash + COUNTER.incrementAndGet() : hash;
  }

  @Override
  public boolean untrained() {
    return toy.untrained() && !is(Fault.CLAIMS_TO_BE_TRAINED);
  }

  @Override
  public Facts facts() {
    if (is(Fault.NO_FACTS)) {
      return Facts.none();
    }
    Facts facts = toy.facts();
    return is(Fault.FACTS_OF_A_COUNTER) ? facts.with("n", "" + COUNTER.incrementAndGet()) : facts;
  }

  @Override
  public EmbeddingMatrix embed(PixelBatch batch) {
    if (is(Fault.USABLE_AFTER_CLOSE) && closed) {
      return EmbeddingMatrix.wrap(0, 24, new float[0]);
    }
    if (is(Fault.CLOSES_ALL) && allClosed) {
      throw new IllegalStateException("the engine is gone");
    }
    if (is(Fault.TAKES_ANY_SIZE) && batch.width() != 32) {
      return EmbeddingMatrix.wrap(batch.count(), 24, new float[batch.count() * 24]);
    }
    float[] rows = toy.embed(batch).toArray();
    int count = batch.count();
    if (is(Fault.NAN)) {
      rows[5] = Float.NaN;
    }
    if (is(Fault.AT_MOST_32_IMAGES) && count > 32) {
      throw new IllegalArgumentException("too many images");
    }
    if (is(Fault.ROW_MISSING) && count > 1) {
      count--;
      rows = Arrays.copyOf(rows, count * 24);
    }
    if (is(Fault.IGNORES_NORMALISED) && batch.isNormalised()) {
      rows = new float[rows.length];
    }
    if (is(Fault.CHANGES_PIXELS) && !batch.isNormalised()) {
      batch.bytes()[0]++;
    }
    for (int i = 0; i < rows.length; i++) {
      if (is(Fault.CONSTANT)) {
        rows[i] = 1;
      } else if (is(Fault.DEPENDS_ON_PLACE)) {
        rows[i] += i / 24 * 1e-3f;
      } else if (is(Fault.DRIFTS)) {
        rows[i] += COUNTER.incrementAndGet() * 1e-6f;
      }
    }
    if (is(Fault.MINUS_BATCH_MEAN)) {
      float sum = 0;
      for (float value : rows) {
        sum += value;
      }
      rows[0] -= sum / rows.length;
    }
    if (is(Fault.ONE_THREAD_ONLY) && Thread.currentThread() != opener) {
      rows[0]++;
    }
    if (is(Fault.SHARED_BUFFER) && count == 1) {
      System.arraycopy(rows, 0, BUFFER, 0, rows.length);
      rows = BUFFER;
    }
    return EmbeddingMatrix.wrap(count, 24, rows);
  }

  @Override
  public TokenTensor tokens(PixelBatch batch) {
    TokenTensor tokens = toy.tokens(batch);
    float[] values = tokens.toArray();
    if (is(Fault.TOKENS_NAN)) {
      values[0] = Float.NaN;
    }
    if (is(Fault.TOKENS_OF_FIRST_IMAGE_ONLY)) {
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i % (16 * 12)];
      }
    }
    return TokenTensor.wrap(batch.count(), 16, 0, 12, values);
  }

  @Override
  public void close() {
    if (closed && is(Fault.CLOSE_TWICE_THROWS)) {
      throw new IllegalStateException("closed twice");
    }
    closed = true;
    allClosed = true;
    toy.close();
  }
}
