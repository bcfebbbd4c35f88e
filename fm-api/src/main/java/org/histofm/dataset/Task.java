package org.histofm.dataset;

import java.util.HashSet;
import java.util.List;

/**
 * What is asked about every sample of a cohort.
 *
 * <p>Cases may be added; adapters and evaluators declare what they take by {@code supports}, and
 * are refused by name before they are called.
 */
public sealed interface Task {
  /**
   * One class of several. With two classes the second one is the positive class, of which
   * sensitivity, F1 and AUROC speak.
   *
   * @param classes the class names, at least two, all different
   */
  record Classification(List<String> classes) implements Task {
    /**
     * @throws IllegalArgumentException if there are fewer than two classes or one stands twice
     */
    public Classification {
      classes = List.copyOf(classes);
      if (classes.size() < 2 || new HashSet<>(classes).size() != classes.size()) {
        throw new IllegalArgumentException(
            "a task needs two or more different classes, got " + classes);
      }
    }

    /**
     * The index of a class.
     *
     * @throws IllegalArgumentException if it is none of the task's
     */
    public int indexOf(String name) {
      int index = classes.indexOf(name);
      if (index < 0) {
        throw new IllegalArgumentException("'" + name + "' is none of the classes " + classes);
      }
      return index;
    }
  }
}
