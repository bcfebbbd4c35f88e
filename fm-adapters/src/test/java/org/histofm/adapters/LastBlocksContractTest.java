package org.histofm.adapters;

class LastBlocksContractTest extends FineTuningContract {
  LastBlocksContractTest() {
    super("last-blocks");
  }
}
