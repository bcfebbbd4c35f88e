package org.histofm.adapters;

import org.histofm.adapter.AdapterProvider;
import org.histofm.testkit.AdapterContract;

class LinearProbeProviderTest extends AdapterContract {
  @Override
  protected AdapterProvider provider() {
    return new LinearProbeProvider();
  }

  /** A score does not depend on its neighbours at all. */
  @Override
  protected double scoreTolerance() {
    return 1e-15;
  }

  @Override
  protected boolean learnsFromStreams() {
    return false;
  }
}
