package org.histofm.testkit;

import org.histofm.Seed;
import org.histofm.backbone.TrainableBackbone;

class ToyTrainableBackboneTest extends TrainableBackboneContract {
  @Override
  protected TrainableBackbone open(Seed weights) {
    return ToyTrainableBackbone.open(weights);
  }

  @Override
  protected double sumTolerance() {
    return 1e-5;
  }

  @Override
  protected double gradientTolerance() {
    return 1e-4;
  }
}
