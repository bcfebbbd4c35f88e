package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RaceTest {
  @Test
  void rounds_askEverySideOnceAndBeginWithAnotherEachTime() {
    List<String> asked = new ArrayList<>();
    Map<String, Runner> sides = new LinkedHashMap<>();
    List.of("a", "b", "c").forEach(name -> sides.put(name, fake(name, asked)));

    Map<String, List<Measurement>> measured = Race.run(sides, 1, 2);

    assertThat(asked).containsExactly("a", "b", "c", "b", "c", "a", "c", "a", "b");
    assertThat(measured.keySet()).containsExactly("a", "b", "c");
    // the warm-up took numbers 1 to 3
    assertThat(measured.get("b")).extracting(Measurement::millis).containsExactly(4.0, 9.0);
  }

  private static Runner fake(String name, List<String> asked) {
    return new Runner() {
      @Override
      public String described() {
        return "";
      }

      @Override
      public Measurement measure() {
        asked.add(name);
        return new Measurement(asked.size(), 0, 0);
      }

      @Override
      public void close() {}
    };
  }
}
