package org.histofm.examples;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.histofm.Seed;
import org.histofm.adapter.AdapterProvider;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.eval.experiment.Arm;
import org.histofm.eval.experiment.EvaluatorChoice;
import org.histofm.eval.experiment.ExperimentPlan;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.plugin.Options;
import org.histofm.plugin.Providers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The main job in small: tiles, a backbone, three adapters, an honest report. Everything is made on
 * the spot, so it needs neither data nor weights; for the same reason its numbers are no finding.
 */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    description = {
      "Adapts a tiny random ViT to synthetic tiles of one scanner by a linear probe, LoRA and full",
      "fine-tuning, with a quarter and with all of the labels; tests on held-out patients and on",
      "an unseen scanner, and writes a report."
    })
public final class Quickstart implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Output folder. Default: ${DEFAULT-VALUE}.",
      defaultValue = "histofm-quickstart")
  private Path out = Path.of("histofm-quickstart");

  /** The command line. */
  public static void main(String... args) {
    Cli.main(new Quickstart(), args);
  }

  @Override
  public Integer call() {
    Cohort cohort =
        Providers.of(DatasetProvider.class)
            .get("synthetic-he")
            .open(
                DatasetRequest.of("synthetic-he")
                    .withSeed(Seed.of(7))
                    .withOptions(Options.none().with("domains", "scanner-a,scanner-b")));
    EvaluatorProvider metrics = Providers.of(EvaluatorProvider.class).get("classification");
    ExperimentPlan plan =
        ExperimentPlan.of(
                cohort,
                "scanner-a",
                List.of(
                    arm("linear-probe", Options.none()),
                    // A random backbone has to move further than a pretrained one.
                    arm("lora", Options.none().with("epochs", "2").with("lr", "0.001")),
                    arm(
                        "full",
                        Options.none()
                            .with("epochs", "2")
                            .with("lr", "0.0002")
                            .with("head-lr", "0.003"))),
                List.of(
                    new EvaluatorChoice(
                        "classification",
                        Options.none(),
                        metrics.create("classification", Options.none()))))
            .withFractions(List.of(0.25, 1.0))
            .withSeeds(List.of(1L, 2L, 3L));
    BackboneOptions backbone = new BackboneOptions();
    backbone.id = "vit-tiny-patch16-224";
    backbone.randomSeed = 0L;
    // A quarter of the tokens, so that it all takes a minute.
    backbone.options.put("img_size", "112");
    BenchmarkAdapters.run(plan, backbone, out);
    return Cli.GOOD;
  }

  private static Arm arm(String id, Options options) {
    return Arm.of(id, options, Providers.of(AdapterProvider.class).get(id).create(id, options));
  }
}
