package org.histofm.eval.dataset;

import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.testkit.DatasetContract;

class TilesCsvContractTest extends DatasetContract {
  @Override
  protected DatasetProvider provider() {
    return new TilesCsv();
  }

  @Override
  protected DatasetRequest request() {
    return Written.request("tiles-csv", AmiBrTest.excerpt().resolveSibling("tiles.csv"));
  }
}
