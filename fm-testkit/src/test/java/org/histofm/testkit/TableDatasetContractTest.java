package org.histofm.testkit;

import java.io.IOException;
import java.nio.file.Path;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class TableDatasetContractTest extends DatasetContract {
  private Path data;

  @BeforeEach
  void write(@TempDir Path fresh) throws IOException {
    data = fresh;
    FaultyDataset.write(data);
  }

  @Override
  protected DatasetProvider provider() {
    return new FaultyDataset.Provider();
  }

  @Override
  protected DatasetRequest request() {
    return DatasetRequest.of("table").withData(data);
  }
}
