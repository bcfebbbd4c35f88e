package org.histofm.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoredSamplesTest {
  private static final List<String> CLASSES = List.of("a", "b", "c");

  private static ScoredSamples four() {
    return ScoredSamples.of(
        CLASSES,
        List.of("s0", "s1", "s2", "s3"),
        List.of("P9", "P1", "P9", "P5"),
        new int[] {0, 1, 2, 1},
        new double[] {.7, .2, .1, .1, .8, .1, .2, .4, .4, .3, .3, .4});
  }

  @Test
  void of_sizesThatDoNotFit_namesThemAll() {
    assertThatThrownBy(
            () ->
                ScoredSamples.of(
                    CLASSES, List.of("s0"), List.of("P0", "P1"), new int[] {0}, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 labels, 1 ids, 2 groups and 3 scores of 3 classes do not fit");
    assertThatThrownBy(
            () ->
                ScoredSamples.of(
                    CLASSES, List.of("s0"), List.of("P0"), new int[] {0}, new double[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void of_labelOutOfRange_isRefused() {
    for (int label : new int[] {-1, 3}) {
      assertThatThrownBy(
              () ->
                  ScoredSamples.of(
                      CLASSES, List.of("s0"), List.of("P0"), new int[] {label}, new double[3]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("label " + label + " is none of [a, b, c]");
    }
  }

  @Test
  void of_arraysChangedLater_keepsItsOwn() {
    int[] labels = {0};
    double[] scores = {.5, .3, .2};
    ScoredSamples one = ScoredSamples.of(CLASSES, List.of("s0"), List.of("P0"), labels, scores);
    labels[0] = 2;
    scores[0] = 0;
    assertThat(one.label(0)).isZero();
    assertThat(one.score(0, 0)).isEqualTo(.5);
  }

  @Test
  void predicted_isTheHighestScore_theFirstOfEquals() {
    ScoredSamples samples = four();
    assertThat(samples.predicted(0)).isZero();
    assertThat(samples.predicted(1)).isEqualTo(1);
    assertThat(samples.predicted(2)).isEqualTo(1);
    assertThat(samples.predicted(3)).isEqualTo(2);
  }

  @Test
  void score_ofNoClass_isRefusedAlsoWhereANeighbourHasOne() {
    assertThatThrownBy(() -> four().score(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> four().score(1, -1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void groupSizes_areInOrderOfFirstAppearance() {
    assertThat(four().groupSizes())
        .containsExactly(Map.entry("P9", 2), Map.entry("P1", 1), Map.entry("P5", 1));
  }

  @Test
  void without_group_keepsEveryOtherSampleInOrder() {
    ScoredSamples rest = four().without("P9");
    assertThat(rest.size()).isEqualTo(2);
    assertThat(List.of(rest.id(0), rest.id(1))).containsExactly("s1", "s3");
    assertThat(rest.score(1, 2)).isEqualTo(.4);
    assertThat(four().without("P0").size()).isEqualTo(4);
  }

  @Test
  void subset_outOfRange_isRefused() {
    assertThatThrownBy(() -> four().subset(new int[] {4}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
