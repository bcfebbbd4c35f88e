package org.histofm.adapters.probe;

/** A smooth function of a vector. */
interface Objective {
  /** Number of variables. */
  int size();

  /**
   * The value at {@code x}; its gradient is written to {@code gradient}.
   *
   * @param x not changed
   * @param gradient overwritten
   */
  double evaluate(double[] x, double[] gradient);
}
