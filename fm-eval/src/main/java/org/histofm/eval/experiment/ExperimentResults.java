package org.histofm.eval.experiment;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Task;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.provenance.Facts;

/**
 * What an experiment found, run by run, over all seeds of an arm and fraction, and from arm to arm,
 * with the warnings that stand beside every number. Predictions are read from the output folder
 * when asked for.
 *
 * <p>Immutable, safe for concurrent use.
 */
public final class ExperimentResults {
  /** What every output says of an experiment whose backbone has random weights. */
  public static final String UNTRAINED = "untrained backbone: a plumbing check, no finding";

  private final ExperimentPlan plan;
  private final BackboneSummary backbone;
  private final String recipeHash;
  private final String cohortHash;
  private final String imagesHash;
  private final List<Quarantined> quarantined;
  private final List<SeedSplit> splits;
  private final List<RunResult> runs;
  private final List<Aggregate> aggregates;
  private final List<ArmDifference> differences;
  private final List<String> warnings;
  private final Facts environment;

  ExperimentResults(
      ExperimentPlan plan,
      BackboneSummary backbone,
      String recipeHash,
      String cohortHash,
      String imagesHash,
      List<Quarantined> quarantined,
      List<SeedSplit> splits,
      List<RunResult> runs,
      List<Aggregate> aggregates,
      List<ArmDifference> differences,
      Facts environment) {
    this.plan = plan;
    this.backbone = backbone;
    this.recipeHash = recipeHash;
    this.cohortHash = cohortHash;
    this.imagesHash = imagesHash;
    this.quarantined = List.copyOf(quarantined);
    this.splits = List.copyOf(splits);
    this.runs = List.copyOf(runs);
    this.aggregates = List.copyOf(aggregates);
    this.differences = List.copyOf(differences);
    this.warnings = Warnings.of(plan, backbone, quarantined, splits, runs);
    this.environment = environment;
  }

  /** What was compared; its cohort is the one that remained after {@link #quarantined}. */
  public ExperimentPlan plan() {
    return plan;
  }

  /** The samples that remained after {@link #quarantined}. */
  public Cohort cohort() {
    return plan.cohort();
  }

  /** What was asked. */
  public Task.Classification task() {
    return Experiment.classification(plan.cohort());
  }

  /** The backbone under every arm. */
  public BackboneSummary backbone() {
    return backbone;
  }

  /** SHA-256 of all that fits and predictions depend on. */
  public String recipeHash() {
    return recipeHash;
  }

  /** SHA-256 of the cohort as it was given. */
  public String cohortHash() {
    return cohortHash;
  }

  /** SHA-256 over the content of every image of the cohort as it was given. */
  public String imagesHash() {
    return imagesHash;
  }

  /** Samples that were left out since they cannot be decoded. */
  public List<Quarantined> quarantined() {
    return quarantined;
  }

  /** Split and label draws of every seed, in the plan's order. */
  public List<SeedSplit> splits() {
    return splits;
  }

  /** All runs: arm by arm, fraction by fraction, seed by seed. */
  public List<RunResult> runs() {
    return runs;
  }

  /** All seeds together: arm by arm, fraction by fraction. */
  public List<Aggregate> aggregates() {
    return aggregates;
  }

  /**
   * Every arm less every earlier one, paired, over all seeds: pair by pair in the plan's order,
   * fraction by fraction, test set by test set, metric by metric. Empty if there is one arm. A
   * metric whose evaluator does not leave its interval to HistoFM has no differences.
   */
  public List<ArmDifference> differences() {
    return differences;
  }

  /** What must be read before any number, most serious first; {@link #UNTRAINED} comes first. */
  public List<String> warnings() {
    return warnings;
  }

  /** {@link #UNTRAINED} if the backbone's weights are random, else empty. */
  public String notice() {
    return backbone.untrained() ? UNTRAINED : "";
  }

  /** Times, machine, versions of the platform: what may differ between equal experiments. */
  public Facts environment() {
    return environment;
  }

  /** Labels of the arms. */
  public List<String> arms() {
    return plan.arms().stream().map(Arm::label).toList();
  }

  /** Id of the adapter of an arm; empty if the experiment has no such arm. */
  String adapterId(String arm) {
    return plan.arms().stream()
        .filter(a -> a.label().equals(arm))
        .map(Arm::adapterId)
        .findFirst()
        .orElse("");
  }

  /** Fractions of the labels, ascending. */
  public List<Double> fractions() {
    return plan.fractions();
  }

  /** The user's seeds. */
  public List<Long> seeds() {
    return plan.seeds();
  }

  /** Test sets: in domain first, then every other domain by name, then all of these pooled. */
  public List<TestSet> testSets() {
    Set<TestSet> sets = new LinkedHashSet<>();
    for (Aggregate aggregate : aggregates) {
      aggregate.evaluations().forEach(e -> sets.add(e.testSet()));
    }
    return List.copyOf(sets);
  }

  /** Names of the metrics, in the evaluators' order. */
  public List<String> metrics() {
    Set<String> names = new LinkedHashSet<>();
    for (Aggregate aggregate : aggregates) {
      for (Evaluation evaluation : aggregate.evaluations()) {
        evaluation.metrics().forEach(m -> names.add(m.name()));
      }
    }
    return List.copyOf(names);
  }

  /** The run of this key, if it is part of the experiment. */
  public Optional<RunResult> run(RunKey key) {
    return runs.stream().filter(r -> r.key().equals(key)).findFirst();
  }

  /** All seeds of this arm and fraction together, if they are part of the experiment. */
  public Optional<Aggregate> aggregate(String arm, double fraction) {
    return aggregates.stream()
        .filter(a -> a.arm().equals(arm) && a.fraction() == fraction)
        .findFirst();
  }

  /** What one run says of one test set by one metric. */
  public Optional<Estimate> estimate(RunKey key, TestSet testSet, String metric) {
    return run(key).flatMap(r -> find(r.evaluations(), testSet)).flatMap(e -> e.metric(metric));
  }

  /** What all seeds of an arm and fraction say together of one test set by one metric. */
  public Optional<Estimate> estimate(String arm, double fraction, TestSet testSet, String metric) {
    return aggregate(arm, fraction)
        .flatMap(a -> find(a.evaluations(), testSet))
        .flatMap(e -> e.metric(metric));
  }

  /** One arm less an earlier one at one fraction, on one test set by one metric. */
  public Optional<ArmDifference> difference(
      String arm, String against, double fraction, TestSet testSet, String metric) {
    return differences.stream()
        .filter(
            d ->
                d.arm().equals(arm)
                    && d.against().equals(against)
                    && d.fraction() == fraction
                    && d.testSet().equals(testSet)
                    && d.metric().equals(metric))
        .findFirst();
  }

  private static Optional<Evaluation> find(List<Evaluation> evaluations, TestSet testSet) {
    return evaluations.stream().filter(e -> e.testSet().equals(testSet)).findFirst();
  }

  /**
   * The predictions of a run, by test set, read from its predictions.csv.
   *
   * @throws org.histofm.EnvironmentException if the file has gone
   */
  public Map<TestSet, ScoredSamples> predictions(RunResult run) {
    return PredictionTable.read(run.predictions(), task());
  }
}
