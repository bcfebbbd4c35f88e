package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of a {@link BackboneProvider}: extend it in a test and supply the provider and a
 * request that opens. The backbone is opened in almost every test, so let it be small.
 */
public abstract class BackboneContract extends ProviderContract<BackboneProvider> {
  private static final Seed PIXELS = Seed.of(20);

  /** For a test that extends it. */
  protected BackboneContract() {
    super(BackboneProvider.class);
  }

  /** A request that {@link #provider} opens. */
  protected abstract BackboneRequest request();

  /**
   * How far the row of an image may move with its neighbours in the batch, and between 8-bit pixels
   * and the same pixels normalised: ‖Δ‖ / ‖row‖. 1e-5 until overridden, which fits float32.
   */
  protected double rowTolerance() {
    return 1e-5;
  }

  /** Capability: opens with random weights. True until overridden. */
  protected boolean takesRandomWeights() {
    return true;
  }

  /** Capability: opens with a weights file. True until overridden. */
  protected boolean takesWeightsFile() {
    return true;
  }

  /** Capability: implements {@link DenseBackbone}. True until overridden. */
  protected boolean givesTokens() {
    return true;
  }

  /** Capability: refuses images one pixel larger than the card's crop. True until overridden. */
  protected boolean refusesOtherSizes() {
    return true;
  }

  @Test
  void card_ofEveryId_namesIt() {
    BackboneProvider provider = provider();
    for (String id : provider.ids()) {
      assertThat(provider.card(id).id()).as("id on the card of %s", id).isEqualTo(id);
    }
  }

  @Test
  void card_ofOpenBackbone_isTheProviders() {
    try (Backbone backbone = open()) {
      BackboneCard card = provider().card(request().id());
      assertThat(backbone.card().id()).as("id on the open card").isEqualTo(card.id());
      if (request().options().equals(Options.none())) {
        assertThat(backbone.card()).as("card of the open backbone").isEqualTo(card);
      }
      assertThat(backbone.embed(pixels(1)).dim())
          .as("width of an embedding, as the card says")
          .isEqualTo(backbone.card().embeddingDim());
    }
  }

  @Test
  void facts_areNamedAndStable() {
    try (Backbone backbone = open();
        Backbone again = open()) {
      assertThat(backbone.facts().asMap()).as("facts").isNotEmpty();
      assertThat(again.facts()).as("facts of another opening").isEqualTo(backbone.facts());
    }
  }

  @Test
  void embed_anyBatchSize_givesOneFiniteRowEach() {
    try (Backbone backbone = open()) {
      for (int count : new int[] {1, 2, 33}) {
        EmbeddingMatrix rows = backbone.embed(pixels(count));
        assertThat(rows.rows()).as("rows of a batch of %s", count).isEqualTo(count);
        assertThat(allFinite(rows.toArray())).as("embeddings are finite").isTrue();
      }
    }
  }

  @Test
  void embed_differentImages_giveDifferentRows() {
    try (Backbone backbone = open()) {
      EmbeddingMatrix rows = backbone.embed(pixels(3));
      for (int i = 1; i < 3; i++) {
        assertThat(row(rows, i)).as("embedding of another image").isNotEqualTo(row(rows, 0));
      }
    }
  }

  @Test
  void embed_rowAloneOrAmongOthers_isTheSame() {
    try (Backbone backbone = open()) {
      int count = 33;
      PixelBatch batch = pixels(count);
      EmbeddingMatrix together = backbone.embed(batch);
      int[] reversedOrder = IntStream.range(0, count).map(i -> count - 1 - i).toArray();
      EmbeddingMatrix reversed = backbone.embed(pick(batch, reversedOrder));
      for (int i : new int[] {0, 1, 16, 32}) {
        EmbeddingMatrix alone = backbone.embed(pick(batch, i));
        assertClose("image " + i + " alone and in a batch", row(alone, 0), row(together, i));
        assertClose(
            "image " + i + " at another place of its batch",
            row(reversed, count - 1 - i),
            row(together, i));
      }
    }
  }

  @Test
  void embed_normalisedPixels_givesTheRowsOfBytes() {
    try (Backbone backbone = open()) {
      PixelBatch bytes = pixels(2);
      EmbeddingMatrix fromBytes = backbone.embed(bytes);
      EmbeddingMatrix fromFloats = backbone.embed(normalised(bytes, backbone.card()));
      for (int i = 0; i < 2; i++) {
        assertClose("normalised image " + i, row(fromFloats, i), row(fromBytes, i));
      }
    }
  }

  @Test
  void embed_twice_isEqualAndLeavesThePixelsAlone() {
    try (Backbone backbone = open();
        Backbone again = open()) {
      PixelBatch batch = pixels(3);
      byte[] before = batch.bytes().clone();
      EmbeddingMatrix first = backbone.embed(batch);
      assertThat(batch.bytes()).as("pixels after embedding").isEqualTo(before);
      assertThat(backbone.embed(batch)).as("the same batch again").isEqualTo(first);
      assertThat(again.weightsHash())
          .as("weights hash of another opening")
          .isEqualTo(backbone.weightsHash());
      assertThat(again.embed(batch)).as("the same batch by another opening").isEqualTo(first);
    }
  }

  @Test
  void embed_later_leavesEarlierRowsAlone() {
    try (Backbone backbone = open()) {
      PixelBatch batch = pixels(2);
      EmbeddingMatrix first = backbone.embed(pick(batch, 0));
      float[] before = first.toArray();
      backbone.embed(pick(batch, 1));
      assertThat(first.toArray()).as("an embedding after another call").isEqualTo(before);
    }
  }

  @Test
  void embed_twoThreads_givesTheNumbersOfOne() {
    try (Backbone backbone = open()) {
      List<PixelBatch> batches =
          IntStream.range(0, 8).mapToObj(i -> pixels(PIXELS.derive("thread " + i), 2)).toList();
      List<EmbeddingMatrix> one = batches.stream().map(backbone::embed).toList();
      assertThat(TwoThreads.map(batches, backbone::embed))
          .as("embeddings by two threads at once")
          .isEqualTo(one);
    }
  }

  @Test
  void embed_otherSize_isRefused() {
    if (refusesOtherSizes()) {
      try (Backbone backbone = open()) {
        int side = backbone.card().preprocessing().crop() + 1;
        PixelBatch larger = SyntheticCohorts.noise(PIXELS, 1, side);
        refusal(
            "an image of " + side + " px",
            IllegalArgumentException.class,
            () -> backbone.embed(larger));
        if (backbone instanceof DenseBackbone dense) {
          refusal(
              "tokens of an image of " + side + " px",
              IllegalArgumentException.class,
              () -> dense.tokens(larger));
        }
      }
    }
  }

  @Test
  void close_twice_isFineAndComputingAfterIsRefused() {
    Backbone backbone = open();
    PixelBatch batch = pixels(1);
    backbone.close();
    assertThatCode(backbone::close).as("closing again").doesNotThrowAnyException();
    Class<IllegalStateException> refused = IllegalStateException.class;
    refusal("embed after close", refused, () -> backbone.embed(batch));
    if (backbone instanceof DenseBackbone dense) {
      refusal("tokens after close", refused, () -> dense.tokens(batch));
    }
  }

  @Test
  void close_ofOneOpening_leavesAnotherUsable() {
    try (Backbone other = open()) {
      EmbeddingMatrix before = other.embed(pixels(1));
      open().close();
      assertThat(other.embed(pixels(1))).as("after another one was closed").isEqualTo(before);
    }
  }

  @Test
  void tokens_fitTheBatch() {
    try (Backbone backbone = open()) {
      assertThat(backbone instanceof DenseBackbone)
          .as("implements DenseBackbone, as givesTokens() says")
          .isEqualTo(givesTokens());
      if (backbone instanceof DenseBackbone dense) {
        PixelBatch batch = pixels(3);
        TokenTensor tokens = dense.tokens(batch);
        assertThat(tokens.images()).as("images of the tokens").isEqualTo(3);
        assertThat(tokens.tokens()).as("tokens").isGreaterThan(tokens.prefixTokens());
        assertThat(allFinite(tokens.toArray())).as("tokens are finite").isTrue();
        assertThat(dense.tokens(batch).toArray())
            .as("tokens of the same batch again")
            .isEqualTo(tokens.toArray());
        for (int i = 0; i < 3; i++) {
          TokenTensor alone = dense.tokens(pick(batch, i));
          int length = tokens.tokens() * tokens.dim();
          assertClose(
              "tokens of image " + i + " alone and in a batch",
              alone.toArray(),
              Arrays.copyOfRange(tokens.toArray(), i * length, (i + 1) * length));
        }
      }
    }
  }

  @Test
  void randomWeights_areOfTheirSeed() {
    Weights random = Weights.random(Seed.of(1));
    assertThat(provider().supports(random))
        .as("supports(random weights), as takesRandomWeights() says")
        .isEqualTo(takesRandomWeights());
    if (!takesRandomWeights()) {
      refusal("random weights", InputException.class, () -> open(random));
      return;
    }
    try (Backbone one = open(random);
        Backbone same = open(random);
        Backbone other = open(Weights.random(Seed.of(2)))) {
      PixelBatch batch = pixels(1);
      assertThat(same.embed(batch)).as("embedding of the same seed").isEqualTo(one.embed(batch));
      assertThat(same.weightsHash()).as("hash of the same seed").isEqualTo(one.weightsHash());
      assertThat(other.embed(batch)).as("embedding of another seed").isNotEqualTo(one.embed(batch));
      assertThat(other.weightsHash()).as("hash of another seed").isNotEqualTo(one.weightsHash());
    }
  }

  @Test
  void untrained_isTrueOfRandomWeightsOnly() {
    try (Backbone backbone = open()) {
      assertThat(backbone.untrained())
          .as("untrained() with %s", request().weights())
          .isEqualTo(request().weights() instanceof Weights.Random);
    }
  }

  @Test
  void weightsFile_missingOrDamaged_isRefusedByName(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.safetensors");
    Path damaged = folder.resolve("damaged.safetensors");
    Files.write(damaged, "this is no weights file".repeat(20).getBytes(StandardCharsets.UTF_8));
    assertThat(provider().supports(Weights.file(damaged)))
        .as("supports(weights file), as takesWeightsFile() says")
        .isEqualTo(takesWeightsFile());
    for (Path file : List.of(missing, damaged)) {
      InputException refusal =
          refusal(
              "weights file " + file.getFileName(),
              InputException.class,
              () -> open(Weights.file(file)));
      assertThat(refusal).hasMessageContaining(file.getFileName().toString());
    }
  }

  @Test
  void option_unknown_isRefusedByName() {
    BackboneRequest request = request().withOptions(UNKNOWN_OPTION);
    assertThat(
            refusal(
                "an unknown option", InputException.class, () -> provider().open(request).close()))
        .hasMessageContaining("no-such-setting");
  }

  private Backbone open() {
    return provider().open(request());
  }

  private Backbone open(Weights weights) {
    BackboneRequest request = request();
    return provider()
        .open(
            BackboneRequest.of(request.id(), weights)
                .withPrecision(request.precision())
                .withOptions(request.options()));
  }

  private PixelBatch pixels(int count) {
    return pixels(PIXELS, count);
  }

  private PixelBatch pixels(Seed seed, int count) {
    int side = provider().card(request().id()).preprocessing().crop();
    return SyntheticCohorts.noise(seed, count, side);
  }

  private static PixelBatch pick(PixelBatch batch, int... images) {
    int size = 3 * batch.height() * batch.width();
    byte[] picked = new byte[images.length * size];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(batch.bytes(), images[i] * size, picked, i * size, size);
    }
    return PixelBatch.ofBytes(images.length, batch.height(), batch.width(), picked);
  }

  private static PixelBatch normalised(PixelBatch batch, BackboneCard card) {
    int pixels = batch.height() * batch.width();
    float[] values = new float[batch.bytes().length];
    for (int i = 0; i < values.length; i++) {
      int image = i / (3 * pixels);
      int channel = i % 3;
      int pixel = i % (3 * pixels) / 3;
      double scaled = (batch.bytes()[i] & 0xff) / 255.0;
      double mean = card.preprocessing().mean().get(channel);
      double std = card.preprocessing().std().get(channel);
      values[(image * 3 + channel) * pixels + pixel] = (float) ((scaled - mean) / std);
    }
    return PixelBatch.ofFloats(batch.count(), batch.height(), batch.width(), values);
  }

  private static float[] row(EmbeddingMatrix rows, int i) {
    float[] row = new float[rows.dim()];
    rows.copyRow(i, row, 0);
    return row;
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual.length).as("length of " + what).isEqualTo(expected.length);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.hypot(difference, actual[i] - expected[i]);
      norm = Math.hypot(norm, expected[i]);
    }
    assertThat(difference).as(what).isLessThanOrEqualTo(rowTolerance() * norm);
  }
}
