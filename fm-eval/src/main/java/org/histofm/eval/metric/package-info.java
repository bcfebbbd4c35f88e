/**
 * Metrics of classification as pure functions, {@link org.histofm.eval.metric.Metrics}, and the
 * built-in evaluator that asks for each of them with its interval.
 */
@NullMarked
package org.histofm.eval.metric;

import org.jspecify.annotations.NullMarked;
