package org.histofm.eval.experiment;

import java.nio.file.Path;
import java.util.List;
import org.histofm.provenance.Facts;

/**
 * One finished run.
 *
 * @param key which run
 * @param draw the labels it saw
 * @param split the split of its seed
 * @param adapterFacts what the adapter says of its fit
 * @param warnings the adapter's warnings
 * @param evaluations one for each test set
 * @param predictions its predictions.csv
 * @param seconds how long fitting and predicting took
 * @param finished when, as an ISO instant
 */
public record RunResult(
    RunKey key,
    Draw draw,
    SeedSplit split,
    Facts adapterFacts,
    List<String> warnings,
    List<Evaluation> evaluations,
    Path predictions,
    double seconds,
    String finished) {
  /** Copies the lists. */
  public RunResult {
    warnings = List.copyOf(warnings);
    evaluations = List.copyOf(evaluations);
  }
}
