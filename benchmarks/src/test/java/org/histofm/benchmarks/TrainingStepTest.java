package org.histofm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Tuning;
import org.histofm.backbone.Weights;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.Test;

class TrainingStepTest {
  private static BackboneRequest tiny() {
    return BackboneRequest.of("vit-tiny-patch16-224", Weights.random(Seed.of(0)))
        .withPrecision(Precision.FP32)
        .withOptions(Options.of(Map.of("depth", "2")));
  }

  @Test
  void steps_ofLoraWithoutDropout_lowerTheLoss() {
    assertLearns(Tuning.lora(16).withDropout(0));
  }

  @Test
  void steps_ofFullFineTuning_lowerTheLoss() {
    assertLearns(new Tuning.Full(Optimiser.adam()));
  }

  private static void assertLearns(Tuning tuning) {
    try (TrainingStep step = TrainingStep.open(tiny(), tuning, 2)) {
      double first = step.take();
      step.take();
      step.take();
      assertThat(step.take()).isPositive().isLessThan(first);
    }
  }

  @Test
  void tuning_thatTheBackboneDoesNotTake_isRefusedByName() {
    assertThatThrownBy(() -> TrainingStep.open(tiny(), Tuning.lastBlocks(99), 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("last 99 blocks");
  }
}
