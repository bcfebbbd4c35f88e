package org.histofm.adapters;

class FullContractTest extends FineTuningContract {
  FullContractTest() {
    super("full");
  }
}
