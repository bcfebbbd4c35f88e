package org.histofm.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.PublishedSplit;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class AmiBrTest {
  private final Path folder;

  AmiBrTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void copyTheExcerpt() throws IOException {
    Path source = excerpt();
    try (Stream<Path> all = Files.walk(source)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(source.relativize(path).toString());
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
  }

  /** The committed excerpt: four crops, eight rows. */
  static Path excerpt() {
    try {
      return Path.of(
          Objects.requireNonNull(AmiBrTest.class.getResource("/dataset/ami-br")).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static DatasetRequest lenient(Path data, String... settings) {
    return Written.request("ami-br", data, settings).withAllowMissing(true);
  }

  private Cohort open(String... settings) {
    return new AmiBr().open(lenient(folder, settings));
  }

  private void edit(String file, String from, String to) {
    Path path = folder.resolve(file);
    try {
      String text = Files.readString(path);
      assertThat(text).contains(from);
      Files.writeString(path, text.replace(from, to));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void open_excerpt_readsLabelsGroupsAndDomains() throws IOException {
    Cohort cohort = open();
    assertThat(cohort.name()).isEqualTo("ami-br");
    assertThat(cohort.task()).isEqualTo(new Task.Classification(List.of("normal", "atypical")));
    assertThat(cohort.samples())
        .extracting(Sample::id, Sample::label, Sample::group, Sample::domain)
        .containsExactly(
            tuple("MIDOG21_2240", "atypical", "MIDOG21/084.tiff", "MIDOG21"),
            tuple("MIDOG21_2346", "normal", "MIDOG21/087.tiff", "MIDOG21"),
            tuple("TUPAC16_146", "atypical", "TUPAC16/01_stitched1.tif", "TUPAC16"),
            tuple("TUPAC16_7771", "normal", "TUPAC16/36.tif", "TUPAC16"));
    assertThat(cohort.warnings()).isEmpty();
    for (Sample sample : cohort.samples()) {
      assertThat(ImageIO.read(((Source.ImageFile) sample.source()).path().toFile()).getWidth())
          .isEqualTo(128);
    }
  }

  @Test
  void open_rowsWithoutFile_areRefusedUnlessAllowedThenCounted() {
    Refusal.of(() -> new AmiBr().open(Written.request("ami-br", folder)))
        .hasMessageContaining("4 of 8 images whose file is missing: MIDOG21_433, MIDOG21_2293")
        .hasMessageContaining("--allow-missing");
    assertThat(open().missing())
        .containsExactly("MIDOG21_433", "MIDOG21_2293", "TUPAC16_7134", "TUPAC16_4770");
  }

  @Test
  void open_authorsSplit_namesPresentSamplesOnly() {
    assertThat(open().publishedSplits())
        .containsExactly(
            new PublishedSplit(
                "authors",
                Set.of("MIDOG21_2346", "TUPAC16_146", "TUPAC16_7771"),
                Set.of("MIDOG21_2240")));
  }

  @Test
  void open_withoutSplitFile_offersNone() throws IOException {
    Files.delete(folder.resolve("amibr_train_split.csv"));
    assertThat(open().publishedSplits()).isEmpty();
  }

  @Test
  void open_unanimous_leavesOutDisputedFigures() {
    assertThat(open("votes", "unanimous").samples())
        .extracting(Sample::id)
        .containsExactly("MIDOG21_2346", "TUPAC16_146", "TUPAC16_7771");
    Refusal.of(() -> open("votes", "all")).hasMessageContaining("votes=all is not known");
  }

  @Test
  void open_imageInTheOtherFolder_isAContradiction() throws IOException {
    Files.move(
        folder.resolve("patches/normal/TUPAC16_7771.png"),
        folder.resolve("patches/atypical/TUPAC16_7771.png"));
    Refusal.of(this::open)
        .hasMessageContaining("another folder")
        .hasMessageContaining("TUPAC16_7771 (line 8: normal)");
  }

  @Test
  void open_imageInBothFolders_isRefused() throws IOException {
    Files.copy(
        folder.resolve("patches/normal/TUPAC16_7771.png"),
        folder.resolve("patches/atypical/TUPAC16_7771.png"));
    Refusal.of(this::open)
        .hasMessageContaining("in both folders")
        .hasMessageContaining("TUPAC16_7771");
  }

  @Test
  void open_imageWithoutRow_isRefused() {
    Written.files(folder, "patches/normal/MIDOG21_1.png", "patches/normal/._x.png");
    Refusal.of(this::open).hasMessageContaining("have no row in table AMI-BR.csv: MIDOG21_1.");
  }

  @Test
  void open_damagedTable_namesTheLines() {
    edit("AMI-BR.csv", "True,True,True,True", "True,true,True,True");
    Refusal.of(this::open).hasMessageContaining("other than True or False: line 6, line 9");
    edit("AMI-BR.csv", "True,true,True,True", "True,True,True,False");
    Refusal.of(this::open).hasMessageContaining("not the majority of the experts: line 6, line 9");
  }

  @Test
  void open_twoRowsOfOneFigure_areRefused() {
    edit("AMI-BR.csv", "MIDOG21,433", "MIDOG21,2346");
    Refusal.of(this::open)
        .hasMessageContaining("the same figure twice: lines 2 and 5 (MIDOG21_2346)");
  }

  @Test
  void open_uidThatLeavesTheFolder_isRefused() {
    edit("AMI-BR.csv", "MIDOG21,433", "MIDOG21,../433");
    Refusal.of(this::open).hasMessageContaining("no dataset name, uid number or slide: line 2");
  }

  @Test
  void open_splitThatContradictsTheTable_isRefused() {
    edit("amibr_train_split.csv", "024.tiff", "025.tiff");
    Refusal.of(this::open)
        .hasMessageContaining("another label or slide than in AMI-BR.csv: line 2");
    edit("amibr_train_split.csv", "MIDOG21_433.png", "MIDOG21_9.png");
    Refusal.of(this::open).hasMessageContaining("a figure that AMI-BR.csv does not name: line 2");
  }

  @Test
  void open_wrongPlace_isRefused() throws IOException {
    Refusal.of(() -> new AmiBr().open(lenient(folder.resolve("AMI-BR.csv"))))
        .hasMessageContaining("is a file");
    Refusal.of(() -> new AmiBr().open(lenient(folder.resolve("patches"))))
        .hasMessageContaining("no table");
    Files.move(folder.resolve("patches"), folder.resolve("images"));
    Refusal.of(this::open).hasMessageContaining("no folder");
  }

  @Test
  void open_theSharedSubset_hasItsPublishedCounts() {
    Path data =
        shared("data/mitosis-amibr")
            .orElseThrow(
                () ->
                    new TestAbortedException(
                        "no folder shared/data/mitosis-amibr here, and HISTOFM_SHARED names none"));
    Cohort cohort = new AmiBr().open(lenient(data));
    assertThat(cohort.size()).isEqualTo(732);
    assertThat(cohort.missing()).hasSize(2988);
    assertThat(cohort.groups()).hasSize(40);
    assertThat(
            cohort.samples().stream()
                .collect(Collectors.groupingBy(Sample::domain, Collectors.counting())))
        .containsOnly(Map.entry("MIDOG21", 346L), Map.entry("TUPAC16", 386L));
    assertThat(cohort.samples().stream().filter(s -> s.label().equals("atypical"))).hasSize(163);
    PublishedSplit authors = cohort.publishedSplits().get(0);
    assertThat(authors.train()).hasSize(433);
    assertThat(authors.test()).hasSize(299);
    Set<String> trainSlides = new HashSet<>();
    Set<String> testSlides = new HashSet<>();
    for (Sample s : cohort.samples()) {
      (authors.train().contains(s.id()) ? trainSlides : testSlides).add(s.group());
    }
    assertThat(trainSlides).doesNotContainAnyElementsOf(testSlides);
    assertThat(new AmiBr().open(lenient(data, "votes", "unanimous")).size()).isEqualTo(590);
  }

  private static Optional<Path> shared(String name) {
    List<Path> places = new ArrayList<>();
    String named = System.getenv("HISTOFM_SHARED");
    if (named != null) {
      places.add(Path.of(named));
    } else {
      for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
        places.add(p.resolve("shared"));
      }
    }
    return places.stream().map(p -> p.resolve(name)).filter(Files::isDirectory).findFirst();
  }
}
