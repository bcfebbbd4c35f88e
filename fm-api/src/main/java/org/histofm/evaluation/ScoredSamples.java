package org.histofm.evaluation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * True classes beside predicted class scores, with id and group of every sample: what a metric
 * looks at. Immutable.
 */
public final class ScoredSamples {
  private final List<String> classes;
  private final List<String> ids;
  private final List<String> groups;
  private final int[] labels;
  private final double[] scores;

  private ScoredSamples(
      List<String> classes, List<String> ids, List<String> groups, int[] labels, double[] scores) {
    this.classes = classes;
    this.ids = ids;
    this.groups = groups;
    this.labels = labels;
    this.scores = scores;
  }

  /**
   * @param classes class names, C of them
   * @param ids id of each of N samples
   * @param groups group of each sample
   * @param labels true class of each sample, 0 … C−1
   * @param scores [N, C] row-major probabilities
   * @throws IllegalArgumentException if the sizes differ or a label is out of range
   */
  public static ScoredSamples of(
      List<String> classes, List<String> ids, List<String> groups, int[] labels, double[] scores) {
    int n = labels.length;
    if (ids.size() != n || groups.size() != n || scores.length != (long) n * classes.size()) {
      throw new IllegalArgumentException(
          n
              + " labels, "
              + ids.size()
              + " ids, "
              + groups.size()
              + " groups and "
              + scores.length
              + " scores of "
              + classes.size()
              + " classes do not fit");
    }
    for (int label : labels) {
      if (label < 0 || label >= classes.size()) {
        throw new IllegalArgumentException("label " + label + " is none of " + classes);
      }
    }
    return new ScoredSamples(
        List.copyOf(classes),
        List.copyOf(ids),
        List.copyOf(groups),
        labels.clone(),
        scores.clone());
  }

  /** Number of samples, N. */
  public int size() {
    return labels.length;
  }

  /** Class names in order of their index; of two, the second is the positive one. */
  public List<String> classes() {
    return classes;
  }

  /** Id of sample {@code i}. */
  public String id(int i) {
    return ids.get(i);
  }

  /** Group of sample {@code i}. */
  public String group(int i) {
    return groups.get(i);
  }

  /** True class of sample {@code i}. */
  public int label(int i) {
    return labels[i];
  }

  /** Predicted probability of class {@code c} for sample {@code i}. */
  public double score(int i, int c) {
    if (c < 0 || c >= classes.size()) {
      throw new IndexOutOfBoundsException("class " + c + " of " + classes.size());
    }
    return scores[i * classes.size() + c];
  }

  /** Predicted class of sample {@code i}: the highest score, the first of equals. */
  public int predicted(int i) {
    int best = 0;
    for (int c = 1; c < classes.size(); c++) {
      if (score(i, c) > score(i, best)) {
        best = c;
      }
    }
    return best;
  }

  /** Number of samples of each group, in order of first appearance. */
  public Map<String, Integer> groupSizes() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    groups.forEach(group -> sizes.merge(group, 1, Integer::sum));
    return sizes;
  }

  /** A copy without the samples of one group. */
  public ScoredSamples without(String group) {
    return subset(IntStream.range(0, size()).filter(i -> !groups.get(i).equals(group)).toArray());
  }

  /** A copy of these samples, in this order; one may stand more than once. */
  public ScoredSamples subset(int[] indices) {
    int c = classes.size();
    double[] chosen = new double[indices.length * c];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(scores, indices[i] * c, chosen, i * c, c);
    }
    return new ScoredSamples(
        classes,
        Arrays.stream(indices).mapToObj(ids::get).toList(),
        Arrays.stream(indices).mapToObj(groups::get).toList(),
        Arrays.stream(indices).map(i -> labels[i]).toArray(),
        chosen);
  }
}
