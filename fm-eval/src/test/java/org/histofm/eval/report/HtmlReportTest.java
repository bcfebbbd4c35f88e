package org.histofm.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.adapter.SampleReader;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.histofm.eval.experiment.Arm;
import org.histofm.eval.experiment.Bench;
import org.histofm.eval.experiment.Experiment;
import org.histofm.eval.experiment.ExperimentPlan;
import org.histofm.eval.experiment.ExperimentResults;
import org.histofm.eval.experiment.NearestCentroid;
import org.histofm.eval.experiment.TestSet;
import org.histofm.eval.statistics.Difference;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final List<String> TWO = List.of("normal", "atypical");

  private final Path folder;

  HtmlReportTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static Arm arm(String label) {
    return arm(label, new NearestCentroid());
  }

  private static Arm arm(String label, NearestCentroid adapter) {
    return new Arm(label, "nearest-centroid", Options.none(), adapter);
  }

  private ExperimentResults results(ExperimentPlan plan, boolean untrained) {
    return Experiment.run(
        plan,
        Bench.backbone(untrained, List.of("TCGA")),
        new Bench.ColourReader(),
        folder.resolve("out"),
        Progress.NONE);
  }

  private String report(ExperimentResults results, SampleReader reader) throws IOException {
    Path file = folder.resolve("report.html");
    HtmlReport.write(results, reader, file);
    assertThat(folder.resolve("report.html.part")).doesNotExist();
    String html = Files.readString(file);
    String keep = System.getProperty("histofm.keepReports", "");
    if (!keep.isEmpty()) {
      Files.writeString(Path.of(keep, html.length() + ".html"), html);
    }
    return html;
  }

  /** The page is written so that an XML parser reads it too. */
  private static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  private static List<Element> elements(Document page, String tag) {
    List<Element> found = new ArrayList<>();
    NodeList nodes = page.getElementsByTagName(tag);
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add((Element) nodes.item(i));
    }
    return found;
  }

  private static void assertSelfContained(String html) {
    assertThat(html)
        .doesNotContain("//")
        .doesNotContainIgnoringCase("http:")
        .doesNotContainIgnoringCase("https:")
        .doesNotContainIgnoringCase("<script")
        .doesNotContainIgnoringCase("<link")
        .doesNotContain("url(")
        .doesNotContain("@import");
  }

  @Test
  void report_twoArms_holdsChartsTablesTilesAndProvenance() throws Exception {
    Cohort cohort = Bench.cohort(TWO, List.of("a", "TUPAC16"), 14, 4);
    ExperimentResults results =
        results(
            Bench.plan(cohort, arm("linear-probe"), arm("lora"))
                .withProvenance(Facts.none().with("histofm", "0.1.0")),
            true);
    String html = report(results, new Bench.ColourReader());
    Document page = parse(html);

    assertSelfContained(html);
    assertThat(html.indexOf("untrained backbone: a plumbing check, no finding"))
        .as("the notice stands in the head of the page")
        .isBetween(0, html.indexOf("<main>"));
    assertThat(html).contains("<span class=\"badge\">seen</span>");
    assertThat(html)
        .contains(results.cohortHash(), results.recipeHash(), results.imagesHash(), "c0ffee")
        .contains(results.splits().get(0).fold().hash())
        .contains(Long.toString(results.splits().get(1).trainingSeed().value()))
        .contains("0.1.0");
    assertThat(elements(page, "svg"))
        .filteredOn(s -> s.getAttribute("class").equals("chart"))
        .hasSize(4 * 2 + 4 + 2)
        .allMatch(s -> s.getElementsByTagName("title").getLength() > 0)
        .allMatch(s -> s.getElementsByTagName("desc").getLength() == 1);
    assertThat(elements(page, "img"))
        .isNotEmpty()
        .allMatch(i -> i.getAttribute("src").startsWith("data:image/png;base64,"))
        .allMatch(i -> i.getAttribute("alt").contains("true class"));
    assertThat(elements(page, "th")).isNotEmpty().allMatch(t -> !t.getAttribute("scope").isEmpty());
  }

  @Test
  void report_everyEstimate_standsWithIntervalSamplesAndGroups() throws Exception {
    Cohort cohort = Bench.cohort(TWO, List.of("a", "b"), 14, 4);
    ExperimentResults results = results(Bench.plan(cohort, arm("probe")), false);
    String html = report(results, new Bench.ColourReader());

    assertThat(html).doesNotContain(ExperimentResults.UNTRAINED);
    for (double fraction : results.fractions()) {
      for (TestSet test : results.testSets()) {
        for (String metric : results.metrics()) {
          var estimate = results.estimate("probe", fraction, test, metric).orElseThrow();
          assertThat(html)
              .contains("<strong>" + Wording.value(estimate) + "</strong>")
              .contains("n " + estimate.samples() + ", " + estimate.groups() + " groups");
          estimate.interval().ifPresent(i -> assertThat(html).contains(Wording.interval(estimate)));
        }
      }
    }
  }

  @Test
  void report_hostileNames_stayText() throws Exception {
    String bad = "<script>alert('x')</script>";
    String address = "\" onload=\"x\" https://evil.example/a.png";
    Cohort plain = Bench.cohort(TWO, List.of("a", "b"), 14, 4);
    List<Sample> samples =
        plain.samples().stream()
            .map(
                s ->
                    Sample.of(
                            s.id() + bad,
                            s.group() + address,
                            s.source(),
                            new Target.ClassLabel(s.label().equals("normal") ? bad : address))
                        .withDomain(s.domain() + bad))
            .toList();
    Cohort cohort =
        Cohort.of(bad + address, new Task.Classification(List.of(bad, address)), samples)
            .withWarning(bad + "\u0000 & " + address);
    String html = report(results(Bench.plan(cohort, arm("probe")), true), new Bench.ColourReader());
    Document page = parse(html);

    assertSelfContained(html);
    assertThat(elements(page, "script")).isEmpty();
    assertThat(elements(page, "img")).isNotEmpty().allMatch(i -> !i.hasAttribute("onload"));
    assertThat(elements(page, "h1").get(0).getTextContent()).contains(bad).contains(address);
  }

  @Test
  void report_oneOfEverything_saysWhatIsNotKnown() throws Exception {
    Cohort cohort = Bench.cohort(TWO, List.of("only"), 14, 4);
    ExperimentPlan plan =
        Bench.plan(cohort, arm("probe")).withFractions(List.of(1.0)).withSeeds(List.of(1L));
    String html = report(results(plan, false), new Bench.ColourReader());

    parse(html);
    assertThat(html).contains("This cohort has no other domain");
  }

  @Test
  void report_manyClassesAndArms_isComplete() throws Exception {
    List<String> classes = IntStream.range(0, 6).mapToObj(i -> "tissue " + i).toList();
    Cohort cohort = Bench.cohort(classes, List.of("a", "b", "c"), 12, 6);
    ExperimentPlan plan =
        Bench.plan(cohort, arm("probe"), arm("lora"), arm("full")).withFractions(List.of(0.5, 1.0));
    String html = report(results(plan, false), new Bench.ColourReader());
    Document page = parse(html);

    assertSelfContained(html);
    assertThat(elements(page, "table"))
        .filteredOn(t -> t.getAttribute("class").equals("confusion"))
        .hasSize(3 * 3);
  }

  @Test
  void report_threeArms_setsThemAgainstEachOther() throws Exception {
    Cohort cohort = Bench.cohort(TWO, List.of("a", "b", "TUPAC16"), 30, 4);
    ExperimentPlan plan =
        Bench.plan(
                cohort,
                arm("linear-probe"),
                arm("lora", NearestCentroid.seeing(1)),
                arm("full", NearestCentroid.seeing(2)))
            .withFractions(List.of(0.1, 0.25, 0.5, 1.0))
            .withSeeds(List.of(1L, 2L, 3L));
    ExperimentResults results = results(plan, true);
    String html = report(results, new Bench.ColourReader());
    Document page = parse(html);

    assertSelfContained(html);
    List<Element> forests =
        elements(page, "svg").stream()
            .filter(s -> s.getAttribute("aria-label").startsWith("Differences in Balanced"))
            .toList();
    assertThat(forests).hasSize(results.testSets().size());
    for (TestSet test : results.testSets()) {
      Element forest =
          forests.stream()
              .filter(s -> s.getAttribute("aria-label").endsWith(", " + test.describe()))
              .findFirst()
              .orElseThrow();
      for (String pair : List.of("lora − linear-probe", "full − linear-probe", "full − lora")) {
        assertThat(forest.getTextContent()).contains(pair);
      }
      for (double fraction : results.fractions()) {
        Difference difference =
            results
                .difference("full", "lora", fraction, test, "balanced_accuracy")
                .orElseThrow()
                .difference();
        assertThat(forest.getTextContent())
            .contains(Wording.signed(difference.estimate().value().orElseThrow()))
            .contains(Wording.signedInterval(difference.estimate()));
        difference.p().ifPresent(p -> assertThat(forest.getTextContent()).contains(Wording.p(p)));
        difference
            .holm()
            .ifPresent(p -> assertThat(forest.getTextContent()).contains(Wording.p(p)));
      }
    }
    assertThat(html).doesNotContain("NaN");
  }

  @Test
  void report_oneArm_hasNothingToSetAgainstIt() throws Exception {
    Cohort cohort = Bench.cohort(TWO, List.of("a", "b"), 14, 4);
    String html =
        report(results(Bench.plan(cohort, arm("probe")), false), new Bench.ColourReader());

    assertThat(html).doesNotContain("Arm against arm");
  }

  @Test
  void report_armsThatCannotBeCompared_saysWhy() throws Exception {
    // domain "b" has one class, so what needs both is undefined there
    Cohort both = Bench.cohort(TWO, List.of("a", "b"), 14, 4);
    Cohort cohort =
        both.withSamples(
            both.samples().stream()
                .filter(s -> s.domain().equals("a") || s.label().equals("normal"))
                .toList());
    String html =
        report(
            results(
                Bench.plan(cohort, arm("one"), arm("two", NearestCentroid.seeing(1)), arm("three")),
                false),
            new Bench.ColourReader());

    parse(html);
    assertThat(html)
        .contains("All rows: not defined: no sample of class atypical")
        .contains("three − one at fraction 1: identical predictions")
        .doesNotContain("NaN");
  }

  @Test
  void report_undefinedEstimates_showTheirReason() throws Exception {
    Cohort both = Bench.cohort(TWO, List.of("a", "b"), 14, 4);
    Cohort cohort =
        both.withSamples(
            both.samples().stream()
                .filter(s -> s.domain().equals("a") || s.label().equals("normal"))
                .toList());
    String html =
        report(results(Bench.plan(cohort, arm("probe")), false), new Bench.ColourReader());

    parse(html);
    assertThat(html).contains("not defined").contains("atypical");
    assertThat(html).doesNotContain("NaN");
  }

  @Test
  void report_imageThatCannotBeReadAnyMore_isNamedSo() throws Exception {
    Cohort cohort = Bench.cohort(TWO, List.of("a"), 14, 4);
    SampleReader gone =
        new Bench.ColourReader() {
          @Override
          public RgbImage image(Sample sample) {
            throw new InputException(sample.id() + " has gone.", "Bring it back.");
          }
        };
    String html = report(results(Bench.plan(cohort, arm("probe")), false), gone);

    parse(html);
    assertThat(html).contains("cannot be read").doesNotContain("<img");
  }
}
