package org.histofm.adapters;

class LoraContractTest extends FineTuningContract {
  LoraContractTest() {
    super("lora");
  }
}
