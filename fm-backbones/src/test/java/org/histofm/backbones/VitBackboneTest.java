package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.TokenTensor;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.Engine;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.RandomParameters;
import org.histofm.backbones.program.VitShape;
import org.histofm.plugin.Options;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.Test;

class VitBackboneTest {
  private static final VitShape SHAPE = VitShapes.plain();
  private static final BackboneCard CARD =
      BackboneCard.of(
          "tiny", 32, Preprocessing.of(32, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)));

  private final Engine engine = Engine.start(EngineSettings.defaults());

  private static VitBackbone open(UnaryOperator<BackboneRequest> change) {
    return open(RandomParameters.of(SHAPE, Seed.of(3)), change);
  }

  private static VitBackbone open(ParameterSource source, UnaryOperator<BackboneRequest> change) {
    BackboneRequest request = BackboneRequest.of("tiny", Weights.random(Seed.of(3)));
    return VitBackbone.open(
        CARD, SHAPE, () -> source, change.apply(request), EngineSettings.defaults());
  }

  private static VitBackbone open() {
    return open(request -> request);
  }

  private static UnaryOperator<BackboneRequest> setting(String name, String value) {
    return request -> request.withOptions(Options.none().with(name, value));
  }

  private static PixelBatch images(int count) {
    byte[] pixels = new byte[count * 3 * 32 * 32];
    Seed.of(9).random().nextBytes(pixels);
    return PixelBatch.ofBytes(count, 32, 32, pixels);
  }

  @Test
  void embed_randomParameters_differFromImageToImage() {
    try (VitBackbone backbone = open()) {
      EmbeddingMatrix embeddings = backbone.embed(images(2));
      double difference = 0;
      double norm = 0;
      for (int d = 0; d < embeddings.dim(); d++) {
        difference += Math.pow(embeddings.get(0, d) - embeddings.get(1, d), 2);
        norm += Math.pow(embeddings.get(0, d), 2);
      }
      assertThat(Math.sqrt(difference / norm)).isGreaterThan(0.05);
      assertThat(backbone.untrained()).isTrue();
      assertThat(backbone.weightsHash()).isEqualTo(RandomParameters.of(SHAPE, Seed.of(3)).hash());
    }
  }

  @Test
  void tokens_firstToken_isTheEmbedding() {
    try (VitBackbone backbone = open(request -> request.withPrecision(Precision.FP32))) {
      PixelBatch images = images(2);
      TokenTensor tokens = backbone.tokens(images);
      EmbeddingMatrix embeddings = backbone.embed(images);
      assertThat(tokens.tokens()).isEqualTo(17);
      assertThat(tokens.prefixTokens()).isEqualTo(1);
      for (int d = 0; d < 32; d++) {
        assertThat(tokens.get(1, 0, d))
            .isCloseTo(embeddings.get(1, d), org.assertj.core.data.Offset.offset(2e-5f));
      }
    }
  }

  @Test
  void embed_twoThreads_getTheNumbersOfOne() throws InterruptedException, ExecutionException {
    PixelBatch images = images(5);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (VitBackbone backbone = open(setting("batch", "2"))) {
      EmbeddingMatrix alone = backbone.embed(images);
      CountDownLatch together = new CountDownLatch(2);
      List<Future<Boolean>> equal = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        equal.add(
            threads.submit(
                () -> {
                  together.countDown();
                  together.await();
                  boolean same = true;
                  for (int i = 0; i < 20; i++) {
                    same &= backbone.embed(images).equals(alone);
                  }
                  return same;
                }));
      }
      for (Future<Boolean> same : equal) {
        assertThat(same.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void embed_twoHundredCalls_keepsMemoryAndClosesEveryHandle() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeThat(Files.isReadable(status))
        .as("resident memory is read from /proc, which this system does not have")
        .isTrue();
    int before = engine.openHandles();
    try (VitBackbone backbone = open()) {
      PixelBatch images = images(20);
      long early = 0;
      for (int call = 1; call <= 200; call++) {
        backbone.embed(images);
        if (call == 20) {
          early = residentMegabytes(status);
        }
      }
      assertThat(residentMegabytes(status) - early).isLessThanOrEqualTo(48);
      assertThat(engine.openHandles()).isGreaterThan(before);
    }
    assertThat(engine.openHandles()).isEqualTo(before);
  }

  private static long residentMegabytes(Path status) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void close_twice_thenEveryCallNamesTheBackbone() {
    VitBackbone backbone = open();
    backbone.close();
    backbone.close();
    assertThatThrownBy(() -> backbone.embed(images(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("backbone tiny is closed");
    assertThatThrownBy(() -> backbone.tokens(images(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("backbone tiny is closed");
  }

  @Test
  void embed_imagesOfAnotherSize_areRefused() {
    try (VitBackbone backbone = open()) {
      assertThatThrownBy(() -> backbone.embed(PixelBatch.ofBytes(1, 40, 32, new byte[3 * 40 * 32])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("32 x 32 px, got 32 x 40");
    }
  }

  @Test
  void facts_request_isRecorded() {
    try (VitBackbone backbone =
        open(request -> setting("variant", "plain").apply(request).withPrecision(Precision.BF16))) {
      assertThat(backbone.facts().asMap())
          .containsEntry("precision", "bfloat16")
          .containsEntry("variant", "plain")
          .containsEntry("network", SHAPE.toString())
          .containsKey("engine");
    }
  }

  @Test
  void precision_auto_isFloat32InPlainOperators() {
    try (VitBackbone backbone = open(setting("variant", "plain"))) {
      assertThat(backbone.facts().asMap()).containsEntry("precision", "float32");
    }
  }

  @Test
  void precision_auto_isBfloat16OnlyWhereItIsFast() {
    try (VitBackbone backbone = open()) {
      boolean fast = engine.multipliesBfloat16() && engine.runsPacked();
      assertThat(backbone.facts().asMap())
          .containsEntry("precision", fast ? "bfloat16" : "float32")
          .containsEntry("variant", engine.runsPacked() ? "packed" : "plain");
    }
  }

  @Test
  void open_unknownSettings_areRefusedByName() {
    assertThatThrownBy(() -> open(setting("variant", "fast")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("variant=fast")
        .hasMessageContaining("plain");
    assertThatThrownBy(() -> open(setting("batch", "0"))).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> open(setting("bach", "4")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("bach");
  }

  @Test
  void open_sourceThatFails_leavesNothingOpen() {
    int before = engine.openHandles();
    ParameterSource missing =
        new ParameterSource() {
          @Override
          public String hash() {
            return "none";
          }

          @Override
          public boolean random() {
            return false;
          }

          @Override
          public void read(ParameterSpec spec, FloatBuffer target) {
            if (spec.name().startsWith("blocks.1.mlp")) {
              throw new InputException("no " + spec.name() + ".", "Add it.");
            }
            target.position(target.limit());
          }
        };
    assertThatThrownBy(() -> open(missing, request -> request))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("blocks.1.mlp.fc1.weight");
    assertThat(engine.openHandles()).isEqualTo(before);
  }

  @Test
  void open_cardOfAnotherWidth_isRefused() {
    BackboneCard wide = BackboneCard.of("wide", 33, CARD.preprocessing());
    BackboneRequest request = BackboneRequest.of("wide", Weights.random(Seed.of(3)));
    ParameterSource source = RandomParameters.of(SHAPE, Seed.of(3));
    assertThatThrownBy(
            () -> VitBackbone.open(wide, SHAPE, () -> source, request, EngineSettings.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("33");
  }
}
