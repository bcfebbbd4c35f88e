package org.histofm.eval.experiment;

import org.histofm.evaluation.Estimate;

/**
 * An estimate and who made it.
 *
 * @param name unique within an evaluation: the estimate's name, or {@code evaluator/name} where an
 *     evaluator before it already uses that
 * @param evaluator id of the evaluator
 * @param estimate the estimate
 */
public record MetricEstimate(String name, String evaluator, Estimate estimate) {}
