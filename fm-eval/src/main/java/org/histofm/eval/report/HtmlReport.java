package org.histofm.eval.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.histofm.EnvironmentException;
import org.histofm.adapter.SampleReader;
import org.histofm.eval.experiment.Aggregate;
import org.histofm.eval.experiment.Arm;
import org.histofm.eval.experiment.BackboneSummary;
import org.histofm.eval.experiment.Counts;
import org.histofm.eval.experiment.Evaluation;
import org.histofm.eval.experiment.EvaluatorChoice;
import org.histofm.eval.experiment.ExperimentPlan;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.eval.experiment.Quarantined;
import org.histofm.eval.experiment.RunKey;
import org.histofm.eval.experiment.RunResult;
import org.histofm.eval.experiment.SeedSplit;
import org.histofm.eval.experiment.TestSet;
import org.histofm.evaluation.Estimate;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;

/**
 * report.html: one file for people, with nothing from outside and no script. Warnings come first;
 * every number stands with its interval and with the samples and groups it rests on; what is
 * undefined says why.
 */
public final class HtmlReport {
  /** Metrics shown at once; the others unfold. */
  private static final int MAIN_METRICS = 2;

  private static final int NAMED_CLASSES = 3;
  private static final int MOST_COLUMNS = 4;

  private final ExperimentResults results;
  private final SampleReader reader;
  private final Markup out = new Markup();

  private HtmlReport(ExperimentResults results, SampleReader reader) {
    this.results = results;
    this.reader = reader;
  }

  /**
   * Writes the report.
   *
   * @param results of the experiment; the predictions of its largest fraction are read
   * @param reader decodes the sample tiles that are shown
   * @param file where to; written whole or not at all
   * @throws EnvironmentException if the file cannot be written
   */
  public static void write(ExperimentResults results, SampleReader reader, Path file) {
    HtmlReport report = new HtmlReport(results, reader);
    report.page();
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(part, report.out.toString().getBytes(StandardCharsets.UTF_8));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EnvironmentException(
          "the report " + file + " could not be written: " + e + ".",
          "Make room and check the folder's permissions; the results themselves are written.",
          e);
    }
  }

  private void page() {
    String title = "HistoFM: " + results.cohort().name() + " on " + results.backbone().card().id();
    out.doctype().open("html", "lang", "en").open("head");
    out.empty("meta", "charset", "utf-8");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'");
    out.leaf("title", title).style(styleSheet()).close();
    out.open("body");
    head();
    out.open("main");
    keyFigures();
    scaling();
    new DifferencePanel(results, out).write();
    shift();
    confusion();
    new TilePanel(results, reader, out).write();
    numbers();
    provenance();
    howToRead();
    out.close().close().close();
  }

  private static String styleSheet() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new AssertionError("report.css is not beside this class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void head() {
    ExperimentPlan plan = results.plan();
    Counts counts = Counts.of(results.task(), results.cohort().samples());
    out.open("header");
    out.leaf("p", "HistoFM experiment report", "class", "kicker");
    List<String> classes = results.task().classes();
    out.leaf(
        "h1",
        results.cohort().name()
            + ": "
            + (classes.size() <= NAMED_CLASSES
                ? String.join(" or ", classes)
                : classes.size() + " classes"));
    out.leaf(
        "p",
        String.join(", ", results.arms())
            + " on "
            + results.backbone().card().id()
            + ", trained on "
            + plan.trainDomain()
            + ". "
            + Wording.plural(counts.samples(), "sample")
            + " of "
            + Wording.plural(counts.groups(), "group")
            + " in "
            + Wording.plural(results.cohort().domains().size(), "domain")
            + "; "
            + Wording.plural(results.seeds().size(), "seed")
            + "."
            + (classes.size() == 2 ? " Positive class: " + classes.get(1) + "." : ""),
        "class",
        "lead");
    if (!results.warnings().isEmpty()) {
      out.open("section", "class", "warnings", "aria-label", "Warnings");
      out.leaf("h2", "Read this first");
      out.open("ul");
      for (String warning : results.warnings()) {
        if (warning.equals(ExperimentResults.UNTRAINED)) {
          out.open("li", "class", "grave").leaf("strong", warning).close();
        } else {
          out.leaf("li", warning);
        }
      }
      out.close().close();
    }
    out.close();
  }

  private double largestFraction() {
    return results.fractions().get(results.fractions().size() - 1);
  }

  private void keyFigures() {
    if (results.metrics().isEmpty()) {
      return;
    }
    String metric = results.metrics().get(0);
    section(
        Wording.metric(metric) + " with " + fraction(largestFraction()),
        "Mean over "
            + Wording.plural(results.seeds().size(), "training seed")
            + ", with its interval.");
    int columns = Math.min(MOST_COLUMNS, results.testSets().size());
    out.open(
        "div",
        "class",
        "figures",
        "style",
        "grid-template-columns: repeat(" + columns + ", minmax(0, 264px))");
    for (String arm : results.arms()) {
      for (TestSet test : results.testSets()) {
        Optional<Estimate> estimate = results.estimate(arm, largestFraction(), test, metric);
        if (estimate.isEmpty()) {
          continue;
        }
        Estimate e = estimate.get();
        out.open("div", "class", "figure");
        out.leaf("p", arm, "class", "name");
        out.leaf("p", test.describe(), "class", "where");
        out.leaf("p", Wording.value(e), "class", e.value().isPresent() ? "big" : "big none");
        out.leaf("p", e.interval().isPresent() ? Wording.interval(e) : e.reason());
        out.leaf(
            "p",
            Wording.plural(e.samples(), "sample")
                + ", "
                + Wording.plural(e.groups(), "group")
                + notes(e),
            "class",
            "faint");
        out.close();
      }
    }
    out.close().close();
  }

  private static String notes(Estimate estimate) {
    return estimate.notes().isEmpty() ? "" : "; " + String.join("; ", estimate.notes());
  }

  private static String fraction(double fraction) {
    return fraction == 1 ? "all labels" : "fraction " + RunKey.text(fraction) + " of the labels";
  }

  private void section(String title, String lead) {
    out.open("section").leaf("h2", title);
    if (!lead.isEmpty()) {
      out.leaf("p", lead, "class", "lead");
    }
  }

  private void scaling() {
    section(
        "How far labels carry",
        "Each point is the mean over seeds with its interval; small dots are single seeds. Panels of"
            + " one metric share their vertical scale.");
    legend();
    charts(this::scaling);
    out.close();
  }

  /** Draws the main metrics, and the others where they unfold. */
  private void charts(Consumer<String> chart) {
    List<String> metrics = results.metrics();
    int main = Math.min(MAIN_METRICS, metrics.size());
    metrics.subList(0, main).forEach(chart);
    if (metrics.size() > main) {
      out.open("details").leaf("summary", "More metrics");
      metrics.subList(main, metrics.size()).forEach(chart);
      out.close();
    }
  }

  private void scaling(String metric) {
    ScalingChart chart = new ScalingChart(results, metric);
    Scale scale = chart.scale();
    out.leaf("h3", Wording.metric(metric));
    out.open("div", "class", "panels");
    for (TestSet test : results.testSets()) {
      out.open("figure");
      out.open("figcaption").text(test.describe());
      seen(test);
      out.close();
      chart.draw(out, test, scale);
      undefined(test, metric);
      out.close();
    }
    out.close();
  }

  private void legend() {
    out.open("p", "class", "legend");
    for (int i = 0; i < results.arms().size(); i++) {
      out.open("span", "class", "key");
      out.open("svg", "viewBox", "0 0 34 14", "width", "34", "height", "14", "aria-hidden", "true");
      ArmStyle style = ArmStyle.of(i);
      out.empty(
          "path",
          "d",
          "M1 7H33",
          "stroke",
          style.colour(),
          "stroke-width",
          "1.8",
          "stroke-dasharray",
          style.dash());
      style.marker(out, 17, 7, 4.5);
      out.close().text(" " + results.arms().get(i)).close();
    }
    out.close();
  }

  private void seen(TestSet test) {
    if (isSeen(test)) {
      out.text(" ").leaf("span", "seen", "class", "badge");
    }
  }

  private boolean isSeen(TestSet test) {
    return results.aggregates().stream()
        .flatMap(a -> a.evaluations().stream())
        .anyMatch(e -> e.testSet().equals(test) && !e.seenIn().isEmpty());
  }

  private void undefined(TestSet test, String metric) {
    for (Aggregate aggregate : results.aggregates()) {
      results
          .estimate(aggregate.arm(), aggregate.fraction(), test, metric)
          .filter(e -> !e.reason().isEmpty())
          .ifPresent(
              e ->
                  out.leaf(
                      "p",
                      aggregate.arm()
                          + ", fraction "
                          + RunKey.text(aggregate.fraction())
                          + ": "
                          + (e.value().isEmpty() ? "not defined: " : "no interval: ")
                          + e.reason(),
                      "class",
                      "faint"));
    }
  }

  private void shift() {
    section(
        "In domain against out of domain",
        "What is held out of the domain that was trained on, beside domains that were never seen in"
            + " fitting. The gap is what a new scanner, tumour or hospital may cost.");
    if (results.testSets().size() < 2) {
      out.leaf(
          "p",
          "This cohort has no other domain: how the adapters fare out of domain is not known.",
          "class",
          "empty");
    } else {
      out.open("p", "class", "legend");
      for (int i = 0; i < results.testSets().size(); i++) {
        TestSet test = results.testSets().get(i);
        out.open("span", "class", "key");
        out.open(
            "svg", "viewBox", "0 0 16 14", "width", "16", "height", "14", "aria-hidden", "true");
        if (test.kind() == TestSet.Kind.IN_DOMAIN) {
          out.empty("circle", "cx", "8", "cy", "7", "r", "5", "fill", ShiftChart.colour(i));
        } else {
          out.empty(
              "path",
              "d",
              ArmStyle.diamond(8, 7, 6),
              "fill",
              "#ffffff",
              "stroke",
              ShiftChart.colour(i),
              "stroke-width",
              "2");
        }
        out.close().text(" " + test.describe());
        seen(test);
        out.close();
      }
      out.close();
      charts(
          metric -> {
            out.leaf("h3", Wording.metric(metric));
            new ShiftChart(results, metric).draw(out);
          });
    }
    out.close();
  }

  private void confusion() {
    section(
        "Confusion with " + fraction(largestFraction()),
        "Rows are true classes, columns predicted ones; shares are of the row. Counts are summed"
            + " over "
            + Wording.plural(results.seeds().size(), "seed")
            + ", so a sample counts once for every seed that tests it.");
    for (String arm : results.arms()) {
      Optional<Aggregate> aggregate = results.aggregate(arm, largestFraction());
      if (aggregate.isEmpty()) {
        continue;
      }
      out.open("div", "class", "matrices");
      for (Evaluation evaluation : aggregate.get().evaluations()) {
        if (evaluation.testSet().kind() != TestSet.Kind.ALL_OUT_OF_DOMAIN) {
          confusion(arm, evaluation);
        }
      }
      out.close();
    }
    out.close();
  }

  private void confusion(String arm, Evaluation evaluation) {
    List<String> classes = results.task().classes();
    out.open("div", "class", "scroll").open("table", "class", "confusion");
    out.leaf("caption", arm + ", " + evaluation.testSet().describe());
    out.open("thead").open("tr").leaf("th", "true \\ predicted", "scope", "col");
    classes.forEach(name -> out.leaf("th", name, "scope", "col"));
    out.close().close().open("tbody");
    for (int r = 0; r < classes.size(); r++) {
      List<Integer> row = evaluation.confusion().get(r);
      int sum = row.stream().mapToInt(v -> v).sum();
      out.open("tr").leaf("th", classes.get(r), "scope", "row");
      for (int c = 0; c < classes.size(); c++) {
        double share = sum == 0 ? 0 : row.get(c) / (double) sum;
        out.open(
            "td",
            "class",
            (share > 0.55 ? "dark" : "") + (r == c ? " diagonal" : ""),
            "style",
            String.format(Locale.ROOT, "background: rgba(0, 90, 150, %.2f)", 0.9 * share));
        out.leaf("strong", row.get(c).toString());
        out.leaf("span", sum == 0 ? "none" : Wording.percent(share)).close();
      }
      out.close();
    }
    out.close().close().close();
  }

  private void numbers() {
    section(
        "Every number",
        "Below each value its interval; results.csv and results.json hold the same in full"
            + " precision.");
    out.leaf("h3", "Over all seeds");
    openTable("arm", "fraction", "labels", "test set");
    for (Aggregate aggregate : results.aggregates()) {
      for (Evaluation evaluation : aggregate.evaluations()) {
        row(
            evaluation,
            aggregate.arm(),
            RunKey.text(aggregate.fraction()),
            Long.toString(Math.round(aggregate.meanLabels())));
      }
    }
    out.close().close().close();
    out.open("details").leaf("summary", "Seed by seed");
    openTable("arm", "fraction", "seed", "labels", "label groups", "test set");
    for (RunResult run : results.runs()) {
      for (Evaluation evaluation : run.evaluations()) {
        row(
            evaluation,
            run.key().arm(),
            RunKey.text(run.key().fraction()),
            Long.toString(run.key().seed()),
            Integer.toString(run.draw().labels().labels()),
            Integer.toString(run.draw().labels().groups()));
      }
    }
    out.close().close().close().close().close();
  }

  private void openTable(String... columns) {
    out.open("div", "class", "scroll").open("table", "class", "numbers").open("thead").open("tr");
    for (String column : columns) {
      out.leaf("th", column, "scope", "col");
    }
    results
        .metrics()
        .forEach(m -> out.leaf("th", Wording.metric(m), "scope", "col", "class", "value"));
    out.close().close().open("tbody");
  }

  private void row(Evaluation evaluation, String... cells) {
    out.open("tr");
    for (int i = 0; i < cells.length; i++) {
      if (i == 0) {
        out.leaf("th", cells[i], "scope", "row");
      } else {
        out.leaf("td", cells[i]);
      }
    }
    out.open("td").text(evaluation.testSet().describe());
    seen(evaluation.testSet());
    out.close();
    for (String metric : results.metrics()) {
      out.open("td", "class", "value");
      evaluation.metric(metric).ifPresent(this::cell);
      out.close();
    }
    out.close();
  }

  private void cell(Estimate estimate) {
    out.leaf("strong", Wording.value(estimate));
    if (estimate.interval().isPresent()) {
      out.leaf("span", Wording.interval(estimate), "class", "ends");
    }
    if (!estimate.reason().isEmpty()) {
      out.leaf("span", estimate.reason(), "class", "note");
    }
    out.leaf(
        "span",
        "n " + estimate.samples() + ", " + Wording.plural(estimate.groups(), "group"),
        "class",
        "note");
    for (String note : estimate.notes()) {
      out.leaf("span", note, "class", "note");
    }
  }

  private void provenance() {
    ExperimentPlan plan = results.plan();
    BackboneSummary backbone = results.backbone();
    section("Provenance", "What must be equal for another result to be comparable.");
    out.open("div", "class", "columns");
    facts(
        "Data",
        Facts.none()
            .with("cohort", results.cohort().name())
            .with("cohort hash", results.cohortHash())
            .with("images hash", results.imagesHash())
            .with("samples without file", Integer.toString(results.cohort().missing().size()))
            .with("images not decodable", Integer.toString(results.quarantined().size())));
    facts(
        "Backbone",
        Facts.none()
            .with("id", backbone.card().id())
            .with("weights", backbone.untrained() ? "random, untrained" : "trained")
            .with("weights hash", backbone.weightsHash())
            .with("embedding", backbone.card().embeddingDim() + " values")
            .with("pooling", backbone.card().pooling())
            .with("preprocessing", backbone.card().preprocessing().describe())
            .with(
                "pretrained on",
                backbone.card().pretrainingCohorts().isEmpty()
                    ? "not stated"
                    : String.join(", ", new TreeSet<>(backbone.card().pretrainingCohorts())))
            .with("licence", backbone.card().licence())
            .with(backbone.facts()));
    Facts settings =
        Facts.none()
            .with("recipe hash", results.recipeHash())
            .with("train domain", plan.trainDomain())
            .with("split", plan.split().describe())
            .with("validation", plan.validation().name().toLowerCase(Locale.ROOT))
            .with("fractions of", plan.fractionOf().name().toLowerCase(Locale.ROOT));
    for (Arm arm : plan.arms()) {
      settings =
          settings.with("arm " + arm.label(), arm.adapterId() + ", " + describe(arm.options()));
    }
    for (EvaluatorChoice choice : plan.evaluators()) {
      settings = settings.with("evaluator " + choice.id(), describe(choice.options()));
    }
    facts("Settings", settings.with(plan.provenance()));
    facts("This run", results.environment());
    out.close();
    seeds();
    fits();
    quarantine();
    out.close();
  }

  private static String describe(Options options) {
    return options.asMap().isEmpty()
        ? "default settings"
        : options.asMap().entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(", "));
  }

  private void facts(String title, Facts facts) {
    out.open("div", "class", "scroll").open("table", "class", "facts").leaf("caption", title);
    out.open("tbody");
    for (Map.Entry<String, String> fact : facts.asMap().entrySet()) {
      out.open("tr").leaf("th", fact.getKey(), "scope", "row").leaf("td", fact.getValue()).close();
    }
    out.close().close().close();
  }

  private void table(String caption, List<String> columns, List<List<String>> rows) {
    out.open("div", "class", "scroll")
        .open("table", "class", "numbers wide")
        .leaf("caption", caption);
    out.open("thead").open("tr");
    columns.forEach(column -> out.leaf("th", column, "scope", "col"));
    out.close().close().open("tbody");
    for (List<String> row : rows) {
      out.open("tr").leaf("th", row.get(0), "scope", "row");
      row.subList(1, row.size()).forEach(value -> out.leaf("td", value));
      out.close();
    }
    out.close().close().close();
  }

  private void seeds() {
    List<List<String>> rows = new ArrayList<>();
    for (SeedSplit split : results.splits()) {
      Counts development = Counts.of(results.task(), split.fold().development().samples());
      Counts test = Counts.of(results.task(), split.fold().test().samples());
      rows.add(
          List.of(
              Long.toString(split.seed()),
              Long.toString(split.dataSeed().value()),
              Long.toString(split.trainingSeed().value()),
              split.fold().hash(),
              describe(development),
              describe(test)));
    }
    table(
        "Seeds and splits",
        List.of("seed", "data seed", "training seed", "split hash", "development", "test"),
        rows);
  }

  private static String describe(Counts counts) {
    StringBuilder text = new StringBuilder();
    text.append(Wording.plural(counts.samples(), "sample"))
        .append(", ")
        .append(Wording.plural(counts.groups(), "group"))
        .append(":");
    counts.perClass().forEach((name, n) -> text.append(' ').append(name).append(' ').append(n));
    return text.toString();
  }

  private void fits() {
    out.open("details").leaf("summary", "What each fit says of itself");
    List<List<String>> rows = new ArrayList<>();
    for (RunResult run : results.runs()) {
      rows.add(
          List.of(
              run.key().describe(),
              describe(Counts.of(results.task(), run.draw().labels().train().samples())),
              describe(Counts.of(results.task(), run.draw().labels().validation().samples())),
              run.adapterFacts().asMap().entrySet().stream()
                  .map(e -> e.getKey() + ": " + e.getValue())
                  .collect(Collectors.joining("; ")),
              String.join("; ", run.warnings()),
              String.format(Locale.ROOT, "%.1f s", run.seconds())));
    }
    table("Fits", List.of("run", "train", "validation", "facts", "warnings", "time"), rows);
    out.close();
  }

  private void quarantine() {
    if (results.quarantined().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Quarantined bad : results.quarantined()) {
      rows.add(List.of(bad.id(), bad.file(), bad.reason()));
    }
    table("Images left out", List.of("sample", "file", "reason"), rows);
  }

  private void howToRead() {
    section("How to read this", "");
    out.open("dl");
    term(
        "Groups",
        "A group is a patient, or a slide where patients are not known. Whole groups are held out,"
            + " so no patient is on both sides, and intervals count groups: a hundred tiles of one"
            + " slide are close to one observation.");
    term(
        "Interval",
        "If the experiment were repeated on other groups from the same source, about 95 in 100 such"
            + " intervals would hold the true value. With several seeds it speaks of the procedure and"
            + " includes the spread between trainings; with one seed it speaks of these models only."
            + " Two overlapping intervals do not prove that two adapters are equal, nor the reverse;"
            + " the paired difference tells.");
    term(
        "Difference, p, Holm",
        "One arm less another, sample by sample of the same test set, with an interval made like the"
            + " others. p is how often a difference this large or larger would come about if there"
            + " were none. Who makes many comparisons finds small p by chance; p (Holm) is corrected"
            + " for all pairs of arms and all fractions of one test set and metric. A large p does not"
            + " show that two arms are equal: how far they may be apart is what the interval says.");
    term(
        "Labels",
        "All labels that were used, those for validation included: choosing settings costs labels"
            + " too. Every adapter of one fraction and seed sees the same ones.");
    term(
        "In domain, out of domain",
        "In domain is held out of the domain that was trained on. Out of domain was never seen in"
            + " fitting. 'seen' marks a test set that the backbone may have met in pretraining.");
    term(
        "Not defined, no interval",
        "Where the data do not carry a number, the reason stands in its place.");
    out.close().close();
  }

  private void term(String name, String meaning) {
    out.leaf("dt", name).leaf("dd", meaning);
  }
}
