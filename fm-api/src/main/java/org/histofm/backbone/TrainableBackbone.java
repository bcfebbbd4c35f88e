package org.histofm.backbone;

import java.nio.file.Path;
import org.histofm.Seed;

/** A backbone whose parameters can be adapted. Itself it never changes. */
public interface TrainableBackbone extends Backbone {
  /** Whether {@link #session} takes this tuning. */
  boolean supports(Tuning tuning);

  /**
   * Begins to train a copy of this backbone, at its own parameters. The caller closes the session,
   * before this backbone.
   *
   * @param seed of everything random in it: new parameters and dropout
   * @throws org.histofm.InputException if the tuning is not supported, or the weights this backbone
   *     was opened from have changed or gone
   */
  TrainingSession session(Tuning tuning, Seed seed);

  /**
   * Opens this backbone with parameters that {@link TrainingSession#save} wrote, as {@link
   * TrainingSession#snapshot} would have given it, bit for bit. The caller closes it; it does not
   * depend on this backbone staying open.
   *
   * @param tuning the session's
   * @throws org.histofm.InputException if the file is damaged, or belongs to another tuning or
   *     backbone
   */
  Backbone adapted(Tuning tuning, Path parameters);
}
