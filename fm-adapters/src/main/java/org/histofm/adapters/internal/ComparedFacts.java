package org.histofm.adapters.internal;

import org.histofm.backbone.BackboneCard;
import org.histofm.provenance.Facts;

/** Facts that all arms of a comparison should have in common; reports warn where they do not. */
public final class ComparedFacts {
  private ComparedFacts() {}

  /**
   * The facts of one arm.
   *
   * @param augmentation of training tiles
   * @param searchBudget how many candidates were compared on validation
   * @param optimiserSteps how many, or until when
   */
  public static Facts of(
      BackboneCard card, String augmentation, String searchBudget, String optimiserSteps) {
    return Facts.none()
        .with("pooling", card.pooling())
        .with("resolution", card.preprocessing().crop() + " px")
        .with("augmentation", augmentation)
        .with("search budget", searchBudget)
        .with("optimiser steps", optimiserSteps);
  }
}
