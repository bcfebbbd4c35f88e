package org.histofm.eval.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.eval.split.LabelDraw.FractionOf;
import org.histofm.eval.split.LabelDraw.Validation;

class LabelDrawProperties {
  @Property(tries = 60, seed = "9")
  void draw_hasItsSizeInEveryClass_andIsDividedByGroup(
      @ForAll @IntRange(min = 12, max = 50) int groups,
      @ForAll @IntRange(min = 2, max = 3) int classes,
      @ForAll @DoubleRange(min = 0.05, max = 1) double fraction,
      @ForAll long seed) {
    Fold fold = Fold.byGroup(Cohorts.random(groups, classes, seed), "A", Seed.of(seed));
    LabelDraw draw;
    try {
      draw = LabelDraw.of(fold, fraction, Validation.GROUPED, FractionOf.LABELS, Seed.of(seed));
    } catch (InputException tooSmall) {
      assertThat(fraction).isLessThan(0.5);
      return;
    }
    for (char c = 'p'; c < 'p' + classes; c++) {
      String label = String.valueOf(c);
      long inTrain = Cohorts.count(draw.train(), label);
      long inValidation = Cohorts.count(draw.validation(), label);
      assertThat(inTrain).isPositive();
      assertThat(inValidation).isPositive();
      assertThat(inTrain + inValidation)
          .isEqualTo((long) Math.ceil(fraction * Cohorts.count(fold.development(), label) - 1e-9));
    }
    assertThat(draw.labels()).isEqualTo(draw.train().size() + draw.validation().size());
    assertThat(draw.train().groups()).doesNotContainAnyElementsOf(draw.validation().groups());
    assertThat(draw.groups())
        .isEqualTo(draw.train().groups().size() + draw.validation().groups().size());
    assertThat(Cohorts.ids(fold.development())).containsAll(ids(draw));
  }

  @Property(tries = 60, seed = "9")
  void draws_areNestedInTheFraction(
      @ForAll @IntRange(min = 10, max = 40) int groups,
      @ForAll @DoubleRange(min = 0.01, max = 1) double one,
      @ForAll @DoubleRange(min = 0.01, max = 1) double other,
      @ForAll FractionOf of,
      @ForAll long seed) {
    Fold fold = Fold.byGroup(Cohorts.random(groups, 2, seed), "A", Seed.of(seed));
    List<String> smaller;
    try {
      smaller = ids(LabelDraw.of(fold, Math.min(one, other), Validation.NONE, of, Seed.of(seed)));
    } catch (InputException tooSmall) {
      return;
    }
    assertThat(ids(LabelDraw.of(fold, Math.max(one, other), Validation.NONE, of, Seed.of(seed))))
        .containsAll(smaller);
    assertThat(ids(LabelDraw.of(fold, 1, Validation.GROUPED, of, Seed.of(seed))))
        .containsExactlyInAnyOrderElementsOf(Cohorts.ids(fold.development()));
  }

  @Property(tries = 30, seed = "9")
  void draw_sameSeed_isTheSame_inWhateverOrderSamplesCome(
      @ForAll @IntRange(min = 20, max = 40) int groups, @ForAll FractionOf of, @ForAll long seed) {
    Cohort cohort = Cohorts.random(groups, 2, seed);
    List<Sample> shuffled = new ArrayList<>(cohort.samples());
    Collections.shuffle(shuffled, new Random(seed));
    LabelDraw one = draw(cohort, of, seed);
    LabelDraw same = draw(cohort.withSamples(shuffled), of, seed);
    assertThat(Cohorts.ids(same.train())).isEqualTo(Cohorts.ids(one.train()));
    assertThat(Cohorts.ids(same.validation())).isEqualTo(Cohorts.ids(one.validation()));
  }

  private static LabelDraw draw(Cohort cohort, FractionOf of, long seed) {
    Fold fold = Fold.byGroup(cohort, "A", Seed.of(seed));
    return LabelDraw.of(fold, 0.6, Validation.GROUPED, of, Seed.of(seed));
  }

  private static List<String> ids(LabelDraw draw) {
    List<String> ids = new ArrayList<>(Cohorts.ids(draw.train()));
    ids.addAll(Cohorts.ids(draw.validation()));
    return ids;
  }
}
