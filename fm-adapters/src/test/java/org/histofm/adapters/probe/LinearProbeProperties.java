package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.histofm.Seed;
import org.histofm.backbone.EmbeddingMatrix;

class LinearProbeProperties {
  @Property(tries = 200, seed = "20261125")
  void probabilities_areInRangeAndSumToOne(
      @ForAll @Size(3) List<@FloatRange(min = -1e6f, max = 1e6f) Float> embedding,
      @ForAll @Size(12) List<@DoubleRange(min = -1e3, max = 1e3) Double> weights,
      @ForAll @IntRange(min = 2, max = 3) int classes) {
    int outputs = LinearClassifier.outputs(classes);
    double[] w = weights.stream().mapToDouble(v -> v).toArray();
    LinearClassifier classifier =
        new LinearClassifier(
            Data.classes(classes),
            3,
            Arrays.copyOf(w, 3 * outputs),
            Arrays.copyOfRange(w, 9, 9 + outputs));
    float[] x = new float[3];
    for (int j = 0; j < 3; j++) {
      x[j] = embedding.get(j);
    }
    double[] p = classifier.probabilities(EmbeddingMatrix.of(1, 3, x), 0, new float[3]);
    assertThat(p).hasSize(classes);
    assertThat(Arrays.stream(p)).allMatch(v -> v >= 0 && v <= 1);
    assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-12));
  }

  @Property(tries = 20, seed = "20261125")
  void optimum_doesNotDependOnTheOrderOfSamples(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int classes) {
    int rows = 60;
    int dim = 5;
    EmbeddingMatrix x = Data.embeddings(seed, rows, dim, classes);
    int[] y = Data.labels(rows, classes);
    int[] order = Seed.of(seed).permutation(rows);
    float[] moved = new float[rows * dim];
    int[] movedLabels = new int[rows];
    for (int i = 0; i < rows; i++) {
      x.copyRow(order[i], moved, i * dim);
      movedLabels[i] = y[order[i]];
    }
    LinearClassifier one = fit(x, y, classes);
    LinearClassifier other = fit(EmbeddingMatrix.wrap(rows, dim, moved), movedLabels, classes);
    for (int k = 0; k < one.outputs(); k++) {
      for (int j = 0; j < dim; j++) {
        assertThat(other.coefficient(k, j)).isCloseTo(one.coefficient(k, j), within(1e-6));
      }
    }
  }

  private static LinearClassifier fit(EmbeddingMatrix x, int[] y, int classes) {
    DesignMatrix data = DesignMatrix.of(x, y, Data.ones(x.rows()));
    return ProbeSolver.with(
        data,
        Data.classes(classes),
        Data.settings(false, 1),
        solver -> solver.solve(1).classifier());
  }

  @Property(tries = 50, seed = "20261125")
  void lowerObjective_isNeverFoundNearby(@ForAll long seed) {
    int rows = 30;
    DesignMatrix data =
        DesignMatrix.of(Data.embeddings(seed, rows, 3, 3), Data.labels(rows, 3), Data.ones(rows));
    try (Workers workers = new Workers(1);
        LogisticObjective f = new LogisticObjective(data, 3, workers)) {
      ProbeSolver.Solution solution =
          ProbeSolver.with(
              data, Data.classes(3), Data.settings(false, 1), solver -> solver.solve(1));
      double[] x = new double[f.size()];
      for (int k = 0; k < 3; k++) {
        for (int j = 0; j < 3; j++) {
          x[k * 3 + j] = solution.classifier().coefficient(k, j);
        }
        x[9 + k] = solution.classifier().intercept(k);
      }
      double[] gradient = new double[x.length];
      double least = f.evaluate(x, gradient);
      var random = Seed.of(seed).random();
      for (int t = 0; t < 20; t++) {
        double[] near = x.clone();
        for (int i = 0; i < near.length; i++) {
          near[i] += random.nextDouble(-1e-2, 1e-2);
        }
        assertThat(f.evaluate(near, gradient)).isGreaterThanOrEqualTo(least - 1e-12);
      }
    }
  }
}
