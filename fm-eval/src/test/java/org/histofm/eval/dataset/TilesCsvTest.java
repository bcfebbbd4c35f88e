package org.histofm.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TilesCsvTest {
  private final Path root;

  TilesCsvTest(@TempDir Path root) {
    this.root = root;
  }

  @BeforeEach
  void images() {
    Written.files(root, "a.png", "b.png", "c.png", "d.png", "sub/a.png");
  }

  private Cohort open(String table, String... settings) {
    return new TilesCsv().open(request(table, settings));
  }

  private DatasetRequest request(String table, String... settings) {
    return Written.request("tiles-csv", Written.text(root.resolve("tiles.csv"), table), settings);
  }

  @Test
  void open_fullTable_keepsEveryColumnAndTheOrder() {
    Cohort cohort =
        open(
            "\uFEFFNote,PATH,Label,patient,slide,site,domain\r\n"
                + "\"x, y\",b.png,tumour,007,S1,Ulm,lung\r\n"
                + "\r\n"
                + ",a.png,normal, 007 ,S2,,colon\r\n");
    assertThat(cohort.task()).isEqualTo(new Task.Classification(List.of("normal", "tumour")));
    assertThat(cohort.warnings()).isEmpty();
    Sample first = cohort.samples().get(0);
    assertThat(first.id()).isEqualTo("b.png");
    assertThat(first.label()).isEqualTo("tumour");
    assertThat(first.group()).isEqualTo("007");
    assertThat(first.site()).isEqualTo("Ulm");
    assertThat(first.domain()).isEqualTo("lung");
    assertThat(first.source())
        .isEqualTo(new Source.ImageFile(root.toAbsolutePath().resolve("b.png")));
    Sample second = cohort.samples().get(1);
    assertThat(second.group()).isEqualTo("007");
    assertThat(second.site()).isEmpty();
  }

  @Test
  void open_folder_readsItsTilesCsv() {
    request("path,label\na.png,x\nb.png,y\n");
    assertThat(new TilesCsv().open(Written.request("tiles-csv", root)).size()).isEqualTo(2);
  }

  @Test
  void open_noPatient_groupsBySlide() {
    Cohort cohort = open("path,label,slide,patient\na.png,x,S1,\nb.png,y,S1,\nc.png,y,S2,\n");
    assertThat(cohort.samples()).extracting(Sample::group).containsExactly("S1", "S1", "S2");
    assertThat(cohort.warnings()).isEmpty();
    assertThat(cohort.domains()).containsExactly("default");
  }

  @Test
  void open_oneSlideInTwoDomains_isOneGroup() {
    // One glass slide under two scanners: apart, it would stand on both sides of a split.
    Cohort cohort = open("path,label,slide,domain\na.png,x,S1,A\nb.png,y,S1,B\n");
    assertThat(cohort.groups()).containsExactly("S1");
  }

  @Test
  void open_neitherPatientNorSlide_warns() {
    Cohort cohort = open("path,label\na.png,x\nb.png,y\n");
    assertThat(cohort.samples()).extracting(Sample::group).containsExactly("a.png", "b.png");
    assertThat(cohort.warnings())
        .singleElement()
        .asString()
        .startsWith("no patient or slide is known:");
  }

  @Test
  void open_someRowsWithoutPatientAndSlide_warnsWithTheNumber() {
    Cohort cohort = open("path,label,patient\na.png,x,P1\nb.png,y,\nc.png,y,P2\n");
    assertThat(cohort.samples()).extracting(Sample::group).containsExactly("P1", "b.png", "P2");
    assertThat(cohort.warnings()).singleElement().asString().contains("for 1 of 3 images");
  }

  @Test
  void open_idColumn_isTextAndUnique() {
    Cohort cohort = open("id,path,label\n001,a.png,x\n01,b.png,y\n");
    assertThat(cohort.samples()).extracting(Sample::id).containsExactly("001", "01");
    Refusal.of(() -> open("id,path,label\n001,a.png,x\n001,b.png,y\n"))
        .hasMessageContaining("the same id twice: lines 2 and 3 (001)");
    Refusal.of(() -> open("id,path,label\n001,a.png,x\n,b.png,y\n"))
        .hasMessageContaining("an empty id: line 3");
  }

  @Test
  void open_columnsOfOtherNames_areNamedBySettings() {
    String table = "file,class,case\na.png,x,P1\nb.png,y,P2\n";
    Cohort cohort =
        open(table, "path-column", "file", "label-column", "Class", "patient-column", "case");
    assertThat(cohort.groups()).containsExactly("P1", "P2");
    Refusal.of(() -> open(table))
        .hasMessageContaining("no column [path, label]")
        .hasMessageContaining("[file, class, case]")
        .hasMessageContaining("path-column=");
    Refusal.of(
            () -> open(table, "path-column", "file", "label-column", "class", "slide-column", "s"))
        .hasMessageContaining("no column [s]");
  }

  @Test
  void open_root_isWherePathsBegin() {
    Cohort cohort =
        open("path,label\na.png,x\n../b.png,y\n", "root", root.resolve("sub").toString());
    assertThat(cohort.samples().get(0).source())
        .isEqualTo(new Source.ImageFile(root.resolve("sub/a.png")));
    assertThat(cohort.samples().get(1).id()).isEqualTo("../b.png");
    Refusal.of(() -> open("path,label\na.png,x\nb.png,y\n", "root", root.resolve("no").toString()))
        .hasMessageContaining("setting root");
  }

  @Test
  void open_positive_isPutSecond() {
    assertThat(open("path,label\na.png,x\nb.png,y\n", "positive", "x").task())
        .isEqualTo(new Task.Classification(List.of("y", "x")));
  }

  @Test
  void open_sameImageTwice_namesTheLines() {
    Refusal.of(() -> open("path,label\na.png,x\nb.png,y\n./a.png,x\n"))
        .hasMessageContaining("the same image twice: lines 2 and 4 (./a.png)");
    Refusal.of(() -> open("path,label\na.png,x\nb.png,y\na.png,y\n"))
        .hasMessageContaining("the same image with two labels: lines 2 and 4 (a.png)");
  }

  @Test
  void open_slideOfTwoPatients_isRefused() {
    Refusal.of(
            () ->
                open(
                    "path,label,patient,slide\n"
                        + "a.png,x,P1,S1\nb.png,y,P2,S1\nc.png,x,P3,S2\nd.png,x,,S2\n"))
        .hasMessageContaining("S1 has patient P1 in line 2, patient P2 in line 3")
        .hasMessageContaining("S2 has no patient in line 5, patient P3 in line 4");
  }

  @Test
  void open_emptyCells_areAllNamedAtOnce() {
    Refusal.of(() -> open("path,label,domain\n,x,A\na.png,,A\nb.png,y,\nc.png,  ,A\n"))
        .hasMessageContaining("an empty path: line 2")
        .hasMessageContaining("an empty label: line 3, line 5")
        .hasMessageContaining("an empty domain: line 4");
  }

  @Test
  void open_manyBadRows_showsTenAndTheNumber() {
    StringBuilder table = new StringBuilder("path,label\na.png,x\nb.png,y\n");
    for (int i = 0; i < 25; i++) {
      table.append("i").append(i).append(".png,\n");
    }
    Refusal.of(() -> open(table.toString()))
        .hasMessageContaining("line 4, line 5")
        .hasMessageContaining("line 13, … (25 in all)")
        .hasMessageNotContaining("line 14");
  }

  @Test
  void open_missingFiles_areRefusedOrCounted() {
    String table = "path,label\na.png,x\nb.png,y\ngone.png,x\nsub,y\n";
    Refusal.of(() -> open(table))
        .hasMessageContaining("2 of 4 images whose file is missing: gone.png, sub.")
        .hasMessageContaining("--allow-missing");
    Cohort cohort = new TilesCsv().open(request(table).withAllowMissing(true));
    assertThat(cohort.size()).isEqualTo(2);
    assertThat(cohort.missing()).containsExactly("gone.png", "sub");
  }

  @Test
  void open_classWhoseFilesAreAllMissing_isNamed() {
    DatasetRequest request =
        request("path,label\na.png,x\nb.png,y\ngone.png,z\n").withAllowMissing(true);
    Refusal.of(() -> new TilesCsv().open(request))
        .hasMessageContaining("no sample of class z")
        .hasMessageContaining("files missing: 1");
  }

  @Test
  void open_labelsThatDifferInCaseOrOnlyOne_areRefused() {
    Refusal.of(() -> open("path,label\na.png,Normal\nb.png,normal\n"))
        .hasMessageContaining("'Normal' and 'normal'");
    Refusal.of(() -> open("path,label\na.png,x\nb.png,x\n"))
        .hasMessageContaining("only the class [x]");
  }

  @Test
  void open_noFileAtAll_asksWhereTheyLieEvenIfMissingIsAllowed() {
    DatasetRequest request = request("path,label\nx/a.png,x\nx/b.png,y\n").withAllowMissing(true);
    Refusal.of(() -> new TilesCsv().open(request))
        .hasMessageContaining("names 2 images, and all their files are missing: x/a.png, x/b.png");
  }

  @Test
  void open_otherEncoding_isRefusedWithThePlace() {
    Path file = root.resolve("tiles.csv");
    Written.bytes(
        file, "path,label\na.png,Tumor\nb.png,Drüse\n".getBytes(StandardCharsets.ISO_8859_1));
    Refusal.of(() -> new TilesCsv().open(Written.request("tiles-csv", file)))
        .hasMessageContaining("not in UTF-8: line 3 has other bytes");
    Written.bytes(file, "path,label\na.png,x\n".getBytes(StandardCharsets.UTF_16));
    Refusal.of(() -> new TilesCsv().open(Written.request("tiles-csv", file)))
        .hasMessageContaining("UTF-8");
  }

  @Test
  void open_noData_isRefused() {
    Refusal.of(() -> new TilesCsv().open(DatasetRequest.of("tiles-csv")))
        .hasMessageContaining("--data");
    Refusal.of(() -> new TilesCsv().open(Written.request("tiles-csv", root)))
        .hasMessageContaining("there is no table");
    Refusal.of(() -> open("path,label\na.png,x\nb.png,y\n", "labels", "x"))
        .hasMessageContaining("no setting [labels]");
  }
}
