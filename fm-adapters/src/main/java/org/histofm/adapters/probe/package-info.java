/**
 * Linear probe: multinomial logistic regression on embeddings, with scikit-learn's objective.
 *
 * <p>The path: {@link org.histofm.adapters.probe.LinearProbe} reads the embeddings of the training
 * samples into a {@code DesignMatrix}; {@code LogisticObjective} is the penalised loss with its
 * gradient; {@code Lbfgs} minimises it, preconditioned by {@code AverageHessian}; the result, a
 * {@code LinearClassifier}, is wrapped as a {@code FittedProbe} and kept by {@code ProbeFile}.
 *
 * <p>ND4J stays inside {@code NativeMatrix}. It starts with the first fit; loading and predicting
 * need no native code.
 */
@NullMarked
package org.histofm.adapters.probe;

import org.jspecify.annotations.NullMarked;
