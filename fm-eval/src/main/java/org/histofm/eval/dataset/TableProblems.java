package org.histofm.eval.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.histofm.InputException;

/** What is wrong with the rows of a table, kind by kind, so that all of it is told at once. */
final class TableProblems {
  private final Path table;
  private final Map<String, List<String>> byKind = new LinkedHashMap<>();

  TableProblems(Path table) {
    this.table = table;
  }

  /** Records that {@code line} has this kind of problem. */
  void add(String kind, int line) {
    add(kind, "line " + line);
  }

  /** Records a problem of several lines, told by {@code where}. */
  void add(String kind, String where) {
    byKind.computeIfAbsent(kind, k -> new ArrayList<>()).add(where);
  }

  /**
   * @throws InputException naming every kind, its number and up to ten places
   */
  void refuseAny(String remedy) {
    if (byKind.isEmpty()) {
      return;
    }
    List<String> kinds = new ArrayList<>();
    byKind.forEach((kind, where) -> kinds.add(kind + ": " + Listing.of(where)));
    throw new InputException(
        "table " + table + " cannot be used: " + String.join("; ", kinds) + ".", remedy);
  }
}
