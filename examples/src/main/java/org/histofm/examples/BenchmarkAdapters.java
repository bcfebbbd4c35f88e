package org.histofm.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.AdapterProvider;
import org.histofm.backbone.Backbone;
import org.histofm.backbones.embedding.BackboneSampleReader;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.eval.experiment.Arm;
import org.histofm.eval.experiment.EvaluatorChoice;
import org.histofm.eval.experiment.Experiment;
import org.histofm.eval.experiment.ExperimentPlan;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.eval.experiment.SplitRule;
import org.histofm.eval.report.HtmlReport;
import org.histofm.eval.split.LabelDraw.FractionOf;
import org.histofm.eval.split.LabelDraw.Validation;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.plugin.Options;
import org.histofm.plugin.Providers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares adapters over label fractions and seeds, in the domain they saw and outside of it. */
@Command(
    name = "benchmark-adapters",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares adapters over label fractions and seeds, in and out of domain.",
      "A stopped run is resumed by the same command; what is finished is not done again."
    })
public final class BenchmarkAdapters implements Callable<Integer> {
  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "ID",
      description = "Data set; ./fm list shows the ids.")
  private String dataset = "";

  @Option(names = "--data", paramLabel = "PATH", description = "Its folder or table.")
  private @Nullable Path data;

  @Option(
      names = "--allow-missing",
      description = "Leave out rows without a file; every output counts them.")
  private boolean allowMissing;

  @Option(
      names = "--dataset-option",
      paramLabel = "NAME=VALUE",
      description = "A setting of the data set; may be repeated.")
  private Map<String, String> datasetOptions = new LinkedHashMap<>();

  @Mixin private BackboneOptions backboneOptions = new BackboneOptions();

  @Option(
      names = "--adapters",
      split = ",",
      paramLabel = "ID",
      description = "Adapters to compare. Default: ${DEFAULT-VALUE}.",
      defaultValue = "linear-probe")
  private List<String> adapters = List.of();

  @Option(
      names = "--adapter-option",
      paramLabel = "ADAPTER.NAME=VALUE",
      description = "A setting of an adapter, such as linear-probe.C=1; may be repeated.")
  private Map<String, String> adapterOptions = new LinkedHashMap<>();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Epochs of every adapter that counts them, unless an --adapter-option says otherwise."
              + " Default: the adapter's own.")
  private @Nullable Integer epochs;

  @Option(
      names = "--fractions",
      split = ",",
      paramLabel = "F",
      description = "Fractions of the development labels. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0.1,1")
  private List<Double> fractions = List.of();

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      description = "Seeds; each draws its own split, labels and training. Default: 42,43,44.",
      defaultValue = "42,43,44")
  private List<Long> seeds = List.of();

  @Option(
      names = "--train-domain",
      paramLabel = "NAME",
      description = "Domain to train on; the others are out of domain. Needless if there is one.")
  private @Nullable String trainDomain;

  @Option(
      names = "--split",
      paramLabel = "group|NAME",
      description = "By group, or a split that came with the data. Default: ${DEFAULT-VALUE}.",
      defaultValue = "group")
  private String split = "group";

  @Option(
      names = "--allow-leak",
      description = "Open a published split although groups stand on both sides; outputs warn.")
  private boolean allowLeak;

  @Option(
      names = "--validation",
      description =
          "${COMPLETION-CANDIDATES}. grouped: a fifth of the drawn labels chooses settings; none:"
              + " fixed settings. Default: ${DEFAULT-VALUE}.",
      defaultValue = "grouped")
  private Validation validation = Validation.GROUPED;

  @Option(
      names = "--fraction-of",
      description = "${COMPLETION-CANDIDATES}: what a fraction counts. Default: ${DEFAULT-VALUE}.",
      defaultValue = "labels")
  private FractionOf fractionOf = FractionOf.LABELS;

  @Option(
      names = "--evaluators",
      split = ",",
      paramLabel = "ID",
      description = "What is measured. Default: ${DEFAULT-VALUE}.",
      defaultValue = "classification")
  private List<String> evaluators = List.of();

  @Option(
      names = "--max-failed",
      paramLabel = "N",
      description = "Images that may fail to decode; they are left out. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private int maxFailed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Output folder; made if absent. Default: ${DEFAULT-VALUE}.",
      defaultValue = "histofm-benchmark")
  private Path out = Path.of("histofm-benchmark");

  /** The command line. */
  public static void main(String... args) {
    Cli.main(new BenchmarkAdapters(), args);
  }

  @Override
  public Integer call() {
    Cohort cohort = openCohort();
    ExperimentPlan plan =
        ExperimentPlan.of(cohort, trainDomain(cohort), arms(), evaluatorChoices())
            .withFractions(fractions)
            .withSeeds(seeds)
            .withSplit(splitRule())
            .withValidation(validation)
            .withFractionOf(fractionOf)
            .withMaxFailed(maxFailed);
    ExperimentResults results = run(plan, backboneOptions, out);
    return results.quarantined().isEmpty() ? Cli.GOOD : Cli.QUARANTINED;
  }

  /** Opens the backbone, runs the plan, writes the report and prints a table. */
  static ExperimentResults run(ExperimentPlan plan, BackboneOptions backboneOptions, Path out) {
    Progress progress = ConsoleProgress.standard();
    try (Backbone backbone = backboneOptions.open();
        BackboneSampleReader reader =
            BackboneSampleReader.of(backbone, out.resolve("embeddings"))) {
      ExperimentResults results =
          Experiment.run(
              plan.withProvenance(Versions.recorded()).withEnvironment(Versions.machine()),
              backbone,
              reader,
              out,
              progress);
      Path report = out.resolve("report.html");
      HtmlReport.write(results, reader, report);
      System.out.print(new ResultsTable(results));
      System.out.println("Report:  " + report.toAbsolutePath().normalize());
      System.out.println("Results: " + out.resolve("results.json").toAbsolutePath().normalize());
      return results;
    }
  }

  private Cohort openCohort() {
    DatasetRequest request =
        DatasetRequest.of(dataset)
            .withAllowMissing(allowMissing)
            .withOptions(Options.of(datasetOptions));
    if (data != null) {
      request = request.withData(data);
    }
    return Providers.of(DatasetProvider.class)
        .get(dataset)
        .open(request.withSeed(Seed.of(seeds.isEmpty() ? 0 : seeds.get(0))));
  }

  private String trainDomain(Cohort cohort) {
    if (trainDomain != null) {
      return trainDomain;
    }
    if (cohort.domains().size() == 1) {
      return cohort.domains().iterator().next();
    }
    throw new InputException(
        "data set " + dataset + " has several domains and none was chosen to train on.",
        "Pass --train-domain with one of " + cohort.domains() + ".");
  }

  private SplitRule splitRule() {
    if (split.equals("group")) {
      return SplitRule.byGroup();
    }
    return allowLeak ? SplitRule.publishedDespiteLeak(split) : SplitRule.published(split);
  }

  private List<Arm> arms() {
    Providers<AdapterProvider> providers = Providers.of(AdapterProvider.class);
    Map<String, Options> byAdapter = new LinkedHashMap<>();
    adapters.forEach(id -> byAdapter.put(id, withEpochs(providers.get(id), id)));
    if (epochs != null && byAdapter.values().stream().allMatch(Options.none()::equals)) {
      throw new InputException(
          "--epochs was given, and none of the adapters " + adapters + " counts epochs.",
          "Leave it out, or add an adapter that trains, such as lora.");
    }
    adapterOptions.forEach(
        (name, value) -> {
          int dot = name.lastIndexOf('.');
          Options options = dot < 1 ? null : byAdapter.get(name.substring(0, dot));
          if (options == null) {
            throw new InputException(
                "--adapter-option "
                    + name
                    + "="
                    + value
                    + " names none of the adapters "
                    + adapters
                    + ".",
                "Write ADAPTER.NAME=VALUE, such as linear-probe.C=1.");
          }
          byAdapter.put(name.substring(0, dot), options.with(name.substring(dot + 1), value));
        });
    List<Arm> arms = new ArrayList<>();
    for (String id : adapters) {
      Options options = byAdapter.getOrDefault(id, Options.none());
      arms.add(Arm.of(id, options, providers.get(id).create(id, options)));
    }
    return arms;
  }

  private Options withEpochs(AdapterProvider provider, String id) {
    return epochs != null && provider.settings(id).contains("epochs")
        ? Options.none().with("epochs", Integer.toString(epochs))
        : Options.none();
  }

  private List<EvaluatorChoice> evaluatorChoices() {
    Providers<EvaluatorProvider> providers = Providers.of(EvaluatorProvider.class);
    return evaluators.stream()
        .map(
            id ->
                new EvaluatorChoice(
                    id, Options.none(), providers.get(id).create(id, Options.none())))
        .toList();
  }
}
