package com.example.lab;

import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.testkit.DatasetContract;

/** The test kit's contract, run on this project's data set. */
class QuadrantDatasetTest extends DatasetContract {
  @Override
  protected DatasetProvider provider() {
    return new QuadrantDataset();
  }

  @Override
  protected DatasetRequest request() {
    return DatasetRequest.of("lab-quadrants");
  }

  @Override
  protected boolean readsFiles() {
    return false;
  }
}
