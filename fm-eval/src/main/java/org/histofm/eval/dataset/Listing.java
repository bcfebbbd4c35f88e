package org.histofm.eval.dataset;

import java.util.List;

/** Lists things in a message: the first ten, and how many there are in all. */
final class Listing {
  private static final int SHOWN = 10;

  private Listing() {}

  static String of(List<String> things) {
    String shown = String.join(", ", things.subList(0, Math.min(SHOWN, things.size())));
    return things.size() <= SHOWN ? shown : shown + ", … (" + things.size() + " in all)";
  }
}
