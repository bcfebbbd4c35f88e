package org.histofm.eval.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.eval.split.LabelDraw.FractionOf;
import org.histofm.eval.split.LabelDraw.Validation;
import org.junit.jupiter.api.Test;

class LabelDrawTest {
  private static final Seed SEED = Seed.of(7);
  private static final Pattern SMALLEST = Pattern.compile("at least ([0-9.]+[0-9])");

  @Test
  void draw_fractionOutOfRange_isRefused() {
    Fold fold = fold(Cohorts.random(12, 2, 1));
    for (double fraction : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> labels(fold, fraction, Validation.GROUPED))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("fraction " + fraction);
    }
  }

  @Test
  void draw_tooSmall_namesTheSmallestFractionThatWorks() {
    Fold fold = fold(Cohorts.random(40, 2, 3));
    InputException refused =
        Assertions.catchThrowableOfType(
            InputException.class, () -> labels(fold, 0.0001, Validation.GROUPED));
    assertThat(refused)
        .hasMessageContaining("fraction 0.0001 of domain A draws labels {p=1, q=1}")
        .hasMessageContaining("--validation none");
    String text = smallest(refused.remedy());
    assertThat(labels(fold, Double.parseDouble(text), Validation.GROUPED).validation().size())
        .isPositive();
    double below = Double.parseDouble(text) - Math.pow(10, text.indexOf('.') + 1 - text.length());
    assertThatThrownBy(() -> labels(fold, below, Validation.GROUPED))
        .as("one step of the last digit less")
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at least " + text + ",");
  }

  @Test
  void draw_noFractionWorks_saysSoAndNamesTheWayOut() {
    Fold fold = stored(Cohorts.of("A P1 xxxxy", "A P2 xxxxx", "A P3 xy"), List.of("P3"));
    assertThatThrownBy(() -> labels(fold, 1, Validation.GROUPED))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("{x=9, y=1} from 2 groups")
        .hasMessageContaining("No fraction works here: use --validation none (fixed epochs");
    assertThat(labels(fold, 1, Validation.NONE).labels()).isEqualTo(10);
  }

  @Test
  void draw_classMissingInDevelopment_isRefused() {
    Fold fold = stored(Cohorts.of("A P1 xxx", "A P2 xxx", "A P3 xy"), List.of("P3"));
    assertThatThrownBy(() -> labels(fold, 1, Validation.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("{x=6, y=0}")
        .hasMessageContaining("add samples of every class");
  }

  @Test
  void draw_withoutValidation_trainsOnEveryLabel() {
    Fold fold = fold(Cohorts.random(20, 2, 1));
    LabelDraw draw = labels(fold, 0.0001, Validation.NONE);
    assertThat(draw.train().size()).isEqualTo(2);
    assertThat(draw.labels()).isEqualTo(2);
    assertThat(draw.validation().samples()).isEmpty();
    assertThat(draw.fraction()).isEqualTo(0.0001);
  }

  @Test
  void draw_ofGroups_takesThemWhole() {
    Fold fold = fold(Cohorts.random(40, 2, 1));
    LabelDraw draw = LabelDraw.of(fold, 0.5, Validation.GROUPED, FractionOf.GROUPS, SEED);
    assertThat(draw.groups()).isEqualTo((fold.development().groups().size() + 1) / 2);
    long whole =
        fold.development().samples().stream()
            .filter(
                s ->
                    draw.train().groups().contains(s.group())
                        || draw.validation().groups().contains(s.group()))
            .count();
    assertThat(draw.labels()).isEqualTo((int) whole);
  }

  @Test
  void draw_ofGroupsWithoutAClass_namesBothWaysOut() {
    Cohort cohort =
        Cohorts.of(
            "A P1 x", "A P2 x", "A P3 x", "A P4 x", "A P5 x", "A P6 y", "A P7 x", "A P8 x",
            "A P9 xy");
    Fold fold = stored(cohort, List.of("P9"));
    InputException refused =
        Assertions.catchThrowableOfType(
            InputException.class,
            () -> LabelDraw.of(fold, 0.01, Validation.NONE, FractionOf.GROUPS, SEED));
    assertThat(refused).hasMessageContainingAll("so a class has none", "--fraction-of labels");
    double works = Double.parseDouble(smallest(refused.remedy()));
    assertThat(LabelDraw.of(fold, works, Validation.NONE, FractionOf.GROUPS, SEED).train().size())
        .isBetween(2, 8);
  }

  @Test
  void draw_roundedFractionTimesCount_takesThatMany() {
    // 0.07 · 100 is 7.000000000000001 in double precision
    Fold fold =
        stored(Cohorts.of("A P1 " + "x".repeat(99) + "y", "A P2 xy", "A P3 xy"), List.of("P3"));
    LabelDraw draw = labels(fold, 0.07, Validation.NONE);
    assertThat(Cohorts.count(draw.train(), "x")).isEqualTo(7);
  }

  private static LabelDraw labels(Fold fold, double fraction, Validation validation) {
    return LabelDraw.of(fold, fraction, validation, FractionOf.LABELS, SEED);
  }

  private static String smallest(String remedy) {
    Matcher matcher = SMALLEST.matcher(remedy);
    assertThat(matcher.find()).as(remedy).isTrue();
    return matcher.group(1);
  }

  private static Fold fold(Cohort cohort) {
    return Fold.byGroup(cohort, "A", SEED);
  }

  private static Fold stored(Cohort cohort, List<String> testGroups) {
    return Fold.of(
        cohort,
        "A",
        Cohorts.ids(
            cohort.withSamples(
                cohort.samples().stream().filter(s -> !testGroups.contains(s.group())).toList())),
        Cohorts.ids(
            cohort.withSamples(
                cohort.samples().stream().filter(s -> testGroups.contains(s.group())).toList())),
        Map.of(),
        List.of());
  }
}
