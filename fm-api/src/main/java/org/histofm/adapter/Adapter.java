package org.histofm.adapter;

import org.histofm.dataset.Task;

/** A way to fit a backbone to a task. Immutable, safe for concurrent use. */
public interface Adapter {
  /** Whether {@link #fit} takes this kind of task. */
  boolean supports(Task task);

  /** Whether fitting chooses settings on validation data, so that it needs some. */
  boolean needsValidation();

  /**
   * Fits; the caller closes the result.
   *
   * @throws org.histofm.InputException if the data cannot be fitted, such as a class without sample
   */
  FittedAdapter fit(FitRequest request);
}
