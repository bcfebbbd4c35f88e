package org.histofm.evaluation;

/** A metric: a pure function of scored samples that does not depend on their order. */
@FunctionalInterface
public interface Statistic {
  /** The metric on these samples, or why it is undefined there. */
  Score of(ScoredSamples samples);
}
