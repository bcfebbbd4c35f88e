package org.histofm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Precision;
import org.junit.jupiter.api.Test;

class EmbeddingBenchmarkTest {
  private static EmbeddingBenchmark benchmark(String device) {
    EmbeddingBenchmark benchmark = new EmbeddingBenchmark();
    benchmark.backbone = "vit-tiny-patch16-224";
    benchmark.precision = Precision.AUTO;
    benchmark.device = device;
    return benchmark;
  }

  @Test
  void invocation_ofTheTinyVit_embedsABatch() {
    EmbeddingBenchmark benchmark = benchmark("cpu");
    benchmark.open();
    try {
      EmbeddingMatrix embeddings = benchmark.embed();
      assertThat(embeddings.rows()).isEqualTo(EmbeddingBenchmark.BATCH);
      assertThat(embeddings.dim()).isEqualTo(192);
    } finally {
      benchmark.close();
    }
  }

  @Test
  void device_thatCannotRun_isRefusedWithTheReason() {
    assertThatThrownBy(() -> benchmark("gpu").open()).hasMessageContaining("device=gpu");
  }
}
