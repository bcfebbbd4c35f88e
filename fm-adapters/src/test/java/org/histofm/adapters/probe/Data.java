package org.histofm.adapters.probe;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.histofm.backbone.EmbeddingMatrix;

/** Seeded training data and shorthand for tests of the solver. */
final class Data {
  private Data() {}

  /** Correlated columns with a mean, overlapping classes, every class present; [rows, dim]. */
  static EmbeddingMatrix embeddings(long seed, int rows, int dim, int classes) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] centres = random.doubles((long) classes * dim, -0.7, 0.7).toArray();
    float[] values = new float[rows * dim];
    for (int i = 0; i < rows; i++) {
      double shared = random.nextDouble(-1, 1);
      for (int j = 0; j < dim; j++) {
        values[i * dim + j] =
            (float)
                (centres[i % classes * dim + j] + 2 * shared + random.nextDouble(-1, 1) + 0.1 * j);
      }
    }
    return EmbeddingMatrix.wrap(rows, dim, values);
  }

  /** 0, 1 … in turn. */
  static int[] labels(int rows, int classes) {
    return IntStream.range(0, rows).map(i -> i % classes).toArray();
  }

  static double[] ones(int rows) {
    double[] ones = new double[rows];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Weights from 0.5 to 1.5. */
  static double[] weights(long seed, int rows) {
    return new SplittableRandom(seed).doubles(rows, 0.5, 1.5).toArray();
  }

  static List<String> classes(int count) {
    return IntStream.range(0, count).mapToObj(k -> "c" + k).toList();
  }

  static ProbeSettings settings(boolean standardize, int threads) {
    return new ProbeSettings(OptionalDouble.empty(), 10_000, 1e-10, false, standardize, threads);
  }
}
