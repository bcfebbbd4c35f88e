package org.histofm.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordingTest {
  @Test
  void signed_showsTheSideOfEveryNumberButZero() {
    assertThat(Wording.signed(0.0342)).isEqualTo("+0.034");
    assertThat(Wording.signed(-0.0342)).isEqualTo("−0.034");
    assertThat(Wording.signed(-0.0002)).isEqualTo("−0.000");
    assertThat(Wording.signed(0)).isEqualTo("0.000");
    assertThat(Wording.signed(-0.0)).isEqualTo("0.000");
  }

  @Test
  void p_tooSmallForThreeDigits_isGivenAsABound() {
    assertThat(Wording.p(0.0004)).isEqualTo("<0.001");
    assertThat(Wording.p(0.0312)).isEqualTo("0.031");
    assertThat(Wording.p(1)).isEqualTo("1.000");
  }

  @Test
  void axis_zeroBetweenUnevenSteps_hasNoSign() {
    Scale scale = Scale.covering(List.of(-0.3, 0.3), 0, 100);
    assertThat(scale.ticks().stream().map(scale::label)).contains("0.0").doesNotContain("-0.0");
    assertThat(scale.label(-1e-17)).isEqualTo("0.0");
  }
}
