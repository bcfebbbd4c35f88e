package org.histofm.eval.dataset;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import org.histofm.InputException;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;

/** Puts class names found on disk in order: sorted, or with the positive one of two last. */
final class Classes {
  private Classes() {}

  /**
   * @param where what the names come from, for messages
   * @throws InputException if there are fewer than two, two differ only in case, or the setting
   *     {@code positive} does not fit
   */
  static Task.Classification of(String where, Collection<String> names, Options options) {
    List<String> classes = new ArrayList<>(new TreeSet<>(names));
    if (classes.size() < 2) {
      throw new InputException(
          where + " has " + (classes.isEmpty() ? "no class" : "only the class " + classes) + ".",
          "A classification needs two or more classes.");
    }
    TreeMap<String, String> folded = new TreeMap<>();
    for (String name : classes) {
      String twin = folded.put(name.toLowerCase(Locale.ROOT), name);
      if (twin != null) {
        throw new InputException(
            where
                + " has the classes '"
                + twin
                + "' and '"
                + name
                + "', which differ only in case.",
            "Write a class in one way.");
      }
    }
    String positive = options.text("positive", "");
    if (!positive.isEmpty()) {
      if (!classes.contains(positive) || classes.size() != 2) {
        throw new InputException(
            "setting positive=" + positive + " does not fit the classes " + classes + ".",
            "It names one of two classes.");
      }
      classes.remove(positive);
      classes.add(positive);
    }
    return new Task.Classification(classes);
  }
}
