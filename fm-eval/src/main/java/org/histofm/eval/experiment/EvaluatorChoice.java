package org.histofm.eval.experiment;

import java.util.Objects;
import org.histofm.evaluation.Evaluator;
import org.histofm.plugin.Options;

/**
 * An evaluator with its settings.
 *
 * @param id id of the evaluator
 * @param options the settings it was created with
 * @param evaluator the evaluator
 */
public record EvaluatorChoice(String id, Options options, Evaluator evaluator) {
  /** Checks that nothing is null. */
  public EvaluatorChoice {
    Objects.requireNonNull(id);
    Objects.requireNonNull(options);
    Objects.requireNonNull(evaluator);
  }
}
