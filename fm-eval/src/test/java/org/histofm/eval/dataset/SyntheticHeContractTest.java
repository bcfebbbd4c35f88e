package org.histofm.eval.dataset;

import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.plugin.Options;
import org.histofm.testkit.DatasetContract;

class SyntheticHeContractTest extends DatasetContract {
  @Override
  protected DatasetProvider provider() {
    return new SyntheticHe();
  }

  @Override
  protected DatasetRequest request() {
    return DatasetRequest.of("synthetic-he").withOptions(Options.none().with("patients", "2"));
  }

  @Override
  protected boolean readsFiles() {
    return false;
  }
}
