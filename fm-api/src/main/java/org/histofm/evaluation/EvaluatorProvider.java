package org.histofm.evaluation;

import org.histofm.plugin.Options;
import org.histofm.plugin.Provider;

/** Plugin point: an evaluator. */
public interface EvaluatorProvider extends Provider {
  /**
   * An evaluator with these settings.
   *
   * @param id one of {@link #ids()}
   * @throws org.histofm.InputException if a setting is unknown or has an impossible value
   */
  Evaluator create(String id, Options options);
}
