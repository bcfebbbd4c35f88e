package org.histofm.adapters.finetune;

import java.nio.file.Path;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.TrainableBackbone;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.provenance.Facts;
import org.histofm.tile.PixelBatch;

/** Another backbone, of which tests change one thing. */
class DelegatingBackbone implements TrainableBackbone {
  private final TrainableBackbone backbone;

  DelegatingBackbone(TrainableBackbone backbone) {
    this.backbone = backbone;
  }

  @Override
  public boolean supports(Tuning tuning) {
    return backbone.supports(tuning);
  }

  @Override
  public TrainingSession session(Tuning tuning, Seed seed) {
    return backbone.session(tuning, seed);
  }

  @Override
  public Backbone adapted(Tuning tuning, Path parameters) {
    return backbone.adapted(tuning, parameters);
  }

  @Override
  public BackboneCard card() {
    return backbone.card();
  }

  @Override
  public String weightsHash() {
    return backbone.weightsHash();
  }

  @Override
  public boolean untrained() {
    return backbone.untrained();
  }

  @Override
  public Facts facts() {
    return backbone.facts();
  }

  @Override
  public EmbeddingMatrix embed(PixelBatch batch) {
    return backbone.embed(batch);
  }

  @Override
  public void close() {
    backbone.close();
  }
}
