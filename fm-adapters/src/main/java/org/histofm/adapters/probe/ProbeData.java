package org.histofm.adapters.probe;

import java.util.List;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;

/** Reads embeddings of samples, and refuses what cannot be used by name. */
final class ProbeData {
  private ProbeData() {}

  /**
   * Embeddings of samples.
   *
   * @throws InputException naming the first sample with a value that is not finite
   * @throws IllegalStateException if the reader gives another number of rows
   */
  static EmbeddingMatrix embeddings(List<Sample> samples, SampleReader reader, Progress progress) {
    EmbeddingMatrix embeddings = reader.embeddings(samples, progress);
    if (embeddings.rows() != samples.size()) {
      throw new IllegalStateException(
          "the sample reader gave "
              + embeddings.rows()
              + " embeddings for "
              + samples.size()
              + " samples");
    }
    float[] row = new float[embeddings.dim()];
    for (int i = 0; i < embeddings.rows(); i++) {
      embeddings.copyRow(i, row, 0);
      for (int j = 0; j < row.length; j++) {
        if (!Float.isFinite(row[j])) {
          throw new InputException(
              "the embedding of sample '"
                  + samples.get(i).id()
                  + "' holds "
                  + row[j]
                  + " in dimension "
                  + j
                  + ".",
              "Check its image and the backbone's weights, or leave it out.");
        }
      }
    }
    return embeddings;
  }
}
