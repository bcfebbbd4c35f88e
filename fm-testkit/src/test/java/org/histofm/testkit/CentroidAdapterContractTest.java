package org.histofm.testkit;

import org.histofm.adapter.AdapterProvider;

class CentroidAdapterContractTest extends AdapterContract {
  @Override
  protected AdapterProvider provider() {
    return new FaultyAdapter.Provider();
  }

  @Override
  protected boolean learnsFromStreams() {
    return false;
  }
}
