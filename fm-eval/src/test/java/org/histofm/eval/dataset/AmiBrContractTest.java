package org.histofm.eval.dataset;

import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.testkit.DatasetContract;

class AmiBrContractTest extends DatasetContract {
  @Override
  protected DatasetProvider provider() {
    return new AmiBr();
  }

  @Override
  protected DatasetRequest request() {
    return Written.request("ami-br", AmiBrTest.excerpt()).withAllowMissing(true);
  }
}
