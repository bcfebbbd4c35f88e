package org.histofm.adapters.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.histofm.backbone.EmbeddingMatrix;
import org.junit.jupiter.api.Test;

class SoftmaxLossTest {
  private static final int CLASSES = 3;
  private static final int DIM = 4;
  private static final int[] LABELS = {2, 0, 1, 2, 2};
  private static final double[] WEIGHTS = {0.5, 2, 1};

  private static float[] random(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private static double loss(float[] weight, float[] bias, float[] embeddings) {
    return at(weight, bias, embeddings).value();
  }

  private static SoftmaxLoss at(float[] weight, float[] bias, float[] embeddings) {
    return new SoftmaxLoss(
        new LinearHead(CLASSES, DIM, weight, bias),
        EmbeddingMatrix.of(LABELS.length, DIM, embeddings),
        LABELS,
        WEIGHTS);
  }

  @Test
  void gradients_areTheFiniteDifferencesOfTheLoss() {
    float[] weight = random(1, CLASSES * DIM);
    float[] bias = random(2, CLASSES);
    float[] embeddings = random(3, LABELS.length * DIM);
    SoftmaxLoss loss = at(weight, bias, embeddings);
    float[][] arrays = {weight, bias, embeddings};
    float[][] gradients = {
      loss.weightGradient(), loss.biasGradient(), loss.embeddingGradient().toArray()
    };
    double squares = 0;
    for (int a = 0; a < arrays.length; a++) {
      for (int i = 0; i < arrays[a].length; i++) {
        float value = arrays[a][i];
        arrays[a][i] = value + 0x1p-8f;
        double after = loss(weight, bias, embeddings);
        double step = arrays[a][i];
        arrays[a][i] = value - 0x1p-8f;
        step -= arrays[a][i];
        double before = loss(weight, bias, embeddings);
        arrays[a][i] = value;
        // Central differences err by the third derivative times 2^-16 / 6.
        assertThat((double) gradients[a][i])
            .as("gradient of value %s of array %s", i, a)
            .isCloseTo((after - before) / step, within(1e-6));
        squares += a < 2 ? Math.pow(gradients[a][i], 2) : 0;
      }
    }
    assertThat(loss.headGradientNorm()).isCloseTo(Math.sqrt(squares), within(1e-12));
  }

  @Test
  void loss_ofZeroHead_isThatOfGuessing() {
    LinearHead zero = LinearHead.zeros(CLASSES, DIM);
    EmbeddingMatrix embeddings = EmbeddingMatrix.of(5, DIM, random(4, 5 * DIM));
    SoftmaxLoss loss = new SoftmaxLoss(zero, embeddings, LABELS, WEIGHTS);
    assertThat(loss.value()).isCloseTo(Math.log(3), within(1e-12));
    assertThat(loss.embeddingGradient().toArray()).containsOnly(0);
    assertThat(loss.headGradientNorm()).isPositive();
  }

  @Test
  void loss_ofSureAndWrong_isFiniteAndOfSureAndRight_isZero() {
    float[] weight = new float[CLASSES * DIM];
    float[] bias = {3000, 0, 0};
    EmbeddingMatrix one = EmbeddingMatrix.of(1, DIM, new float[DIM]);
    LinearHead head = new LinearHead(CLASSES, DIM, weight, bias);
    assertThat(new SoftmaxLoss(head, one, new int[] {1}, WEIGHTS).value()).isEqualTo(3000);
    assertThat(new SoftmaxLoss(head, one, new int[] {0}, WEIGHTS).value()).isZero();
    assertThat(head.probabilities(one, 0)).containsExactly(1, 0, 0);
  }

  @Test
  void loss_ofEmbeddingNotFinite_isNotFinite() {
    LinearHead zero = LinearHead.zeros(CLASSES, DIM);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      EmbeddingMatrix one = EmbeddingMatrix.of(1, DIM, new float[] {0, bad, 0, 0});
      assertThat(new SoftmaxLoss(zero, one, new int[] {1}, WEIGHTS).value()).isNaN();
    }
  }
}
