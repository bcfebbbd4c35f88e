package org.histofm.eval.experiment;

import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.provenance.Facts;

/**
 * What results say of the backbone after it is closed.
 *
 * @param card what it is
 * @param weightsHash SHA-256 of its parameters
 * @param untrained whether they are random
 * @param facts how it computed
 */
public record BackboneSummary(
    BackboneCard card, String weightsHash, boolean untrained, Facts facts) {
  static BackboneSummary of(Backbone backbone) {
    return new BackboneSummary(
        backbone.card(), backbone.weightsHash(), backbone.untrained(), backbone.facts());
  }
}
