package org.histofm.eval.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a test set may have been seen in pretraining.
 *
 * <p>Names are compared in lower case, letters and digits only. A cohort or domain counts as seen
 * if its name contains, or is contained in, the name of a pretraining cohort ("TCGA-BRCA" and
 * "TCGA"), or if it is known to be drawn from it. Better one mark too many than one too few: names
 * are all there is to go by.
 */
final class PretrainingOverlap {
  /** Public data sets whose slides come from another one, by their comparable names. */
  private static final Map<String, String> DRAWN_FROM =
      Map.of(
          "tupac16", "tcga",
          "monuseg", "tcga",
          "patchcamelyon", "camelyon16",
          "pcam", "camelyon16");

  /** Shorter names say too little to be searched for inside others. */
  private static final int SHORTEST = 3;

  private PretrainingOverlap() {}

  /** The pretraining cohorts that one of these names belongs to, sorted. */
  static List<String> of(Set<String> pretrainingCohorts, List<String> names) {
    Set<String> seen = new TreeSet<>();
    for (String cohort : pretrainingCohorts) {
      for (String name : names) {
        if (overlaps(comparable(cohort), comparable(name))) {
          seen.add(cohort);
        }
      }
    }
    return new ArrayList<>(seen);
  }

  private static boolean overlaps(String cohort, String name) {
    return contains(cohort, name)
        || DRAWN_FROM.entrySet().stream()
            .anyMatch(entry -> name.contains(entry.getKey()) && contains(cohort, entry.getValue()));
  }

  private static boolean contains(String a, String b) {
    return a.equals(b)
        || (b.length() >= SHORTEST && a.contains(b))
        || (a.length() >= SHORTEST && b.contains(a));
  }

  private static String comparable(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }
}
