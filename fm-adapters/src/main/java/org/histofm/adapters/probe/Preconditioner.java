package org.histofm.adapters.probe;

/** A symmetric positive definite approximation of an inverse Hessian. */
interface Preconditioner {
  /** The identity. */
  Preconditioner NONE = (r, result) -> System.arraycopy(r, 0, result, 0, r.length);

  /** Writes the product with {@code r} to {@code result}; the two are different arrays. */
  void apply(double[] r, double[] result);
}
