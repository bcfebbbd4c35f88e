package org.histofm.adapters.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Optimiser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Head and optimisers beside PyTorch's; {@code scripts/fixtures/torch_softmax_head.py} made it. */
class TorchHeadTest {
  private static final int STEPS = 20;

  private static List<JsonNode> fixture(String part) throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    try (var in = TorchHeadTest.class.getResourceAsStream("torch_head.json")) {
      new ObjectMapper().readTree(Objects.requireNonNull(in)).get(part).forEach(cases::add);
    }
    return cases;
  }

  static Stream<JsonNode> heads() throws IOException {
    return fixture("heads").stream();
  }

  static Stream<JsonNode> given() throws IOException {
    return fixture("given").stream();
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).doubleValue();
    }
    return values;
  }

  private static Optimiser optimiser(JsonNode fixture) {
    return switch (fixture.get("rule").asText()) {
      case "adam" -> Optimiser.adam();
      case "adamw" -> Optimiser.adamW();
      default -> Optimiser.sgd();
    };
  }

  @ParameterizedTest
  @MethodSource("heads")
  void head_twentySteps_isTorchs(JsonNode fixture) {
    int classes = fixture.get("classes").intValue();
    int dim = fixture.get("dim").intValue();
    double clip = fixture.get("clip").doubleValue();
    double[] classWeights = new double[classes];
    for (int k = 0; k < classes; k++) {
      classWeights[k] = fixture.get("classWeights").get(k).doubleValue();
    }
    LinearHead head =
        new LinearHead(
            classes, dim, floats(fixture.get("startWeight")), floats(fixture.get("startBias")));
    HeadOptimiser training = new HeadOptimiser(optimiser(fixture), head);
    for (int step = 1; step <= STEPS; step++) {
      int batch = fixture.get("batch").intValue();
      int[] labels = new int[batch];
      for (int i = 0; i < batch; i++) {
        labels[i] = fixture.get("labels").get(step - 1).get(i).intValue();
      }
      EmbeddingMatrix embeddings =
          EmbeddingMatrix.wrap(batch, dim, floats(fixture.get("embeddings").get(step - 1)));
      SoftmaxLoss loss = new SoftmaxLoss(head, embeddings, labels, classWeights);
      double scale = 1;
      if (clip > 0) {
        assertThat(loss.headGradientNorm())
            .as("gradient norm at step %s", step)
            .isCloseTo(fixture.get("norms").get(step - 1).doubleValue(), within(1e-6));
        scale = Math.min(1, clip / (loss.headGradientNorm() + 1e-6));
      }
      double rate = fixture.get("rate").doubleValue() * (1 - (step - 1.0) / STEPS);
      training.step(loss, rate, fixture.get("weightDecay").doubleValue(), scale, step);

      assertThat(loss.value())
          .as("loss at step %s", step)
          .isCloseTo(fixture.get("losses").get(step - 1).doubleValue(), within(1e-6));
      if (step == 1 || step == STEPS) {
        assertThat(loss.embeddingGradient().toArray())
            .as("gradient of the embeddings at step %s", step)
            .containsExactly(floats(fixture.get("embeddingGradient" + step)), within(1e-6f));
        assertClose(head.weight(), fixture, "startWeight", "weight" + step);
        assertClose(head.bias(), fixture, "startBias", "bias" + step);
      }
    }
  }

  /** Within 1e-6 of the largest distance that a parameter has gone, and a rounding of it. */
  private static void assertClose(float[] actual, JsonNode fixture, String start, String end) {
    float[] from = floats(fixture.get(start));
    float[] expected = floats(fixture.get(end));
    double gone = 0;
    double worst = 0;
    float largest = 0;
    for (int i = 0; i < expected.length; i++) {
      gone = Math.max(gone, Math.abs((double) expected[i] - from[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs((double) expected[i] - actual[i]));
    }
    assertThat(worst)
        .as("difference in %s", end)
        .isLessThanOrEqualTo(1e-6 * gone + Math.ulp(largest));
  }

  @ParameterizedTest
  @MethodSource("given")
  void step_ofGivenGradients_isTorchs(JsonNode fixture) {
    float[] parameters = floats(fixture.get("start"));
    float[] moment1 = new float[parameters.length];
    float[] moment2 = new float[parameters.length];
    for (int step = 1; step <= STEPS; step++) {
      double rate = 0.01 * (1 - (step - 1.0) / STEPS);
      new ParameterStep(optimiser(fixture), rate, fixture.get("weightDecay").doubleValue(), 1, step)
          .apply(parameters, floats(fixture.get("gradients").get(step - 1)), moment1, moment2);
    }
    if (optimiser(fixture).equals(Optimiser.sgd())) {
      assertThat(parameters).isEqualTo(floats(fixture.get("parameters20")));
    } else {
      assertClose(parameters, fixture, "start", "parameters20");
    }
  }
}
