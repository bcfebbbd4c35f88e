package org.histofm.eval.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.histofm.backbone.BackboneCard;
import org.histofm.dataset.Task;
import org.histofm.eval.statistics.Difference;
import org.histofm.eval.statistics.HolmCorrection;
import org.histofm.eval.statistics.JackknifeEvaluationRequest;
import org.histofm.eval.statistics.PairedComparison;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.ScoredSamples;

/** From the predictions of one or several seeds to evaluations, test set by test set. */
final class Judge {
  private final ExperimentPlan plan;
  private final Task.Classification task;
  private final BackboneCard card;

  Judge(ExperimentPlan plan, Task.Classification task, BackboneCard card) {
    this.plan = plan;
    this.task = task;
    this.card = card;
  }

  /** Adds all domains out of domain as one set, where there are several. */
  static Map<TestSet, ScoredSamples> withPooled(Map<TestSet, ScoredSamples> predictions) {
    List<ScoredSamples> others = new ArrayList<>();
    predictions.forEach(
        (test, scored) -> {
          if (test.kind() == TestSet.Kind.OUT_OF_DOMAIN) {
            others.add(scored);
          }
        });
    if (others.size() < 2) {
      return predictions;
    }
    Map<TestSet, ScoredSamples> more = new LinkedHashMap<>(predictions);
    more.put(TestSet.allOutOfDomain(), concatenated(others));
    return more;
  }

  private static ScoredSamples concatenated(List<ScoredSamples> parts) {
    List<String> classes = parts.get(0).classes();
    int n = parts.stream().mapToInt(ScoredSamples::size).sum();
    List<String> ids = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    int[] labels = new int[n];
    double[] scores = new double[n * classes.size()];
    for (ScoredSamples part : parts) {
      for (int i = 0; i < part.size(); i++) {
        int row = ids.size();
        ids.add(part.id(i));
        groups.add(part.group(i));
        labels[row] = part.label(i);
        for (int c = 0; c < classes.size(); c++) {
          scores[row * classes.size() + c] = part.score(i, c);
        }
      }
    }
    return ScoredSamples.of(classes, ids, groups, labels, scores);
  }

  /** One evaluation for each test set that at least one seed has. */
  List<Evaluation> judge(List<Map<TestSet, ScoredSamples>> seeds) {
    List<Evaluation> evaluations = new ArrayList<>();
    Set<TestSet> tests =
        new TreeSet<>(Comparator.comparing(TestSet::kind).thenComparing(TestSet::domain));
    seeds.forEach(seed -> tests.addAll(seed.keySet()));
    for (TestSet test : tests) {
      List<ScoredSamples> runs = runs(seeds, test);
      evaluations.add(
          new Evaluation(test, counts(runs), seenIn(test), confusion(runs), metrics(runs)));
    }
    return evaluations;
  }

  /** The predictions of one test set, of those seeds that have it. */
  private static List<ScoredSamples> runs(List<Map<TestSet, ScoredSamples>> seeds, TestSet test) {
    List<ScoredSamples> runs = new ArrayList<>();
    for (Map<TestSet, ScoredSamples> seed : seeds) {
      ScoredSamples scored = seed.get(test);
      if (scored != null) {
        runs.add(scored);
      }
    }
    return runs;
  }

  /**
   * All seeds of an arm at one fraction.
   *
   * @param aggregate what was said of them
   * @param seeds their predictions
   */
  record JudgedArm(Aggregate aggregate, List<Map<TestSet, ScoredSamples>> seeds) {}

  /** Every arm less every earlier one at the same fraction; no p is corrected yet. */
  List<ArmDifference> compare(List<JudgedArm> arms) {
    List<ArmDifference> differences = new ArrayList<>();
    for (int earlier = 0; earlier < arms.size(); earlier++) {
      for (int later = earlier + 1; later < arms.size(); later++) {
        compare(arms.get(later), arms.get(earlier), differences);
      }
    }
    return differences;
  }

  private void compare(JudgedArm arm, JudgedArm against, List<ArmDifference> differences) {
    for (Evaluation evaluation : arm.aggregate().evaluations()) {
      TestSet test = evaluation.testSet();
      PairedComparison comparison =
          PairedComparison.of(task, runs(arm.seeds(), test), runs(against.seeds(), test));
      for (EvaluatorChoice choice : plan.evaluators()) {
        for (Difference difference : comparison.evaluate(choice.evaluator())) {
          differences.add(
              new ArmDifference(
                  arm.aggregate().arm(),
                  against.aggregate().arm(),
                  arm.aggregate().fraction(),
                  test,
                  evaluation.seenIn(),
                  metricName(evaluation, choice.id(), difference.estimate().name()),
                  choice.id(),
                  difference));
        }
      }
    }
  }

  /** The name under which the evaluation has an evaluator's estimate. */
  private static String metricName(Evaluation evaluation, String evaluator, String name) {
    return evaluation.metrics().stream()
        .filter(m -> m.evaluator().equals(evaluator) && m.estimate().name().equals(name))
        .map(MetricEstimate::name)
        .findFirst()
        .orElse(name);
  }

  /** The same differences, each p corrected over all comparisons of its test set and metric. */
  static List<ArmDifference> corrected(List<ArmDifference> differences) {
    record Family(TestSet testSet, String metric) {}
    Map<Family, List<Integer>> families = new LinkedHashMap<>();
    for (int i = 0; i < differences.size(); i++) {
      ArmDifference d = differences.get(i);
      families.computeIfAbsent(new Family(d.testSet(), d.metric()), f -> new ArrayList<>()).add(i);
    }
    List<ArmDifference> corrected = new ArrayList<>(differences);
    for (List<Integer> members : families.values()) {
      List<Difference> family =
          HolmCorrection.of(members.stream().map(i -> differences.get(i).difference()).toList());
      for (int m = 0; m < family.size(); m++) {
        int i = members.get(m);
        corrected.set(i, differences.get(i).withDifference(family.get(m)));
      }
    }
    return corrected;
  }

  private List<MetricEstimate> metrics(List<ScoredSamples> runs) {
    EvaluationRequest request = JackknifeEvaluationRequest.of(task, runs);
    List<MetricEstimate> metrics = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (EvaluatorChoice choice : plan.evaluators()) {
      for (Estimate estimate : choice.evaluator().evaluate(request)) {
        String name = estimate.name();
        if (!names.add(name)) {
          name = choice.id() + "/" + name;
          names.add(name);
        }
        metrics.add(new MetricEstimate(name, choice.id(), estimate));
      }
    }
    return metrics;
  }

  private Counts counts(List<ScoredSamples> runs) {
    Map<String, Integer> labels = new HashMap<>();
    Set<String> groups = new HashSet<>();
    for (ScoredSamples run : runs) {
      for (int i = 0; i < run.size(); i++) {
        labels.put(run.id(i), run.label(i));
        groups.add(run.group(i));
      }
    }
    int[] perClass = new int[task.classes().size()];
    labels.values().forEach(label -> perClass[label]++);
    Map<String, Integer> named = new LinkedHashMap<>();
    for (int c = 0; c < perClass.length; c++) {
      named.put(task.classes().get(c), perClass[c]);
    }
    return new Counts(labels.size(), groups.size(), named);
  }

  private List<List<Integer>> confusion(List<ScoredSamples> runs) {
    int classes = task.classes().size();
    int[][] cells = new int[classes][classes];
    for (ScoredSamples run : runs) {
      for (int i = 0; i < run.size(); i++) {
        cells[run.label(i)][run.predicted(i)]++;
      }
    }
    List<List<Integer>> rows = new ArrayList<>();
    for (int[] row : cells) {
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return rows;
  }

  private List<String> seenIn(TestSet test) {
    Set<String> names = new TreeSet<>();
    names.add(plan.cohort().name());
    if (test.kind() == TestSet.Kind.ALL_OUT_OF_DOMAIN) {
      names.addAll(plan.cohort().domains());
      names.remove(plan.trainDomain());
    } else {
      names.add(test.domain());
    }
    return PretrainingOverlap.of(card.pretrainingCohorts(), List.copyOf(names));
  }
}
