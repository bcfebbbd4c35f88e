package org.histofm.adapters.probe;

import java.util.ArrayList;
import java.util.List;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;

/** Reads labels and embeddings of samples, and refuses what cannot be used by name. */
final class ProbeData {
  private ProbeData() {}

  /**
   * Class index of every sample.
   *
   * @param part what the samples are, for messages: {@code "training"}
   * @throws InputException naming a sample without one of the classes as label
   */
  static int[] labels(List<Sample> samples, List<String> classes, String part) {
    int[] labels = new int[samples.size()];
    for (int i = 0; i < labels.length; i++) {
      Sample sample = samples.get(i);
      labels[i] =
          sample.target() instanceof Target.ClassLabel label ? classes.indexOf(label.name()) : -1;
      if (labels[i] < 0) {
        throw new InputException(
            part
                + " sample '"
                + sample.id()
                + "' has none of the classes "
                + classes
                + " but "
                + sample.target()
                + ".",
            "Label it, or leave it out of the " + part + " data.");
      }
    }
    return labels;
  }

  /** Samples of each class. */
  static int[] counts(int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /** The classes of which {@code counts} has none. */
  static List<String> absent(int[] counts, List<String> classes) {
    List<String> absent = new ArrayList<>();
    for (int k = 0; k < counts.length; k++) {
      if (counts[k] == 0) {
        absent.add(classes.get(k));
      }
    }
    return absent;
  }

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
