package org.histofm.adapters.internal;

import java.util.ArrayList;
import java.util.List;
import org.histofm.InputException;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;

/** Reads the labels of samples as class indices, and refuses what cannot be used by name. */
public final class ClassLabels {
  private ClassLabels() {}

  /**
   * Class index of every training sample.
   *
   * @throws InputException naming a sample without one of the classes as label, or the classes
   *     without sample
   */
  public static int[] training(Cohort train, List<String> classes) {
    int[] labels = of(train.samples(), classes, "training");
    List<String> absent = absent(counts(labels, classes.size()), classes);
    if (!absent.isEmpty()) {
      throw new InputException(
          "of the classes "
              + classes
              + " there is no training sample of "
              + absent
              + " among "
              + train.size()
              + " of "
              + train.name()
              + ".",
          "Add labelled samples, take a larger fraction, or leave the class out of the task.");
    }
    return labels;
  }

  /**
   * Class index of every sample.
   *
   * @param part what the samples are, for messages: {@code "training"}
   * @throws InputException naming a sample without one of the classes as label
   */
  public static int[] of(List<Sample> samples, List<String> classes, String part) {
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
  public static int[] counts(int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /** The classes of which {@code counts} has none. */
  public static List<String> absent(int[] counts, List<String> classes) {
    List<String> absent = new ArrayList<>();
    for (int k = 0; k < counts.length; k++) {
      if (counts[k] == 0) {
        absent.add(classes.get(k));
      }
    }
    return absent;
  }
}
