package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.histofm.adapters.internal.ValidationScore;
import org.histofm.backbone.EmbeddingMatrix;
import org.junit.jupiter.api.Test;

class ValidationScoresTest {
  /** Log-odds of the second class are the embedding itself. */
  private static final LinearClassifier IDENTITY =
      new LinearClassifier(List.of("a", "b"), 1, new double[] {1}, new double[] {0});

  @Test
  void of_knownCase_isWhatTheHandComputes() {
    EmbeddingMatrix x = EmbeddingMatrix.of(4, 1, new float[] {-1, -2, 3, -1});
    ValidationScore score = new ValidationScores(x, new int[] {0, 0, 0, 1}, 2).of(IDENTITY);
    // Recall 2/3 of a, 0 of b.
    assertThat(score.balancedAccuracy()).isEqualTo((2.0 / 3 + 0) / 2);
    double expected =
        (Math.log1p(Math.exp(-1))
                + Math.log1p(Math.exp(-2))
                + Math.log1p(Math.exp(3))
                + Math.log1p(Math.exp(1)))
            / 4;
    assertThat(score.logLoss()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void of_probabilityZero_staysFinite() {
    EmbeddingMatrix x = EmbeddingMatrix.of(1, 1, new float[] {5000});
    assertThat(new ValidationScores(x, new int[] {0}, 2).of(IDENTITY).logLoss()).isFinite();
  }

  @Test
  void compare_accuracyFirst_thenLogLoss() {
    ValidationScore good = new ValidationScore(0.8, 0.5);
    assertThat(good).isGreaterThan(new ValidationScore(0.7, 0.1));
    assertThat(good).isGreaterThan(new ValidationScore(0.8, 0.6));
    assertThat(good).isEqualByComparingTo(new ValidationScore(0.8, 0.5));
  }
}
