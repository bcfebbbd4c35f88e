package org.histofm.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FactsTest {
  private static final Facts ZA = Facts.none().with("z", "1").with("a", "2");

  @Test
  void with_keepsTheOrderOfNaming_notTheAlphabet() {
    assertThat(ZA.with("m", "3").asMap().keySet()).containsExactly("z", "a", "m");
  }

  @Test
  void with_knownName_changesItInPlace() {
    assertThat(ZA.with("z", "9").asMap()).containsExactly(Map.entry("z", "9"), Map.entry("a", "2"));
  }

  @Test
  void with_otherFacts_letsThemWinAndAddsTheirs() {
    Facts other = Facts.none().with("b", "4").with("z", "5");
    assertThat(ZA.with(other).asMap())
        .containsExactly(Map.entry("z", "5"), Map.entry("a", "2"), Map.entry("b", "4"));
  }

  @Test
  void with_leavesTheOriginalAlone() {
    ZA.with("z", "9");
    assertThat(Facts.none().asMap()).isEmpty();
    assertThat(ZA.asMap()).containsEntry("z", "1");
    assertThatThrownBy(() -> ZA.asMap().put("z", "0"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
