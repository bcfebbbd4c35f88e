package org.histofm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.histofm.Seed;
import org.histofm.backbone.EmbeddingMatrix;
import org.junit.jupiter.api.Test;

class SoftmaxHeadTest {
  private static final float[] VALUES = {0.5f, -1, 2, 0.25f, 1, -0.5f, -2, 0.75f, 1.5f};

  @Test
  void gradient_ofTheEmbedding_agreesWithFiniteDifferences() {
    SoftmaxHead head = new SoftmaxHead(2, 3, Seed.of(1));
    EmbeddingMatrix gradient = head.gradient(EmbeddingMatrix.of(3, 3, VALUES));
    float step = 1e-2f;
    for (int i = 0; i < VALUES.length; i++) {
      double difference = loss(head, i, step) - loss(head, i, -step);
      assertThat((double) gradient.get(i / 3, i % 3))
          .isCloseTo(difference / (2 * step), within(1e-4));
    }
  }

  private static double loss(SoftmaxHead head, int changed, float by) {
    float[] values = VALUES.clone();
    values[changed] += by;
    head.gradient(EmbeddingMatrix.of(3, 3, values));
    return head.loss();
  }

  @Test
  void steps_onOneBatch_lowerTheLoss() {
    SoftmaxHead head = new SoftmaxHead(2, 3, Seed.of(1));
    EmbeddingMatrix embedding = EmbeddingMatrix.of(3, 3, VALUES);
    head.gradient(embedding);
    double before = head.loss();
    for (int i = 0; i < 20; i++) {
      head.gradient(embedding);
      head.step(0.05);
    }
    assertThat(head.loss()).isLessThan(before);
  }
}
