package org.histofm.benchmarks.peers;

import java.util.List;

/**
 * One line of work that is measured on several sides.
 *
 * @param id its name on the command line
 * @param summary what is measured, in one line
 * @param style how its processes live
 * @param rounds measured rounds unless the user names another number
 * @param sides contenders, in the order of the output
 * @param comparisons what is made of them
 */
record Row(
    String id,
    String summary,
    Style style,
    int rounds,
    List<Side> sides,
    List<Comparison> comparisons) {
  /** How the processes of a row live. */
  enum Style {
    /** Each side is one process that is asked again and again and times its own work. */
    RESIDENT,
    /** Each measurement is a whole process, timed from outside. */
    FRESH
  }

  Row {
    sides = List.copyOf(sides);
    comparisons = List.copyOf(comparisons);
  }
}
