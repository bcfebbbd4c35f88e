package org.histofm.eval.dataset;

import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.testkit.DatasetContract;

class ImageFolderContractTest extends DatasetContract {
  @Override
  protected DatasetProvider provider() {
    return new ImageFolder();
  }

  @Override
  protected DatasetRequest request() {
    return Written.request("image-folder", AmiBrTest.excerpt().resolve("patches"));
  }
}
