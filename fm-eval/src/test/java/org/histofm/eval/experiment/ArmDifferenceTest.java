package org.histofm.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.histofm.Progress;
import org.histofm.dataset.Cohort;
import org.histofm.eval.statistics.Difference;
import org.histofm.evaluation.Estimate;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arms of an experiment against each other, from fits to files. */
class ArmDifferenceTest {
  private static final Cohort COHORT =
      Bench.cohort(List.of("normal", "atypical"), List.of("a", "b", "c"), 12, 4);
  private static final List<Double> FRACTIONS = List.of(0.5, 1.0);

  private final Path folder;

  ArmDifferenceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static Arm arm(String label, NearestCentroid adapter) {
    return new Arm(label, "nearest-centroid", Options.none(), adapter);
  }

  /** The third arm is the first one under another name. */
  private static ExperimentPlan threeArms() {
    return Bench.plan(
        COHORT,
        arm("one", new NearestCentroid()),
        arm("two", NearestCentroid.seeing(1)),
        arm("three", new NearestCentroid()));
  }

  private static ExperimentResults run(ExperimentPlan plan, Path out) {
    return Experiment.run(
        plan, Bench.backbone(false, List.of()), new Bench.ColourReader(), out, Progress.NONE);
  }

  @Test
  void differences_threeArms_areEveryArmLessEveryEarlierOne() {
    ExperimentResults results = run(threeArms(), folder);

    List<String> expected = new ArrayList<>();
    for (String pair : List.of("two one", "three one", "three two")) {
      for (double fraction : FRACTIONS) {
        for (TestSet test : results.testSets()) {
          for (String metric : results.metrics()) {
            expected.add(pair + " " + fraction + " " + test.describe() + " " + metric);
          }
        }
      }
    }
    assertThat(results.differences())
        .extracting(
            d ->
                d.arm()
                    + " "
                    + d.against()
                    + " "
                    + d.fraction()
                    + " "
                    + d.testSet().describe()
                    + " "
                    + d.metric())
        .containsExactlyElementsOf(expected);
    for (ArmDifference d : results.differences()) {
      Estimate arm = results.estimate(d.arm(), d.fraction(), d.testSet(), d.metric()).orElseThrow();
      Estimate against =
          results.estimate(d.against(), d.fraction(), d.testSet(), d.metric()).orElseThrow();
      Estimate difference = d.difference().estimate();
      assertThat(difference.value().orElseThrow())
          .isCloseTo(arm.value().orElseThrow() - against.value().orElseThrow(), within(1e-12));
      assertThat(difference.samples()).isEqualTo(arm.samples());
      assertThat(difference.groups()).isEqualTo(arm.groups());
      assertThat(difference.seeds()).isEqualTo(2);
      assertThat(d.difference().p().isPresent()).isEqualTo(difference.interval().isPresent());
    }
    assertThat(results.differences())
        .anyMatch(d -> d.difference().estimate().value().orElseThrow() != 0);
  }

  @Test
  void differences_sameArmUnderTwoNames_isZeroAndSaysSo() {
    ExperimentResults results = run(threeArms(), folder);
    Difference same =
        results
            .difference("three", "one", 1, TestSet.outOfDomain("b"), "auroc")
            .orElseThrow()
            .difference();

    assertThat(same.estimate().value()).hasValue(0);
    assertThat(same.estimate().notes()).contains("identical predictions");
    assertThat(same.p()).hasValue(1);
    assertThat(results.difference("one", "three", 1, TestSet.outOfDomain("b"), "auroc"))
        .as("the other way round it is not kept")
        .isEmpty();
  }

  @Test
  void differences_pOfATestSetAndMetric_areCorrectedTogether() {
    ExperimentResults results = run(threeArms(), folder);
    List<Difference> family =
        results.differences().stream()
            .filter(
                d -> d.testSet().equals(TestSet.outOfDomain("b")) && d.metric().equals("accuracy"))
            .map(ArmDifference::difference)
            .filter(d -> d.p().isPresent())
            .toList();

    assertThat(family).hasSize(3 * FRACTIONS.size());
    double smallest = family.stream().mapToDouble(d -> d.p().orElseThrow()).min().orElseThrow();
    assertThat(family)
        .filteredOn(d -> d.p().orElseThrow() == smallest)
        .allSatisfy(
            d ->
                assertThat(d.holm().orElseThrow())
                    .isCloseTo(Math.min(1, family.size() * smallest), within(1e-12)));
    assertThat(family).allMatch(d -> d.holm().orElseThrow() >= d.p().orElseThrow());
  }

  @Test
  void differences_evaluatorOfAPlugin_areGivenUnderTheNameOfItsMetric() {
    ExperimentPlan plan =
        ExperimentPlan.of(
            COHORT,
            "a",
            List.of(arm("one", new NearestCentroid()), arm("two", NearestCentroid.seeing(1))),
            List.of(
                Bench.classification(),
                new EvaluatorChoice("own", Options.none(), new Bench.OwnAccuracy())));
    ExperimentResults results = run(plan, folder);

    TestSet test = TestSet.outOfDomain("c");
    ArmDifference own = results.difference("two", "one", 1, test, "own/accuracy").orElseThrow();
    assertThat(own.evaluator()).isEqualTo("own");
    assertThat(own.difference().estimate().interval())
        .isEqualTo(
            results
                .difference("two", "one", 1, test, "accuracy")
                .orElseThrow()
                .difference()
                .estimate()
                .interval());
  }

  @Test
  void files_ofSeveralArms_holdTheSameDifferences() throws IOException {
    ExperimentResults results = run(threeArms(), folder);
    JsonNode json =
        new ObjectMapper().readTree(folder.resolve("results.json").toFile()).get("differences");
    List<List<String>> rows = Csv.parse(Files.readString(folder.resolve("differences.csv")));
    List<String> header = rows.get(0);

    assertThat(rows)
        .hasSize(results.differences().size() + 1)
        .allMatch(r -> r.size() == header.size());
    assertThat(json).hasSize(results.differences().size());
    for (int i = 0; i < json.size(); i++) {
      ArmDifference expected = results.differences().get(i);
      JsonNode item = json.get(i);
      List<String> row = rows.get(i + 1);
      for (String name : List.of("arm", "against", "test_set", "domain", "metric", "evaluator")) {
        assertThat(row.get(header.indexOf(name))).isEqualTo(item.get(name).asText());
      }
      assertThat(item.get("arm").asText()).isEqualTo(expected.arm());
      assertThat(item.get("against").asText()).isEqualTo(expected.against());
      assertThat(item.get("metric").asText()).isEqualTo(expected.metric());
      assertThat(item.get("value").asDouble())
          .isEqualTo(expected.difference().estimate().value().orElseThrow());
      for (String name : List.of("value", "p", "p_holm")) {
        assertThat(row.get(header.indexOf(name)))
            .isEqualTo(item.get(name).isNull() ? "" : item.get(name).asText());
      }
    }
    assertThat(rows.get(1).get(header.indexOf("against_adapter"))).isEqualTo("nearest-centroid");
  }

  @Test
  void files_ofOneArm_holdNoDifference() throws IOException {
    run(Bench.plan(COHORT, arm("one", new NearestCentroid())), folder);

    assertThat(folder.resolve("differences.csv")).doesNotExist();
    assertThat(
            new ObjectMapper().readTree(folder.resolve("results.json").toFile()).get("differences"))
        .isEmpty();
  }

  @Test
  void files_ofAResumedExperiment_areThoseOfAnUnbrokenOne() throws IOException {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    run(threeArms(), unbroken);
    NearestCentroid failing = NearestCentroid.seeing(1);
    failing.failAt(2);
    ExperimentPlan first =
        Bench.plan(
            COHORT,
            arm("one", new NearestCentroid()),
            arm("two", failing),
            arm("three", new NearestCentroid()));
    assertThatThrownBy(() -> run(first, broken)).hasMessageContaining("killed at fit");
    run(threeArms(), broken);

    assertThat(broken.resolve("differences.csv"))
        .hasSameTextualContentAs(unbroken.resolve("differences.csv"));
    assertThat(broken.resolve("results.csv"))
        .hasSameTextualContentAs(unbroken.resolve("results.csv"));
    assertThat(stable(broken)).isEqualTo(stable(unbroken));
  }

  /** All of results.json before its last key, which holds what may differ. */
  private static String stable(Path out) throws IOException {
    String text = Files.readString(out.resolve("results.json"));
    return text.substring(0, text.indexOf("\n  \"run\" : {"));
  }
}
