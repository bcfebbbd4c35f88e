package org.histofm.eval.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.eval.split.Fold;
import org.histofm.eval.split.LabelDraw;

/**
 * What one seed decides before anything is fitted.
 *
 * @param seed the user's seed
 * @param dataSeed derived from it: draws the split and the labels
 * @param trainingSeed derived from it: all randomness of a fit
 * @param fold development and test samples
 * @param draws one for each fraction, ascending
 */
public record SeedSplit(long seed, Seed dataSeed, Seed trainingSeed, Fold fold, List<Draw> draws) {
  /** Copies the list. */
  public SeedSplit {
    draws = List.copyOf(draws);
  }

  static SeedSplit of(ExperimentPlan plan, long seed, Fold fold) {
    Seed dataSeed = dataSeed(seed);
    List<Draw> draws = new ArrayList<>();
    for (double fraction : plan.fractions()) {
      draws.add(
          new Draw(
              fraction,
              LabelDraw.of(fold, fraction, plan.validation(), plan.fractionOf(), dataSeed)));
    }
    return new SeedSplit(seed, dataSeed, Seed.of(seed).derive("training"), fold, draws);
  }

  static Seed dataSeed(long seed) {
    return Seed.of(seed).derive("data");
  }

  /** The draw of this fraction. */
  public Draw draw(double fraction) {
    return draws.stream()
        .filter(d -> d.fraction() == fraction)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no draw of fraction " + fraction));
  }

  /**
   * Samples in an epoch of every fit of this seed: the training samples of the largest draw. So
   * adapters that count epochs take as many steps on every fraction.
   */
  int epochSamples() {
    return draws.stream().mapToInt(d -> d.labels().train().size()).max().orElseThrow();
  }

  /** What is predicted by every run of this seed, in domain first. */
  Map<TestSet, List<Sample>> tests(String trainDomain) {
    Map<TestSet, List<Sample>> tests = new LinkedHashMap<>();
    tests.put(TestSet.inDomain(trainDomain), fold.test().samples());
    for (Map.Entry<String, Cohort> other : fold.outOfDomain().entrySet()) {
      tests.put(TestSet.outOfDomain(other.getKey()), other.getValue().samples());
    }
    return tests;
  }
}
