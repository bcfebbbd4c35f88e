package org.histofm.testkit;

import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;

class ToySampleReaderContractTest extends SampleReaderContract {
  @Override
  protected SampleReader reader(Backbone backbone) {
    return new ToySampleReader(backbone);
  }
}
