package org.histofm.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;
import org.junit.jupiter.api.Test;

class MetricsTest {
  /** Both sides add some hundred terms of order one in double precision, in another order. */
  private static final double TOLERANCE = 1e-12;

  @Test
  void metrics_onFixture_equalScikitLearn() throws IOException {
    JsonNode fixture;
    try (InputStream in = MetricsTest.class.getResourceAsStream("/metric/sklearn_metrics.json")) {
      fixture = new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
    assertThat(fixture.get("cases")).hasSize(16);
    for (JsonNode expected : fixture.get("cases")) {
      ScoredSamples samples =
          samples(
              expected.get("classes").asInt(),
              numbers(expected.get("labels")).mapToInt(JsonNode::asInt).toArray(),
              numbers(expected.get("scores")).mapToDouble(JsonNode::asDouble).toArray());
      assertEqual(Metrics::balancedAccuracy, samples, expected, "balanced_accuracy");
      assertEqual(Metrics::auroc, samples, expected, "auroc");
      assertEqual(Metrics::f1, samples, expected, "f1");
      assertEqual(Metrics::accuracy, samples, expected, "accuracy");
    }
  }

  private static java.util.stream.Stream<JsonNode> numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static void assertEqual(
      Statistic metric, ScoredSamples samples, JsonNode expected, String name) {
    assertThat(value(metric.of(samples)))
        .as("%s of case %s", name, expected.get("name"))
        .isCloseTo(expected.get(name).asDouble(), within(TOLERANCE));
  }

  @Test
  void metrics_sixSamples_areAsCountedByHand() {
    // positive class 1; scores of it .9 .4 .4 | .8 .4 .1; at .5 predicted 1 0 0 | 1 0 0
    ScoredSamples samples = binary(new int[] {1, 1, 1, 0, 0, 0}, .9, .4, .4, .8, .4, .1);
    assertThat(Metrics.accuracy(samples)).isEqualTo(Score.of(3 / 6.0));
    assertThat(Metrics.balancedAccuracy(samples)).isEqualTo(Score.of((1 / 3.0 + 2 / 3.0) / 2));
    assertThat(Metrics.f1(samples)).isEqualTo(Score.of(2.0 / (2 + 1 + 2)));
    // of nine pairs .9 wins three; each .4 wins one, draws one and loses one
    assertThat(Metrics.auroc(samples)).isEqualTo(Score.of((3 + 1.5 + 1.5) / 9));
  }

  @Test
  void auroc_signedZeros_areTied() {
    assertThat(Metrics.auroc(binary(new int[] {1, 0}, 0.0, -0.0))).isEqualTo(Score.of(0.5));
  }

  @Test
  void auroc_nanScore_isRefusedByName() {
    assertThatThrownBy(() -> Metrics.auroc(binary(new int[] {1, 0}, Double.NaN, 0.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sample s0");
  }

  @Test
  void metrics_classWithoutSample_areUndefinedByName() {
    ScoredSamples negativesOnly = binary(new int[] {0, 0}, 0.2, 0.7);
    Score undefined = Score.undefined("no sample of class c1");
    assertThat(Metrics.balancedAccuracy(negativesOnly)).isEqualTo(undefined);
    assertThat(Metrics.auroc(negativesOnly)).isEqualTo(undefined);
    assertThat(Metrics.f1(negativesOnly)).isEqualTo(undefined);
    assertThat(Metrics.accuracy(negativesOnly)).isEqualTo(Score.of(0.5));

    ScoredSamples twoOfThree = samples(3, new int[] {0, 2}, new double[] {1, 0, 0, 0, 0, 1});
    assertThat(Metrics.f1(twoOfThree)).isEqualTo(undefined);
    assertThat(Metrics.auroc(twoOfThree)).isEqualTo(undefined);
    assertThat(Metrics.balancedAccuracy(twoOfThree)).isEqualTo(undefined);
  }

  @Test
  void metrics_noSamples_areUndefined() {
    ScoredSamples none = binary(new int[0]);
    for (Statistic metric :
        List.<Statistic>of(
            Metrics::accuracy, Metrics::balancedAccuracy, Metrics::auroc, Metrics::f1)) {
      assertThat(metric.of(none)).isInstanceOf(Score.Undefined.class);
    }
  }

  static ScoredSamples binary(int[] labels, double... positive) {
    double[] scores = new double[2 * labels.length];
    for (int i = 0; i < labels.length; i++) {
      scores[2 * i] = 1 - positive[i];
      scores[2 * i + 1] = positive[i];
    }
    return samples(2, labels, scores);
  }

  static ScoredSamples samples(int classes, int[] labels, double[] scores) {
    List<String> names = IntStream.range(0, labels.length).mapToObj(i -> "s" + i).toList();
    return ScoredSamples.of(
        IntStream.range(0, classes).mapToObj(c -> "c" + c).toList(), names, names, labels, scores);
  }

  static double value(Score score) {
    assertThat(score).isInstanceOf(Score.Value.class);
    return ((Score.Value) score).value();
  }
}
