package org.histofm.backbones;

import org.histofm.Seed;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Weights;
import org.histofm.plugin.Options;
import org.histofm.testkit.BackboneContract;

class VitProviderContractTest extends BackboneContract {
  @Override
  protected BackboneProvider provider() {
    return new VitProvider();
  }

  @Override
  protected BackboneRequest request() {
    return BackboneRequest.of("vit-tiny-patch16-224", Weights.random(Seed.of(1)))
        .withPrecision(Precision.FP32)
        .withOptions(Options.none().with("depth", "1"));
  }
}
