package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.dataset.Task;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Evaluator;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.evaluation.Statistic;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.Test;

/**
 * The contract of an {@link EvaluatorProvider}: extend it in a test and supply the provider. The
 * contract makes its own predictions; its requests give values without intervals.
 */
public abstract class EvaluatorContract extends ProviderContract<EvaluatorProvider> {
  private static final List<String> TWO = List.of("no", "yes");
  private static final List<String> THREE = List.of("a", "b", "c");

  /** For a test that extends it. */
  protected EvaluatorContract() {
    super(EvaluatorProvider.class);
  }

  /** Id of the evaluator under test: the provider's first until overridden. */
  protected String id() {
    return provider().ids().get(0);
  }

  /** Settings of the evaluator under test: none until overridden. */
  protected Options options() {
    return Options.none();
  }

  /** Capability: takes tasks of more than two classes. True until overridden. */
  protected boolean takesManyClasses() {
    return true;
  }

  @Test
  void supports_tellsWhatIsTaken() {
    Evaluator evaluator = evaluator();
    assertThat(evaluator.supports(new Task.Classification(TWO)))
        .as("supports(two classes)")
        .isTrue();
    assertThat(evaluator.supports(new Task.Classification(THREE)))
        .as("supports(three classes), as takesManyClasses() says")
        .isEqualTo(takesManyClasses());
  }

  @Test
  void evaluate_everySupportedTask_givesEstimates() {
    assertSound(evaluator().evaluate(request(samples(TWO, 40, Seed.of(1)))));
    if (takesManyClasses()) {
      assertSound(evaluator().evaluate(request(samples(THREE, 40, Seed.of(1)))));
    }
  }

  @Test
  void evaluate_otherPredictions_givesTheSameNames() {
    List<String> names = names(evaluator().evaluate(request(samples(TWO, 40, Seed.of(1)))));
    assertThat(names).as("names of the estimates").isNotEmpty().doesNotHaveDuplicates();
    ScoredSamples other = samples(TWO, 23, Seed.of(2));
    assertThat(names(evaluator().evaluate(request(other))))
        .as("names on other predictions")
        .isEqualTo(names);
    assertThat(names(evaluator().evaluate(request(other, samples(TWO, 40, Seed.of(3))))))
        .as("names with two training seeds")
        .isEqualTo(names);
    assertThat(names(evaluator().evaluate(request(onlyClass(other, 0)))))
        .as("names where a class has no sample")
        .isEqualTo(names);
  }

  @Test
  void evaluate_samplesInOtherOrder_givesTheSameValues() {
    ScoredSamples samples = samples(TWO, 40, Seed.of(1));
    ScoredSamples shuffled = samples.subset(Seed.of(5).permutation(samples.size()));
    assertSameValues(
        "values on shuffled samples",
        evaluator().evaluate(request(shuffled)),
        evaluator().evaluate(request(samples)));
  }

  @Test
  void evaluate_again_givesTheSameValues() {
    EvaluationRequest request = request(samples(TWO, 40, Seed.of(1)));
    Evaluator evaluator = evaluator();
    List<Estimate> first = evaluator.evaluate(request);
    assertThat(described(evaluator.evaluate(request)))
        .as("the same request again")
        .isEqualTo(described(first));
    List<EvaluationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      requests.add(request(samples(TWO, 40, Seed.of(10 + i))));
    }
    assertThat(TwoThreads.map(requests, r -> described(evaluator.evaluate(r))))
        .as("estimates by two threads at once")
        .isEqualTo(requests.stream().map(r -> described(evaluator.evaluate(r))).toList());
  }

  @Test
  void evaluate_whereUndefined_saysWhy() {
    ScoredSamples samples = samples(TWO, 40, Seed.of(1));
    List<ScoredSamples> awkward =
        List.of(
            onlyClass(samples, 0),
            onlyClass(samples, 1),
            samples.subset(new int[] {0}),
            constantScores(samples));
    for (ScoredSamples few : awkward) {
      assertSound(evaluator().evaluate(request(few)));
    }
  }

  @Test
  void option_unknown_isRefusedByName() {
    assertThat(
            refusal(
                "an unknown option",
                InputException.class,
                () -> provider().create(id(), UNKNOWN_OPTION)))
        .hasMessageContaining("no-such-setting");
  }

  private Evaluator evaluator() {
    return provider().create(id(), options());
  }

  private static EvaluationRequest request(ScoredSamples... runs) {
    return new PlainRequest(List.of(runs));
  }

  /** Samples of 8 groups whose scores lean to the true class. */
  private static ScoredSamples samples(List<String> classes, int n, Seed seed) {
    SplittableRandom random = seed.derive("scores").random();
    int[] labels = IntStream.range(0, n).map(i -> i % classes.size()).toArray();
    double[] scores = new double[n * classes.size()];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int c = 0; c < classes.size(); c++) {
        double score = random.nextDouble(0.05, 1) + (c == labels[i] ? 0.4 : 0);
        scores[i * classes.size() + c] = score;
        sum += score;
      }
      for (int c = 0; c < classes.size(); c++) {
        scores[i * classes.size() + c] /= sum;
      }
    }
    return ScoredSamples.of(
        classes,
        IntStream.range(0, n).mapToObj(i -> "s" + i).toList(),
        IntStream.range(0, n).mapToObj(i -> "g" + i / classes.size() % 8).toList(),
        labels,
        scores);
  }

  private static ScoredSamples onlyClass(ScoredSamples samples, int label) {
    return samples.subset(
        IntStream.range(0, samples.size()).filter(i -> samples.label(i) == label).toArray());
  }

  private static ScoredSamples constantScores(ScoredSamples samples) {
    int n = samples.size();
    double[] scores = new double[n * 2];
    Arrays.fill(scores, 0.5);
    return ScoredSamples.of(
        samples.classes(),
        IntStream.range(0, n).mapToObj(samples::id).toList(),
        IntStream.range(0, n).mapToObj(samples::group).toList(),
        IntStream.range(0, n).map(samples::label).toArray(),
        scores);
  }

  private static List<String> names(List<Estimate> estimates) {
    return estimates.stream().map(Estimate::name).toList();
  }

  private static List<String> described(List<Estimate> estimates) {
    return estimates.stream()
        .map(e -> e + ", n " + e.samples() + ", groups " + e.groups() + ", " + e.notes())
        .toList();
  }

  private static void assertSound(List<Estimate> estimates) {
    assertThat(estimates).as("estimates").isNotEmpty();
    for (Estimate estimate : estimates) {
      assertThat(estimate.name()).as("name of an estimate").isNotBlank();
      assertThat(estimate.samples()).as("samples of %s", estimate.name()).isPositive();
      assertThat(estimate.groups()).as("groups of %s", estimate.name()).isPositive();
      if (estimate.value().isEmpty() || estimate.interval().isEmpty()) {
        assertThat(estimate.reason())
            .as("reason why %s has no value or no interval", estimate.name())
            .isNotBlank();
      }
    }
  }

  private static void assertSameValues(
      String what, List<Estimate> actual, List<Estimate> expected) {
    assertThat(names(actual)).as("names of " + what).isEqualTo(names(expected));
    for (int i = 0; i < expected.size(); i++) {
      String name = expected.get(i).name();
      assertThat(actual.get(i).value().isPresent())
          .as("%s is defined, %s", name, what)
          .isEqualTo(expected.get(i).value().isPresent());
      if (expected.get(i).value().isPresent()) {
        assertThat(actual.get(i).value().orElseThrow())
            .as("%s, %s", name, what)
            .isCloseTo(expected.get(i).value().orElseThrow(), within(1e-9));
      }
    }
  }

  /** Values averaged over runs, without intervals. */
  private record PlainRequest(List<ScoredSamples> runs) implements EvaluationRequest {
    @Override
    public Task task() {
      return new Task.Classification(runs.get(0).classes());
    }

    @Override
    public Estimate estimate(String name, Range range, Statistic statistic) {
      double sum = 0;
      int samples = 0;
      int groups = 0;
      for (ScoredSamples run : runs) {
        samples += run.size();
        groups += run.groupSizes().size();
      }
      for (ScoredSamples run : runs) {
        if (statistic.of(run) instanceof Score.Value score) {
          sum += score.value();
        } else {
          String reason = ((Score.Undefined) statistic.of(run)).reason();
          return Estimate.undefined(name, reason, samples, groups, runs.size());
        }
      }
      return Estimate.of(name, sum / runs.size(), samples, groups, runs.size());
    }
  }
}
