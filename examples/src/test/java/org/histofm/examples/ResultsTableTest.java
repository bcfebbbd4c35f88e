package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.AdapterProvider;
import org.histofm.dataset.Cohort;
import org.histofm.eval.experiment.Arm;
import org.histofm.eval.experiment.EvaluatorChoice;
import org.histofm.eval.experiment.Experiment;
import org.histofm.eval.experiment.ExperimentPlan;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.plugin.Options;
import org.histofm.plugin.Providers;
import org.histofm.testkit.SyntheticCohorts;
import org.histofm.testkit.ToyBackbone;
import org.histofm.testkit.ToySampleReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTableTest {
  private final Path folder;

  ResultsTableTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ExperimentResults results(String... regularisations) {
    Cohort cohort =
        SyntheticCohorts.of(
            Seed.of(3), 24, 6, List.of("small", "large"), List.of("here", "elsewhere"));
    AdapterProvider probe = Providers.of(AdapterProvider.class).get("linear-probe");
    List<Arm> arms = new ArrayList<>();
    for (String c : regularisations) {
      Options options = Options.none().with("C", c);
      arms.add(new Arm("c" + c, "linear-probe", options, probe.create("linear-probe", options)));
    }
    EvaluatorChoice metrics =
        new EvaluatorChoice(
            "classification",
            Options.none(),
            Providers.of(EvaluatorProvider.class)
                .get("classification")
                .create("classification", Options.none()));
    try (ToyBackbone backbone = ToyBackbone.open(Seed.of(1))) {
      return Experiment.run(
          ExperimentPlan.of(cohort, "here", arms, List.of(metrics)).withSeeds(List.of(1L, 2L)),
          backbone,
          new ToySampleReader(backbone),
          folder,
          Progress.NONE);
    }
  }

  @Test
  void table_severalArms_endsWithTheirPairedDifferences() {
    List<String> lines = new ResultsTable(results("1", "0.001", "0.1")).toString().lines().toList();
    int head = lines.indexOf(lines.stream().filter(l -> l.contains("paired")).findFirst().get());

    assertThat(lines.get(head))
        .startsWith("balanced_accuracy, paired ")
        .contains("fraction", "test set", "difference", "p (Holm)", "groups");
    List<String> rows = lines.subList(head + 1, lines.size() - 1);
    assertThat(rows).hasSize(3 * 2);
    assertThat(rows.get(0)).startsWith("c0.001 - c1 ").contains(" in-domain here ");
    assertThat(rows.get(1)).startsWith("c0.001 - c1 ").contains(" out-of-domain elsewhere ");
    assertThat(rows.get(5)).startsWith("c0.1 - c0.001 ");
    assertThat(rows).allMatch(row -> row.matches(".* [+-][0-9.]{5} \\[.*\\].*"));
    assertThat(lines.get(lines.size() - 1)).isEmpty();
  }

  @Test
  void table_oneArm_holdsNoDifferences() {
    assertThat(new ResultsTable(results("1")).toString())
        .contains("balanced_accuracy")
        .doesNotContain("paired");
  }
}
