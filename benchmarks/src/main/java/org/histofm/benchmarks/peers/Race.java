package org.histofm.benchmarks.peers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures sides in turn. A round asks every side once, and each round begins with another side, so
 * that a slow drift of the machine meets all alike.
 */
final class Race {
  private Race() {}

  /**
   * Runs all rounds.
   *
   * @param sides by name
   * @param warmUps rounds before those that count
   * @return the measurements of each side, in the order of {@code sides}
   */
  static Map<String, List<Measurement>> run(
      Map<String, ? extends Runner> sides, int warmUps, int rounds) {
    Map<String, List<Measurement>> all = new LinkedHashMap<>();
    sides.keySet().forEach(name -> all.put(name, new ArrayList<>()));
    List<Map.Entry<String, ? extends Runner>> order = new ArrayList<>(sides.entrySet());
    for (int round = -warmUps; round < rounds; round++) {
      for (Map.Entry<String, ? extends Runner> side : order) {
        Measurement measured = side.getValue().measure();
        if (round >= 0) {
          all.computeIfAbsent(side.getKey(), name -> new ArrayList<>()).add(measured);
        }
      }
      Collections.rotate(order, -1);
    }
    return all;
  }
}
