package org.histofm.benchmarks;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.histofm.backbone.Precision;
import org.junit.jupiter.api.Test;

class LoraStepBenchmarkTest {
  @Test
  void device_thatCannotRun_isRefusedWithTheReason() {
    LoraStepBenchmark benchmark = new LoraStepBenchmark();
    benchmark.backbone = "vit-tiny-patch16-224";
    benchmark.precision = Precision.FP32;
    benchmark.device = "gpu";
    assertThatThrownBy(benchmark::open).hasMessageContaining("device=gpu does not run");
  }
}
