package org.histofm.eval.experiment;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Task;

/**
 * How many samples something stands on.
 *
 * @param samples number of samples
 * @param groups number of groups
 * @param perClass samples of each class, in the task's order; unmodifiable
 */
public record Counts(int samples, int groups, Map<String, Integer> perClass) {
  /** Copies the map, keeping its order. */
  public Counts {
    perClass = Collections.unmodifiableMap(new LinkedHashMap<>(perClass));
  }

  /** Counts labelled samples. */
  public static Counts of(Task.Classification task, Collection<Sample> samples) {
    Map<String, Integer> perClass = new LinkedHashMap<>();
    task.classes().forEach(name -> perClass.put(name, 0));
    Set<String> groups = new HashSet<>();
    for (Sample sample : samples) {
      perClass.merge(sample.label(), 1, Integer::sum);
      groups.add(sample.group());
    }
    return new Counts(samples.size(), groups.size(), perClass);
  }
}
