package org.histofm.backbones.embedding;

import java.nio.file.Path;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.testkit.SampleReaderContract;
import org.junit.jupiter.api.io.TempDir;

class BackboneSampleReaderContractTest extends SampleReaderContract {
  @TempDir private Path store;

  @Override
  protected SampleReader reader(Backbone backbone) {
    return BackboneSampleReader.of(backbone, store);
  }
}
