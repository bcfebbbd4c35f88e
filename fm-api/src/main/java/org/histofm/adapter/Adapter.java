package org.histofm.adapter;

import org.histofm.backbone.Backbone;
import org.histofm.dataset.Task;

/** A way to fit a backbone to a task. Immutable, safe for concurrent use. */
public interface Adapter {
  /** Whether {@link #fit} takes this kind of task. */
  boolean supports(Task task);

  /** Whether fitting chooses settings on validation data, so that it needs some. */
  boolean needsValidation();

  /**
   * Refuses a backbone that it cannot be fitted on, which callers ask before any work begins. Takes
   * any until overridden.
   *
   * @param backbone the opened backbone; borrowed
   * @throws org.histofm.InputException naming what the backbone lacks
   */
  default void check(Backbone backbone) {}

  /**
   * Fits; the caller closes the result.
   *
   * @throws org.histofm.InputException if the data cannot be fitted, such as a class without sample
   */
  FittedAdapter fit(FitRequest request);
}
