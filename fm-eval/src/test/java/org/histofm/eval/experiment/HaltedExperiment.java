package org.histofm.eval.experiment;

import java.nio.file.Path;
import java.util.List;
import org.histofm.Progress;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.dataset.Cohort;

/** An experiment whose process ends in the middle of its third fit, as a kill would end it. */
final class HaltedExperiment {
  private HaltedExperiment() {}

  static Cohort cohort() {
    return Bench.cohort(List.of("normal", "atypical"), List.of("a", "b"), 12, 4);
  }

  public static void main(String[] args) {
    NearestCentroid adapter =
        new NearestCentroid() {
          @Override
          public FittedAdapter fit(FitRequest request) {
            FittedAdapter fitted = super.fit(request);
            if (fits() == 3) {
              Runtime.getRuntime().halt(137);
            }
            return fitted;
          }
        };
    Experiment.run(
        Bench.plan(cohort(), Bench.arm(adapter)),
        Bench.backbone(false, List.of()),
        new Bench.ColourReader(),
        Path.of(args[0]),
        Progress.NONE);
  }
}
