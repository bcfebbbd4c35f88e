package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Set;
import org.histofm.Seed;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.Precision;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * LoRA in bfloat16 with dropout against PEFT under autocast: the mean loss curve of five seeds lies
 * within the band of five of PEFT's, give or take a margin. {@code scripts/fixtures/training.py}
 * derives the margin, in its part CURVES.
 */
class TrainingCurveTest {
  private final JsonNode recorded = TrainingFixture.json("bfloat16.json");

  @ParameterizedTest
  @ValueSource(strings = {"packed", "plain"})
  void step_loraInBfloat16_learnsAsFastAsPeftUnderAutocast(String variant) {
    JsonNode curves = recorded.get("losses");
    int epochs = recorded.get("epochs").asInt();
    double[] mean = new double[epochs];
    double[] least = new double[epochs];
    double[] largest = new double[epochs];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    TrainingFixture fixture = TrainingFixture.of(recorded.get("case").asText());
    try (TrainableBackbone backbone = fixture.open(Precision.BF16, variant)) {
      for (int seed = 0; seed < curves.size(); seed++) {
        double[] ours = curve(fixture, backbone, Seed.of(seed), epochs);
        for (int epoch = 0; epoch < epochs; epoch++) {
          mean[epoch] += ours[epoch] / curves.size();
          double peft = smoothed(curves.get(seed), epoch, epochs);
          least[epoch] = Math.min(least[epoch], peft);
          largest[epoch] = Math.max(largest[epoch], peft);
        }
      }
    }
    for (int epoch = 0; epoch < epochs; epoch++) {
      double margin = recorded.get("margin").get(epoch).asDouble();
      assertThat(mean[epoch])
          .as("mean loss in epoch %s", epoch)
          .isBetween(least[epoch] - margin, largest[epoch] + margin);
    }
  }

  private static double smoothed(JsonNode losses, int epoch, int epochs) {
    int steps = losses.size() / epochs;
    double sum = 0;
    for (int step = epoch * steps; step < (epoch + 1) * steps; step++) {
      sum += losses.get(step).asDouble();
    }
    return sum / steps;
  }

  /** Mean loss of every epoch. */
  private double[] curve(
      TrainingFixture fixture, TrainableBackbone backbone, Seed seed, int epochs) {
    Optimiser adam = Optimiser.adam();
    Tuning tuning =
        new Tuning.Lora(
            recorded.get("rank").asInt(),
            recorded.get("alpha").asDouble(),
            recorded.get("dropout").asDouble(),
            Set.of(Tuning.LoraTarget.values()),
            adam);
    StepSpec spec = StepSpec.of(recorded.get("rate").asDouble());
    int batch = recorded.get("batch").asInt();
    TrainingClassifier head = fixture.head();
    double[] curve = new double[epochs];
    try (TrainingSession session = backbone.session(tuning, seed)) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        int[] order = seed.derive("order of epoch " + epoch).permutation(fixture.tiles());
        for (int from = 0; from < order.length; from += batch) {
          int[] tiles = Arrays.copyOfRange(order, from, from + batch);
          try (TrainingPass pass = session.forward(fixture.pixels(tiles))) {
            TrainingClassifier.Result result =
                head.learn(pass.embedding(), TrainingFixture.labels(tiles));
            curve[epoch] += result.loss() * batch / order.length;
            pass.backward(result.gradient());
          }
          session.step(spec);
          head.step(adam, spec);
        }
      }
    }
    return curve;
  }
}
