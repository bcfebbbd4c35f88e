package org.histofm.tiling.stain;

import java.util.Arrays;

/** Matrices of 3 x 3, by rows. */
final class Matrix3 {
  private static final int SWEEPS = 50;

  private Matrix3() {}

  static double row(double[][] m, int row, double x, double y, double z) {
    return m[row][0] * x + m[row][1] * y + m[row][2] * z;
  }

  static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        product[i][j] = row(a, i, b[0][j], b[1][j], b[2][j]);
      }
    }
    return product;
  }

  static double[][] inverse(double[][] m) {
    double[][] adjugate = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        int a = (j + 1) % 3;
        int b = (j + 2) % 3;
        int c = (i + 1) % 3;
        int d = (i + 2) % 3;
        adjugate[i][j] = m[a][c] * m[b][d] - m[a][d] * m[b][c];
      }
    }
    double determinant = row(m, 0, adjugate[0][0], adjugate[1][0], adjugate[2][0]);
    for (double[] line : adjugate) {
      for (int j = 0; j < 3; j++) {
        line[j] /= determinant;
      }
    }
    return adjugate;
  }

  /**
   * The eigenvectors of a symmetric matrix as rows, that of the largest eigenvalue first, by
   * Jacobi's rotations.
   */
  static double[][] eigenvectors(double[][] symmetric) {
    double[][] a = {symmetric[0].clone(), symmetric[1].clone(), symmetric[2].clone()};
    double[][] v = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int p = 0; p < 2; p++) {
        for (int q = p + 1; q < 3; q++) {
          if (a[p][q] != 0) {
            rotate(a, v, p, q);
          }
        }
      }
    }
    Integer[] order = {0, 1, 2};
    Arrays.sort(order, (i, j) -> Double.compare(a[j][j], a[i][i]));
    return new double[][] {v[order[0]], v[order[1]], v[order[2]]};
  }

  /** Makes a[p][q] zero; rows of {@code v} stay the vectors. */
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = 1 / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    t = theta < 0 ? -t : t;
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < 3; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < 3; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
      double vp = v[p][k];
      double vq = v[q][k];
      v[p][k] = c * vp - s * vq;
      v[q][k] = s * vp + c * vq;
    }
    a[p][q] = 0;
    a[q][p] = 0;
  }
}
