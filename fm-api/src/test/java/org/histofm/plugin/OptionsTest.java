package org.histofm.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.histofm.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  private static Options of(String name, String value) {
    return Options.none().with(name, value);
  }

  @Test
  void readers_nothingSet_giveTheDefaultEvenOutsideTheRange() {
    Options none = Options.none();
    assertThat(none.integer("rank", -1, 1, 64)).isEqualTo(-1);
    assertThat(none.number("lr", -1, 0, 1)).isEqualTo(-1);
    assertThat(none.flag("merge", true)).isTrue();
    assertThat(none.text("solver", "lbfgs")).isEqualTo("lbfgs");
  }

  @Test
  void integer_limitsAndBlanks_areTaken() {
    assertThat(of("rank", " 1 ").integer("rank", 8, 1, 64)).isEqualTo(1);
    assertThat(of("rank", "64").integer("rank", 8, 1, 64)).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65", "8.0", "eight", "", "1e1", "99999999999"})
  void integer_anythingElse_isRefusedWithSettingRangeAndDefault(String text) {
    assertThatThrownBy(() -> of("rank", text).integer("rank", 8, 1, 64))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "setting rank=" + text + " is not a whole number from 1 to 64. Its default is 8.");
  }

  @Test
  void number_limitsAndExponents_areTaken() {
    assertThat(of("lr", "0").number("lr", 0.1, 0, 1)).isZero();
    assertThat(of("lr", " 1e-3").number("lr", 0.1, 0, 1)).isEqualTo(0.001);
    assertThat(of("lr", "1").number("lr", 0.1, 0, 1)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1.01", "NaN", "0,5", "", "small"})
  void number_anythingElse_isRefusedWithSettingRangeAndDefault(String text) {
    assertThatThrownBy(() -> of("lr", text).number("lr", 0.1, 0, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("setting lr=" + text + " is not a number from 0.0 to 1.0. Its default is 0.1.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Infinity", "-Infinity", "1e999"})
  void number_withoutLimits_isStillFinite(String text) {
    double all = Double.POSITIVE_INFINITY;
    assertThatThrownBy(() -> of("c", text).number("c", 1, -all, all))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("setting c=" + text);
  }

  @Test
  void flag_trueAndFalse_areTaken() {
    assertThat(of("merge", "true ").flag("merge", false)).isTrue();
    assertThat(of("merge", "false").flag("merge", true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRUE", "yes", "1", ""})
  void flag_anythingElse_isRefusedWithSettingAndDefault(String text) {
    assertThatThrownBy(() -> of("merge", text).flag("merge", false))
        .isInstanceOf(InputException.class)
        .hasMessage("setting merge=" + text + " is neither true nor false. Its default is false.");
  }

  @Test
  void allow_unknownSettings_areRefusedBesideTheKnownOnes() {
    Options options = Options.of(Map.of("rnak", "4", "rank", "4", "aplha", "1"));
    assertThatThrownBy(() -> options.allow("adapter lora", "rank", "alpha"))
        .isInstanceOf(InputException.class)
        .hasMessage("adapter lora has no setting [aplha, rnak]. Its settings are [alpha, rank].");
  }

  @Test
  void allow_pluginWithoutSettings_saysSo() {
    assertThatThrownBy(() -> of("rank", "4").allow("data set mine"))
        .hasMessage("data set mine has no setting [rank]. It has none.");
  }

  @Test
  void allow_knownSettings_givesThemBack() {
    Options options = of("rank", "4");
    assertThat(options.allow("adapter lora", "rank", "alpha")).isSameAs(options);
  }

  @Test
  void of_mapChangedLater_keepsItsOwnValues() {
    Map<String, String> map = new HashMap<>(Map.of("rank", "4"));
    Options options = Options.of(map);
    map.put("rank", "8");
    assertThat(options.asMap()).containsExactly(Map.entry("rank", "4"));
    assertThatThrownBy(() -> options.asMap().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void with_leavesTheOriginalAlone_andOrderDoesNotMatter() {
    Options rank = of("rank", "4");
    Options both = rank.with("alpha", "1");
    assertThat(rank.asMap()).containsOnlyKeys("rank");
    assertThat(both).isEqualTo(of("alpha", "1").with("rank", "4"));
    assertThat(both).hasToString("{alpha=1, rank=4}");
  }
}
