package org.histofm.eval.statistics;

import java.util.ArrayList;
import java.util.List;
import org.histofm.evaluation.ScoredSamples;

/** Samples of two classes in turn, the first ones of each group predicted rightly. */
final class Run {
  private final List<String> ids = new ArrayList<>();
  private final List<String> groups = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final List<Double> scores = new ArrayList<>();

  Run add(String group, int samples, int right) {
    for (int i = 0; i < samples; i++) {
      int label = i % 2;
      int predicted = i < right ? label : 1 - label;
      ids.add(group + i);
      groups.add(group);
      labels.add(label);
      scores.add(1.0 - predicted);
      scores.add((double) predicted);
    }
    return this;
  }

  ScoredSamples scored() {
    return ScoredSamples.of(
        List.of("c0", "c1"),
        ids,
        groups,
        labels.stream().mapToInt(y -> y).toArray(),
        scores.stream().mapToDouble(s -> s).toArray());
  }
}
