package org.histofm.adapters.finetune;

import java.util.List;
import org.histofm.InputException;

/**
 * Training came upon a loss or gradient that is not finite, and stopped before it could spoil the
 * parameters.
 */
public final class TrainingDivergedException extends InputException {
  private static final long serialVersionUID = 1L;

  private final long step;
  private final List<String> sampleIds;

  TrainingDivergedException(String what, double value, long step, List<String> sampleIds) {
    super(
        "the "
            + what
            + " of training step "
            + step
            + " is "
            + value
            + ", on samples "
            + sampleIds
            + ".",
        "Lower lr and head-lr, or clip; if it stays at these samples, look at their images.");
    this.step = step;
    this.sampleIds = List.copyOf(sampleIds);
  }

  /** The step that was not taken, from 1. */
  public long step() {
    return step;
  }

  /** Ids of the batch, in order. */
  public List<String> sampleIds() {
    return sampleIds;
  }
}
