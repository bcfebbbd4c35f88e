package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.histofm.Seed;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Precision;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.Engine;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.plugin.Options;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Native memory of training, seen as the process's resident memory and the engine's open handles.
 *
 * <p>One float32 tensor of all tokens' values, [20, 65, 64], takes 0.32 MiB: one of them lost a
 * step adds up to 57 MiB in the 180 steps watched, a pass to a thousand.
 */
class TrainingMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int EARLY = 20;
  private static final int LATE = 200;
  private static final int MEGABYTES = 48;
  private static final int IMAGES = 20;
  private static final int SIZE = 32;
  private static final int DIM = 64;

  private final Engine engine = Engine.start(EngineSettings.defaults());
  private final PixelBatch images = images();

  static Stream<Tuning> tunings() {
    return Stream.of(Tuning.lora(4), Tuning.full());
  }

  private static TrainableBackbone open(Precision precision) {
    Options options =
        Options.none()
            .with("img_size", Integer.toString(SIZE))
            .with("patch_size", "4")
            .with("embed_dim", Integer.toString(DIM))
            .with("depth", "2")
            .with("num_heads", "4");
    return (TrainableBackbone)
        new VitProvider()
            .open(
                BackboneRequest.of("vit-base-patch16-224", Weights.random(Seed.of(3)))
                    .withPrecision(precision)
                    .withOptions(options));
  }

  private static PixelBatch images() {
    byte[] pixels = new byte[IMAGES * 3 * SIZE * SIZE];
    Seed.of(9).random().nextBytes(pixels);
    return PixelBatch.ofBytes(IMAGES, SIZE, SIZE, pixels);
  }

  private static EmbeddingMatrix gradient() {
    float[] values = new float[IMAGES * DIM];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 3 - 1;
    }
    return EmbeddingMatrix.wrap(IMAGES, DIM, values);
  }

  private void step(TrainingSession session) {
    try (TrainingPass pass = session.forward(images)) {
      pass.backward(gradient());
    }
    session.step(StepSpec.of(1e-4));
  }

  @ParameterizedTest
  @MethodSource("tunings")
  void step_twoHundredTimes_keepsMemoryAndHandles(Tuning tuning) {
    int closed = engine.openHandles();
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      try (TrainableBackbone backbone = open(precision);
          TrainingSession session = backbone.session(tuning, Seed.of(1))) {
        assertThatMemoryStays(() -> step(session));
      }
      assertThat(engine.openHandles()).isEqualTo(closed);
    }
  }

  @ParameterizedTest
  @MethodSource("tunings")
  void forward_abandonedTwoHundredTimes_leavesNothing(Tuning tuning) {
    int closed = engine.openHandles();
    try (TrainableBackbone backbone = open(Precision.FP32);
        TrainingSession session = backbone.session(tuning, Seed.of(1))) {
      assertThatMemoryStays(() -> session.forward(images).close());
      assertThat(session.gradientNorm()).isZero();
    }
    assertThat(engine.openHandles()).isEqualTo(closed);
  }

  @ParameterizedTest
  @MethodSource("tunings")
  void close_withOpenPasses_closesThemToo(Tuning tuning) {
    int closed = engine.openHandles();
    try (TrainableBackbone backbone = open(Precision.FP32)) {
      TrainingSession session = backbone.session(tuning, Seed.of(1));
      int opened = engine.openHandles();
      List<TrainingPass> passes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        passes.add(session.forward(images));
      }
      passes.get(1).backward(gradient());
      assertThat(engine.openHandles()).isGreaterThan(opened);
      session.close();
      session.close();
      passes.forEach(TrainingPass::close);
      assertThat(passes.get(2).embedding().rows()).isEqualTo(IMAGES);
    }
    assertThat(engine.openHandles()).isEqualTo(closed);
  }

  private void assertThatMemoryStays(Runnable call) {
    assumeThat(Files.isReadable(STATUS))
        .as("resident memory is read from /proc, which this system does not have")
        .isTrue();
    long megabytes = 0;
    int handles = 0;
    for (int i = 1; i <= LATE; i++) {
      call.run();
      if (i == EARLY) {
        megabytes = residentMegabytes();
        handles = engine.openHandles();
      }
    }
    assertThat(residentMegabytes() - megabytes)
        .as("MiB from call %s to %s", EARLY, LATE)
        .isLessThanOrEqualTo(MEGABYTES);
    assertThat(engine.openHandles()).isEqualTo(handles);
  }

  private static long residentMegabytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
