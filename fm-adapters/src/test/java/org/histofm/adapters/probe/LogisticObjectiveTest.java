package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogisticObjectiveTest {
  private static DesignMatrix data(int rows, int dim, int classes) {
    return DesignMatrix.of(
        Data.embeddings(3, rows, dim, classes), Data.labels(rows, classes), Data.weights(4, rows));
  }

  private static double[] point(int size) {
    return new SplittableRandom(5).doubles(size, -0.2, 0.2).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 9})
  void gradient_equalsFiniteDifferences(int classes) {
    try (Workers workers = new Workers(1);
        LogisticObjective f =
            new LogisticObjective(
                data(40, 5, classes), LinearClassifier.outputs(classes), workers)) {
      f.setInverseRegularization(0.3);
      double[] x = point(f.size());
      double[] gradient = new double[x.length];
      double[] unused = new double[x.length];
      f.evaluate(x, gradient);
      double h = 1e-5;
      for (int i = 0; i < x.length; i++) {
        double at = x[i];
        x[i] = at + h;
        double up = f.evaluate(x, unused);
        x[i] = at - h;
        double down = f.evaluate(x, unused);
        x[i] = at;
        // Central differences err by h² and by rounding over h.
        assertThat(gradient[i])
            .as("component %d", i)
            .isCloseTo((up - down) / (2 * h), within(1e-8));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void evaluate_manyBlocks_equalsNaiveSums(int classes) {
    DesignMatrix data = data(2500, 1500, classes);
    int outputs = LinearClassifier.outputs(classes);
    try (Workers workers = new Workers(2);
        LogisticObjective f = new LogisticObjective(data, outputs, workers)) {
      double[] x = point(f.size());
      double[] gradient = new double[x.length];
      double value = f.evaluate(x, gradient);

      double[] expected = new double[x.length];
      assertThat(value).isCloseTo(naive(data, outputs, x, expected), within(1e-9));
      for (int i = 0; i < x.length; i++) {
        assertThat(gradient[i]).isCloseTo(expected[i], within(1e-11));
      }
    }
  }

  /** Sample by sample, with C = 1. */
  private static double naive(DesignMatrix data, int outputs, double[] x, double[] gradient) {
    int dim = data.dim();
    double[] row = new double[dim];
    double value = 0;
    for (int i = 0; i < data.rows(); i++) {
      data.copyRow(i, new float[dim], row);
      double[] z = new double[Math.max(2, outputs)];
      for (int k = 0; k < outputs; k++) {
        z[outputs == 1 ? 1 : k] =
            x[outputs * dim + k] + Vectors.dot(Arrays.copyOfRange(x, k * dim, (k + 1) * dim), row);
      }
      double max = Arrays.stream(z).max().orElseThrow();
      double sum = Arrays.stream(z).map(v -> Math.exp(v - max)).sum();
      double weight = data.weight(i) / data.totalWeight();
      value += weight * (Math.log(sum) + max - z[data.label(i)]);
      for (int k = 0; k < outputs; k++) {
        int c = outputs == 1 ? 1 : k;
        double residual = weight * (Math.exp(z[c] - max) / sum - (data.label(i) == c ? 1 : 0));
        for (int j = 0; j < dim; j++) {
          gradient[k * dim + j] += residual * row[j];
        }
        gradient[outputs * dim + k] += residual;
      }
    }
    for (int i = 0; i < outputs * dim; i++) {
      value += x[i] * x[i] / (2 * data.totalWeight());
      gradient[i] += x[i] / data.totalWeight();
    }
    return value;
  }

  @Test
  void evaluate_anyNumberOfThreads_givesTheSameBits() {
    DesignMatrix data = data(2500, 1500, 3);
    double[] one = new double[3 * 1501];
    double[] three = new double[3 * 1501];
    double valueOfOne;
    double valueOfThree;
    try (Workers workers = new Workers(1);
        LogisticObjective f = new LogisticObjective(data, 3, workers)) {
      valueOfOne = f.evaluate(point(f.size()), one);
    }
    try (Workers workers = new Workers(3);
        LogisticObjective f = new LogisticObjective(data, 3, workers)) {
      valueOfThree = f.evaluate(point(f.size()), three);
    }
    assertThat(valueOfThree).isEqualTo(valueOfOne);
    assertThat(three).isEqualTo(one);
  }

  @Test
  void evaluate_hugeScores_staysFinite() {
    DesignMatrix data = data(30, 4, 3);
    try (Workers workers = new Workers(1);
        LogisticObjective f = new LogisticObjective(data, 3, workers)) {
      double[] x = point(f.size());
      for (int i = 0; i < x.length; i++) {
        x[i] *= 1e6;
      }
      double[] gradient = new double[x.length];
      assertThat(f.evaluate(x, gradient)).isFinite();
      assertThat(Vectors.maxNorm(gradient)).isFinite();
    }
  }
}
