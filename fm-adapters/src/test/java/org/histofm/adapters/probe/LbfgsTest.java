package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LbfgsTest {
  /** Rosenbrock's valley: curved, not convex, minimum 0 at (1, 1). */
  private static final Objective ROSENBROCK =
      new Objective() {
        @Override
        public int size() {
          return 2;
        }

        @Override
        public double evaluate(double[] x, double[] gradient) {
          double a = 1 - x[0];
          double b = x[1] - x[0] * x[0];
          gradient[0] = -2 * a - 400 * x[0] * b;
          gradient[1] = 200 * b;
          return a * a + 100 * b * b;
        }
      };

  /** ½ Σ curvature·(x − 1)². */
  private static Objective quadratic(double... curvature) {
    return new Objective() {
      @Override
      public int size() {
        return curvature.length;
      }

      @Override
      public double evaluate(double[] x, double[] gradient) {
        double value = 0;
        for (int i = 0; i < x.length; i++) {
          gradient[i] = curvature[i] * (x[i] - 1);
          value += 0.5 * gradient[i] * (x[i] - 1);
        }
        return value;
      }
    };
  }

  @Test
  void minimize_curvedValley_findsTheMinimum() {
    Lbfgs.Result result =
        Lbfgs.minimize(ROSENBROCK, Preconditioner.NONE, new double[] {-1.2, 1}, 1e-10, 1, 200);
    assertThat(result.converged).isTrue();
    assertThat(result.x[0]).isCloseTo(1, within(1e-8));
    assertThat(result.x[1]).isCloseTo(1, within(1e-8));
    assertThat(result.iterations).isLessThan(60);
  }

  @Test
  void minimize_exactPreconditioner_takesOneStep() {
    Preconditioner exact =
        (r, result) -> {
          result[0] = r[0] / 1e-4;
          result[1] = r[1] / 1e4;
        };
    Lbfgs.Result result =
        Lbfgs.minimize(quadratic(1e-4, 1e4), exact, new double[] {-5, 7}, 1e-9, 1, 50);
    assertThat(result.converged).isTrue();
    assertThat(result.iterations).isEqualTo(1);
  }

  @Test
  void minimize_startAtTheMinimum_takesNoStep() {
    Lbfgs.Result result =
        Lbfgs.minimize(quadratic(1, 2), Preconditioner.NONE, new double[] {1, 1}, 0, 1, 50);
    assertThat(result.converged).isTrue();
    assertThat(result.iterations).isZero();
  }

  @Test
  void minimize_tooFewIterations_saysNotConverged() {
    Lbfgs.Result result =
        Lbfgs.minimize(ROSENBROCK, Preconditioner.NONE, new double[] {-1.2, 1}, 1e-10, 1, 3);
    assertThat(result.converged).isFalse();
    assertThat(result.iterations).isEqualTo(3);
    assertThat(result.gradientNorm).isGreaterThan(1e-10);
  }

  @Test
  void minimize_noVanishingGradient_endsAndSaysNotConverged() {
    // A kink: no point has a gradient below 1e-3.
    Objective kink =
        new Objective() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public double evaluate(double[] x, double[] gradient) {
            gradient[0] = (x[0] < 0.3 ? -1e-3 : 1e-3) + (x[0] - 0.3);
            return Math.abs(x[0] - 0.3) * 1e-3 + 0.5 * (x[0] - 0.3) * (x[0] - 0.3);
          }
        };
    Lbfgs.Result result =
        Lbfgs.minimize(kink, Preconditioner.NONE, new double[] {4}, 1e-12, 1, 1000);
    assertThat(result.converged).isFalse();
    assertThat(result.x[0]).isCloseTo(0.3, within(1e-6));
  }

  @Test
  void minimize_sameInput_givesTheSameBits() {
    double[] start = {-1.2, 1};
    Lbfgs.Result first = Lbfgs.minimize(ROSENBROCK, Preconditioner.NONE, start, 1e-10, 1, 200);
    Lbfgs.Result second = Lbfgs.minimize(ROSENBROCK, Preconditioner.NONE, start, 1e-10, 1, 200);
    assertThat(second.x).isEqualTo(first.x);
    assertThat(start).containsExactly(-1.2, 1);
  }
}
