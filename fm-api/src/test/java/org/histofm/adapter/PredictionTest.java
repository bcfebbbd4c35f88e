package org.histofm.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {
  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
  void ofClassScores_noProbability_isRefusedWithTheSample(double bad) {
    assertThatThrownBy(() -> Prediction.ofClassScores("S17", new double[] {0.5, bad}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class scores lie in [0, 1]; sample S17 has [0.5, " + bad + "]");
  }

  @Test
  void classScores_changedOutside_stayAsTheyWere() {
    double[] scores = {0, 1};
    Prediction prediction = Prediction.ofClassScores("S17", scores);
    scores[0] = 0.5;
    prediction.classScores()[1] = 0.5;
    assertThat(prediction.classScores()).containsExactly(0, 1);
  }

  @Test
  void equals_looksAtSampleAndScores() {
    Prediction prediction = Prediction.ofClassScores("S17", new double[] {0.25, 0.75});
    assertThat(prediction)
        .isEqualTo(Prediction.ofClassScores("S17", new double[] {0.25, 0.75}))
        .hasSameHashCodeAs(Prediction.ofClassScores("S17", new double[] {0.25, 0.75}))
        .isNotEqualTo(Prediction.ofClassScores("S18", new double[] {0.25, 0.75}))
        .isNotEqualTo(Prediction.ofClassScores("S17", new double[] {0.75, 0.25}));
  }
}
