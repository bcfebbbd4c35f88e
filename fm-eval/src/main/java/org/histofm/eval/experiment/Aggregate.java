package org.histofm.eval.experiment;

import java.util.List;

/**
 * What all seeds of an arm and fraction say together.
 *
 * @param arm label of the arm
 * @param fraction fraction of the labels
 * @param seeds the user's seeds
 * @param meanLabels labels used, averaged over seeds (draws of whole groups differ in size)
 * @param evaluations one for each test set
 */
public record Aggregate(
    String arm,
    double fraction,
    List<Long> seeds,
    double meanLabels,
    List<Evaluation> evaluations) {
  /** Copies the lists. */
  public Aggregate {
    seeds = List.copyOf(seeds);
    evaluations = List.copyOf(evaluations);
  }

  /**
   * What the intervals speak of: with one seed <em>these models</em>, with several <em>the
   * procedure</em>, whose spread over training seeds they then include.
   */
  public String scope() {
    return seeds.size() > 1 ? "the procedure" : "these models";
  }
}
