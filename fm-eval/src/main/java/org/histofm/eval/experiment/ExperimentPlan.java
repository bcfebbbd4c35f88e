package org.histofm.eval.experiment;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.histofm.InputException;
import org.histofm.dataset.Cohort;
import org.histofm.eval.split.LabelDraw.FractionOf;
import org.histofm.eval.split.LabelDraw.Validation;
import org.histofm.provenance.Facts;

/**
 * What an experiment compares: arms by fractions by seeds, trained on one domain of a cohort. All
 * of it but the evaluators and {@link #maxFailed} enters the recipe by which a stopped experiment
 * is resumed.
 *
 * <p>Immutable.
 */
public final class ExperimentPlan {
  private final Cohort cohort;
  private final String trainDomain;
  private final List<Arm> arms;
  private final List<EvaluatorChoice> evaluators;
  private final List<Double> fractions;
  private final List<Long> seeds;
  private final SplitRule split;
  private final Validation validation;
  private final FractionOf fractionOf;
  private final int maxFailed;
  private final Facts provenance;
  private final Facts environment;

  private ExperimentPlan(
      Cohort cohort,
      String trainDomain,
      List<Arm> arms,
      List<EvaluatorChoice> evaluators,
      List<Double> fractions,
      List<Long> seeds,
      SplitRule split,
      Validation validation,
      FractionOf fractionOf,
      int maxFailed,
      Facts provenance,
      Facts environment) {
    this.cohort = cohort;
    this.trainDomain = trainDomain;
    this.arms = arms;
    this.evaluators = evaluators;
    this.fractions = fractions;
    this.seeds = seeds;
    this.split = split;
    this.validation = validation;
    this.fractionOf = fractionOf;
    this.maxFailed = maxFailed;
    this.provenance = provenance;
    this.environment = environment;
  }

  /**
   * A plan with fraction 1, seed 0, a split by group, validation by group, fractions of labels, no
   * failed image allowed and no provenance.
   *
   * @param cohort labelled samples
   * @param trainDomain the domain to train on; every other one is out of domain
   * @param arms what is compared, at least one, labels all different
   * @param evaluators at least one, ids all different
   * @throws InputException if the domain is none of the cohort's, or an arm or evaluator is missing
   *     or named twice
   */
  public static ExperimentPlan of(
      Cohort cohort, String trainDomain, List<Arm> arms, List<EvaluatorChoice> evaluators) {
    if (!cohort.domains().contains(trainDomain)) {
      throw new InputException(
          "cohort " + cohort.name() + " has no domain '" + trainDomain + "' to train on.",
          "Its domains are " + cohort.domains() + ".");
    }
    requireDistinct("arm", arms.stream().map(Arm::label).toList());
    requireDistinct("evaluator", evaluators.stream().map(EvaluatorChoice::id).toList());
    return new ExperimentPlan(
        cohort,
        trainDomain,
        List.copyOf(arms),
        List.copyOf(evaluators),
        List.of(1.0),
        List.of(0L),
        SplitRule.byGroup(),
        Validation.GROUPED,
        FractionOf.LABELS,
        0,
        Facts.none(),
        Facts.none());
  }

  private static void requireDistinct(String what, List<?> names) {
    if (names.isEmpty()) {
      throw new InputException("no " + what + " is given.", "Name at least one " + what + ".");
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw new InputException(
          "the same " + what + " is given twice in " + names + ".", "Give every one once.");
    }
  }

  /**
   * A copy with these fractions of the labels, kept in ascending order.
   *
   * @throws InputException unless all lie in (0, 1] and differ
   */
  public ExperimentPlan withFractions(Collection<Double> others) {
    requireDistinct("fraction", List.copyOf(others));
    for (double fraction : others) {
      if (!(fraction > 0 && fraction <= 1)) {
        throw new InputException(
            "fraction " + RunKey.text(fraction) + " does not lie above 0 and up to 1.",
            "Write 0.1 for a tenth of the labels and 1 for all of them.");
      }
    }
    List<Double> sorted = List.copyOf(new TreeSet<>(others));
    return new ExperimentPlan(
        cohort,
        trainDomain,
        arms,
        evaluators,
        sorted,
        seeds,
        split,
        validation,
        fractionOf,
        maxFailed,
        provenance,
        environment);
  }

  /**
   * A copy with these seeds, in this order.
   *
   * @throws InputException if there is none, or one stands twice
   */
  public ExperimentPlan withSeeds(Collection<Long> others) {
    requireDistinct("seed", List.copyOf(others));
    return new ExperimentPlan(
        cohort,
        trainDomain,
        arms,
        evaluators,
        fractions,
        List.copyOf(others),
        split,
        validation,
        fractionOf,
        maxFailed,
        provenance,
        environment);
  }

  /** A copy that divides development and test samples by this rule. */
  public ExperimentPlan withSplit(SplitRule other) {
    return new ExperimentPlan(
        cohort,
        trainDomain,
        arms,
        evaluators,
        fractions,
        seeds,
        Objects.requireNonNull(other),
        validation,
        fractionOf,
        maxFailed,
        provenance,
        environment);
  }

  /** A copy that sets validation samples aside in this way. */
  public ExperimentPlan withValidation(Validation other) {
    return new ExperimentPlan(
        cohort,
        trainDomain,
        arms,
        evaluators,
        fractions,
        seeds,
        split,
        Objects.requireNonNull(other),
        fractionOf,
        maxFailed,
        provenance,
        environment);
  }

  /** A copy whose fractions count labels or whole groups. */
  public ExperimentPlan withFractionOf(FractionOf other) {
    return new ExperimentPlan(
        cohort,
        trainDomain,
        arms,
        evaluators,
        fractions,
        seeds,
        split,
        validation,
        Objects.requireNonNull(other),
        maxFailed,
        provenance,
        environment);
  }

  /**
   * A copy that goes on without up to {@code count} images that cannot be decoded.
   *
   * @throws InputException if the count is negative
   */
  public ExperimentPlan withMaxFailed(int count) {
    if (count < 0) {
      throw new InputException(
          "the number of failed images allowed is " + count + ".", "Give 0 or more.");
    }
    return new ExperimentPlan(
        cohort,
        trainDomain,
        arms,
        evaluators,
        fractions,
        seeds,
        split,
        validation,
        fractionOf,
        count,
        provenance,
        environment);
  }

  /**
   * A copy with facts that the results depend on, such as versions and the name of the weights:
   * they stand in every output, and a resumed experiment must have the same.
   */
  public ExperimentPlan withProvenance(Facts facts) {
    return new ExperimentPlan(
        cohort,
        trainDomain,
        arms,
        evaluators,
        fractions,
        seeds,
        split,
        validation,
        fractionOf,
        maxFailed,
        Objects.requireNonNull(facts),
        environment);
  }

  /**
   * A copy with facts that may differ between equal experiments, such as machine and paths: they
   * stand under {@code run} in results.json.
   */
  public ExperimentPlan withEnvironment(Facts facts) {
    return new ExperimentPlan(
        cohort,
        trainDomain,
        arms,
        evaluators,
        fractions,
        seeds,
        split,
        validation,
        fractionOf,
        maxFailed,
        provenance,
        Objects.requireNonNull(facts));
  }

  /** A copy for the samples that remain after bad images are left out. */
  ExperimentPlan withCohort(Cohort remaining) {
    return new ExperimentPlan(
        remaining,
        trainDomain,
        arms,
        evaluators,
        fractions,
        seeds,
        split,
        validation,
        fractionOf,
        maxFailed,
        provenance,
        environment);
  }

  /** Labelled samples. */
  public Cohort cohort() {
    return cohort;
  }

  /** The domain to train on. */
  public String trainDomain() {
    return trainDomain;
  }

  /** What is compared. */
  public List<Arm> arms() {
    return arms;
  }

  /** Who judges. */
  public List<EvaluatorChoice> evaluators() {
    return evaluators;
  }

  /** Fractions of the labels, ascending. */
  public List<Double> fractions() {
    return fractions;
  }

  /** The user's seeds. */
  public List<Long> seeds() {
    return seeds;
  }

  /** How development and test samples are divided. */
  public SplitRule split() {
    return split;
  }

  /** How validation samples are set aside. */
  public Validation validation() {
    return validation;
  }

  /** What fractions count. */
  public FractionOf fractionOf() {
    return fractionOf;
  }

  /** Images that may fail to decode before the experiment is refused. */
  public int maxFailed() {
    return maxFailed;
  }

  /** Facts that the results depend on. */
  public Facts provenance() {
    return provenance;
  }

  /** Facts that may differ between equal experiments. */
  public Facts environment() {
    return environment;
  }
}
