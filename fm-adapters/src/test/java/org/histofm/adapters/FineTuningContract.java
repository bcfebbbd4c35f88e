package org.histofm.adapters;

import org.histofm.Seed;
import org.histofm.adapter.AdapterProvider;
import org.histofm.backbone.Backbone;
import org.histofm.plugin.Options;
import org.histofm.testkit.AdapterContract;
import org.histofm.testkit.ToyTrainableBackbone;

/** The contract of the three adapters on the toy, at rates at which it learns in few steps. */
abstract class FineTuningContract extends AdapterContract {
  private final String id;

  FineTuningContract(String id) {
    this.id = id;
  }

  @Override
  protected AdapterProvider provider() {
    return new FineTuningProvider();
  }

  @Override
  protected String id() {
    return id;
  }

  @Override
  protected Options options() {
    return Options.none().with("lr", "0.01").with("head-lr", "0.05").with("epochs", "8");
  }

  @Override
  protected Backbone openBackbone(Seed seed) {
    return ToyTrainableBackbone.open(seed);
  }

  /** A score does not depend on its neighbours at all. */
  @Override
  protected double scoreTolerance() {
    return 0;
  }
}
