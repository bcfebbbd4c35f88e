package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.histofm.adapters.internal.ClassLabels;
import org.histofm.backbone.EmbeddingMatrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fits of {@code scripts/fixtures/sklearn_probe.py}, which says how they and the tolerances
 * came.
 */
class SklearnParityTest {
  private static final double PROBABILITIES = 1e-7;
  private static final double OBJECTIVE = 1e-9;

  record Case(String name, JsonNode json) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (InputStream in = SklearnParityTest.class.getResourceAsStream("sklearn.json")) {
      JsonNode root = JsonMapper.builder().build().readTree(Objects.requireNonNull(in));
      root.get("cases").forEach(c -> cases.add(new Case(c.get("name").asText(), c)));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void fit_equalsScikitLearn(Case given) {
    JsonNode json = given.json();
    int rows = json.get("rows").asInt();
    int dim = json.get("dim").asInt();
    int classes = json.get("classes").asInt();
    double c = json.get("C").asDouble();
    double tolerance = json.get("tolerance").asDouble();
    EmbeddingMatrix embeddings = EmbeddingMatrix.wrap(rows, dim, floats(json.get("embeddings")));
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = json.get("labels").get(i).asInt();
    }
    double[] weights =
        LinearProbe.weights(
            labels,
            ClassLabels.counts(labels, classes),
            json.get("classWeight").asText().equals("balanced"));
    DesignMatrix data = DesignMatrix.of(embeddings, labels, weights);
    DesignMatrix seen = json.get("standardize").asBoolean() ? data.standardized() : data;
    ProbeSolver.Solution solution =
        ProbeSolver.with(
            seen, Data.classes(classes), Data.settings(false, 2), solver -> solver.solve(c));
    LinearClassifier fitted = solution.classifier();

    assertThat(solution.converged()).isTrue();
    // In the coordinates of the solver, which is where scikit-learn states them.
    double[] expected = doubles(json.get("coefficients"));
    double[] expectedIntercepts = doubles(json.get("intercepts"));
    double difference = 0;
    double norm = 0;
    double[] intercepts = new double[fitted.outputs()];
    for (int k = 0; k < fitted.outputs(); k++) {
      intercepts[k] = fitted.intercept(k);
      for (int j = 0; j < dim; j++) {
        double w = fitted.coefficient(k, j) / seen.scale(j);
        intercepts[k] += fitted.coefficient(k, j) * seen.shift(j);
        difference += Math.pow(w - expected[k * dim + j], 2);
        norm += Math.pow(expected[k * dim + j], 2);
      }
    }
    norm = Math.sqrt(norm);
    assertThat(Math.sqrt(difference)).as("coefficients").isLessThan(tolerance * norm);
    assertThat(intercepts)
        .as("intercepts")
        .containsExactly(expectedIntercepts, within(tolerance * Math.max(1, norm)));

    double[] probabilities = doubles(json.get("probabilities"));
    float[] scratch = new float[dim];
    for (int i = 0; i < probabilities.length / classes; i++) {
      double[] p = fitted.probabilities(embeddings, i, scratch);
      for (int k = 0; k < classes; k++) {
        assertThat(p[k])
            .as("probability of class %d for sample %d", k, i)
            .isCloseTo(probabilities[i * classes + k], within(PROBABILITIES));
      }
    }

    double best = json.get("objective").asDouble();
    assertThat(solution.objective() * c * seen.totalWeight())
        .as("objective")
        .isLessThanOrEqualTo(best + OBJECTIVE * Math.max(1, best));
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).doubleValue();
    }
    return values;
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(array.get(i).asText());
    }
    return values;
  }
}
