package org.histofm.evaluation;

import java.util.List;
import org.histofm.dataset.Task;

/** Turns predictions into named estimates. Immutable, safe for concurrent use. */
public interface Evaluator {
  /** Whether {@link #evaluate} takes this kind of task. */
  boolean supports(Task task);

  /** The estimates, always the same names in the same order for one task. */
  List<Estimate> evaluate(EvaluationRequest request);
}
