/**
 * From a metric to an interval: {@link org.histofm.eval.statistics.JackknifeEvaluationRequest} is
 * what evaluators are handed, and {@link org.histofm.eval.statistics.GroupJackknife} is the one
 * estimator behind it. {@link org.histofm.eval.statistics.PairedComparison} asks the same
 * evaluators for the differences between two arms. {@link
 * org.histofm.eval.statistics.PercentileBootstrap} stands beside it for parity with published
 * protocols.
 */
@NullMarked
package org.histofm.eval.statistics;

import org.jspecify.annotations.NullMarked;
