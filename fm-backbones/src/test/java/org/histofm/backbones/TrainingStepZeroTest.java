package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Precision;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.provenance.Sha256;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Before the first step a session's backbone is the base, bit for bit. */
class TrainingStepZeroTest {
  private static final int IMAGES = 64;

  static Stream<Arguments> bases() {
    List<Arguments> bases = new ArrayList<>();
    List<String> names = new ArrayList<>(TrainingFixture.names());
    names.remove("many-tokens"); // slow, and of no other layers than class-token
    for (String name : names) {
      for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
        for (String variant : List.of("packed", "plain")) {
          bases.add(Arguments.of(name, precision, variant));
        }
      }
    }
    return bases.stream();
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("bases")
  void snapshot_beforeTheFirstStep_hashesToTheBase(
      String name, Precision precision, String variant) {
    try (TrainableBackbone backbone = TrainingFixture.of(name).open(precision, variant)) {
      PixelBatch images = images(backbone);
      String base = hash(backbone, images);
      for (Tuning tuning : List.of(Tuning.lora(4), Tuning.full(), Tuning.lastBlocks(1))) {
        try (TrainingSession session = backbone.session(tuning, Seed.of(2))) {
          assertThat(hash(session, images)).as(tuning.describe()).isEqualTo(base);
          step(session, images);
          assertThat(hash(session, images)).as("trained, %s", tuning.describe()).isNotEqualTo(base);
        }
      }
      assertThat(hash(backbone, images)).as("the base afterwards").isEqualTo(base);
    }
  }

  private static PixelBatch images(Backbone backbone) {
    int size = backbone.card().preprocessing().crop();
    byte[] pixels = new byte[IMAGES * 3 * size * size];
    Seed.of(9).random().nextBytes(pixels);
    return PixelBatch.ofBytes(IMAGES, size, size, pixels);
  }

  private static void step(TrainingSession session, PixelBatch images) {
    try (TrainingPass pass = session.forward(images)) {
      float[] ones = new float[IMAGES * pass.embedding().dim()];
      for (int i = 0; i < ones.length; i++) {
        ones[i] = i % 2 == 0 ? 1 : -1;
      }
      pass.backward(EmbeddingMatrix.wrap(IMAGES, pass.embedding().dim(), ones));
    }
    session.step(StepSpec.of(0.01));
  }

  private static String hash(TrainingSession session, PixelBatch images) {
    try (Backbone snapshot = session.snapshot()) {
      return hash(snapshot, images);
    }
  }

  private static String hash(Backbone backbone, PixelBatch images) {
    float[] embeddings = backbone.embed(images).toArray();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * embeddings.length);
    bytes.asFloatBuffer().put(embeddings);
    return new Sha256().add(bytes).hex();
  }
}
