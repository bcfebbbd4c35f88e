package org.histofm.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.histofm.InputException;

class OptionsProperties {
  @Property(seed = "20261125")
  void integer_writtenOut_isReadBackOrRefused(
      @ForAll int value, @ForAll int one, @ForAll int other) {
    int min = Math.min(one, other);
    int max = Math.max(one, other);
    Options options = Options.none().with("n", Integer.toString(value));
    if (value >= min && value <= max) {
      assertThat(options.integer("n", 0, min, max)).isEqualTo(value);
    } else {
      assertThatThrownBy(() -> options.integer("n", 0, min, max))
          .isInstanceOf(InputException.class);
    }
  }

  @Property(tries = 300, seed = "20261125")
  void number_writtenOut_isReadBackToTheLastBit(@ForAll double value) {
    Options options = Options.none().with("x", Double.toString(value));
    assertThat(options.number("x", 0, -Double.MAX_VALUE, Double.MAX_VALUE)).isEqualTo(value);
  }
}
