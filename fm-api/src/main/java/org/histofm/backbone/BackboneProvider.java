package org.histofm.backbone;

import org.histofm.plugin.Provider;

/** Plugin point: a backbone, or a family of them. */
public interface BackboneProvider extends Provider {
  /**
   * Describes a backbone without opening it.
   *
   * @param id one of {@link #ids()}
   */
  BackboneCard card(String id);

  /** Whether {@link #open} takes this kind of weights. */
  boolean supports(Weights weights);

  /**
   * Opens a backbone; the caller closes it.
   *
   * @throws org.histofm.InputException if the weights are missing, damaged or do not fit
   * @throws org.histofm.EnvironmentException if the engine cannot run here
   */
  Backbone open(BackboneRequest request);
}
