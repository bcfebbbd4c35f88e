package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyFactorTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 127, 128, 129, 300})
  void solve_undoesTheMatrix(int side) {
    SplittableRandom random = new SplittableRandom(side);
    double[] root = random.doubles((long) side * side, -1, 1).toArray();
    double[] matrix = new double[side * side]; // I + R·Rᵀ / side
    for (int j = 0; j < side; j++) {
      for (int i = 0; i < side; i++) {
        double sum = i == j ? 1 : 0;
        for (int k = 0; k < side; k++) {
          sum += root[k * side + i] * root[k * side + j] / side;
        }
        matrix[j * side + i] = sum;
      }
    }
    double[] x = random.doubles(3L * side, -1, 1).toArray();
    double[] b = new double[3 * side];
    for (int k = 0; k < 3; k++) {
      for (int j = 0; j < side; j++) {
        for (int i = 0; i < side; i++) {
          b[k * side + i] += matrix[j * side + i] * x[k * side + j];
        }
      }
    }
    CholeskyFactor.of(matrix, side).solve(b, 3);
    assertThat(b).containsExactly(x, within(1e-12));
  }

  @Test
  void of_matrixNotPositiveDefinite_isRefused() {
    assertThatThrownBy(() -> CholeskyFactor.of(new double[] {1, 2, 2, 1}, 2))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("pivot 1");
  }
}
