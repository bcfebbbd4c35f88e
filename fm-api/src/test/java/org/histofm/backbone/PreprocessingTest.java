package org.histofm.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingTest {
  private static final List<Double> MEAN = List.of(0.5, 0.25, 0.75);
  private static final List<Double> STD = List.of(0.1, 0.2, 0.3);
  private static final Preprocessing BASE = Preprocessing.of(224, MEAN, STD);

  @Test
  void describe_namesEveryValue() {
    assertThat(BASE.withResize(256).withFilter(Preprocessing.Filter.BILINEAR).describe())
        .isEqualTo(
            "resize 256 bilinear, centre crop 224, mean [0.5, 0.25, 0.75], std [0.1, 0.2, 0.3]");
  }

  @Test
  void describe_anyOtherValue_isAnotherText() {
    assertThat(
            List.of(
                BASE.describe(),
                Preprocessing.of(256, MEAN, STD).describe(),
                Preprocessing.of(224, STD, STD).describe(),
                Preprocessing.of(224, MEAN, MEAN).describe(),
                BASE.withResize(256).describe(),
                BASE.withFilter(Preprocessing.Filter.BILINEAR).describe()))
        .doesNotHaveDuplicates();
  }

  @Test
  void equals_sameValues_isEqualWithEqualHash() {
    Preprocessing same = BASE.withResize(256).withResize(224);
    assertThat(BASE).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(BASE.withResize(225));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void of_stdNotPositiveAndFinite_isRefused(double bad) {
    assertThatThrownBy(() -> Preprocessing.of(224, MEAN, List.of(0.1, bad, 0.3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0.1, " + bad + ", 0.3]");
  }

  @Test
  void of_wrongMean_isRefused() {
    assertThatThrownBy(() -> Preprocessing.of(224, List.of(0.5), STD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("three finite numbers");
    assertThatThrownBy(() -> Preprocessing.of(224, List.of(0.5, Double.NaN, 0.5), STD))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withResize_belowTheCrop_namesBoth() {
    assertThatThrownBy(() -> BASE.withResize(223))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("resize to 223 px is smaller than the crop of 224 px");
  }

  @Test
  void of_listChangedLater_keepsItsOwn() {
    List<Double> mean = new ArrayList<>(MEAN);
    Preprocessing preprocessing = Preprocessing.of(224, mean, STD);
    mean.set(0, 9.0);
    assertThat(preprocessing).isEqualTo(BASE);
  }
}
