package org.histofm.testkit;

import org.histofm.Seed;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Weights;

class ToyBackboneContractTest extends BackboneContract {
  @Override
  protected BackboneProvider provider() {
    return new ToyBackboneProvider();
  }

  @Override
  protected BackboneRequest request() {
    return BackboneRequest.of("toy", Weights.random(Seed.of(1)));
  }

  @Override
  protected double rowTolerance() {
    return 1e-6;
  }

  @Override
  protected boolean takesWeightsFile() {
    return false;
  }
}
