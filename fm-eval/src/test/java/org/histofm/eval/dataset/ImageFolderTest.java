package org.histofm.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  private final Path root;

  ImageFolderTest(@TempDir Path root) {
    this.root = root;
  }

  private Cohort open(String... settings) {
    return new ImageFolder().open(Written.request("image-folder", root, settings));
  }

  private static List<String> groups(Cohort cohort) {
    return cohort.samples().stream().map(Sample::group).toList();
  }

  @Test
  void open_nestedImages_areSortedByPathAndLabelledByTopFolder() {
    Written.files(root, "b/2.png", "b/1.JPG", "a/z/deep/3.tiff", "a/0.bmp");
    Cohort cohort = open();
    assertThat(cohort.name()).isEqualTo("image-folder");
    assertThat(cohort.task()).isEqualTo(new Task.Classification(List.of("a", "b")));
    assertThat(cohort.samples())
        .extracting(Sample::id)
        .containsExactly("a/0.bmp", "a/z/deep/3.tiff", "b/1.JPG", "b/2.png");
    assertThat(cohort.samples()).extracting(Sample::label).containsExactly("a", "a", "b", "b");
    assertThat(cohort.samples().get(1).source())
        .isEqualTo(new Source.ImageFile(root.resolve("a/z/deep/3.tiff")));
  }

  @Test
  void open_nothingKnownOfPatients_warnsAndGroupsByImage() {
    Written.files(root, "a/1.png", "b/1.png");
    Cohort cohort = open();
    assertThat(groups(cohort)).containsExactly("a/1.png", "b/1.png");
    assertThat(cohort.warnings())
        .singleElement()
        .asString()
        .contains("no patient or slide is known")
        .contains("too good");
  }

  @Test
  void open_groupFolder_joinsAPatientAcrossClassesWithoutWarning() {
    Written.files(root, "a/P1/1.png", "a/P2/x/1.png", "b/P1/1.png");
    Cohort cohort = open("group", "folder");
    assertThat(groups(cohort)).containsExactly("P1", "P2", "P1");
    assertThat(cohort.warnings()).isEmpty();
  }

  @Test
  void open_groupFolderButImageBesideIt_isRefused() {
    Written.files(root, "a/P1/1.png", "a/2.png", "b/P1/1.png");
    Refusal.of(() -> open("group", "folder")).hasMessageContaining("finds no name in a/2.png");
  }

  @Test
  void open_patterns_nameGroupAndDomain() {
    Written.files(root, "a/s1_S7_01.png", "b/s2_S8_01.png");
    Cohort cohort = open("group-pattern", "_(S\\d+)_", "domain-pattern", "/(s\\d)_");
    assertThat(groups(cohort)).containsExactly("S7", "S8");
    assertThat(cohort.domains()).containsExactly("s1", "s2");
    assertThat(cohort.warnings()).isEmpty();
  }

  @Test
  void open_patternThatMissesImages_namesThem() {
    Written.files(root, "a/S1_1.png", "a/x.png", "b/S2_1.png");
    Refusal.of(() -> open("group-pattern", "(S\\d+)_"))
        .hasMessageContaining("group-pattern=(S\\d+)_")
        .hasMessageContaining("a/x.png")
        .hasMessageNotContaining("S1_1");
    Refusal.of(() -> open("domain-pattern", "(S\\d+)_")).hasMessageContaining("a/x.png");
  }

  @Test
  void open_unusablePattern_saysWhy() {
    Written.files(root, "a/1.png", "b/1.png");
    Refusal.of(() -> open("group-pattern", "(")).hasMessageContaining("no regular expression");
    Refusal.of(() -> open("group-pattern", "a/.*")).hasMessageContaining("0 capture groups");
    Refusal.of(() -> open("group-pattern", "(a)(b)")).hasMessageContaining("2 capture groups");
    Refusal.of(() -> open("group", "patient")).hasMessageContaining("group=patient is not known");
    Refusal.of(() -> open("group", "folder", "group-pattern", "(a)"))
        .hasMessageContaining("both say");
  }

  @Test
  void open_positive_isPutSecond() {
    Written.files(root, "atypical/1.png", "normal/1.png");
    assertThat(open("positive", "atypical").task())
        .isEqualTo(new Task.Classification(List.of("normal", "atypical")));
    Refusal.of(() -> open("positive", "tumour"))
        .hasMessageContaining("positive=tumour")
        .hasMessageContaining("[atypical, normal]");
  }

  @Test
  void open_positiveOfThreeClasses_isRefused() {
    Written.files(root, "a/1.png", "b/1.png", "c/1.png");
    Refusal.of(() -> open("positive", "c")).hasMessageContaining("one of two classes");
  }

  @Test
  void open_oneClassOrNone_isRefused() {
    Refusal.of(this::open).hasMessageContaining("has no class");
    Written.files(root, "a/1.png");
    Refusal.of(this::open).hasMessageContaining("only the class [a]");
  }

  @Test
  void open_emptyClassFolder_isNamed() throws IOException {
    Written.files(root, "a/1.png", "c/1.png");
    Files.createDirectory(root.resolve("b"));
    Refusal.of(this::open).hasMessageContaining("has no sample of class b.");
  }

  @Test
  void open_classesThatDifferInCase_areRefused() {
    Written.files(root, "Normal/1.png", "normal/2.png");
    assumeTrue(Files.notExists(root.resolve("NORMAL")), "needs a file system that knows case");
    Refusal.of(this::open).hasMessageContaining("'Normal' and 'normal'");
  }

  @Test
  void open_foldersOfASplit_areNotClasses() {
    Written.files(root, "train/a/1.png", "train/b/1.png", "test/a/2.png", "test/b/2.png");
    Refusal.of(this::open).hasMessageContaining("parts of a split, not classes");
  }

  @Test
  void open_imageBesideClassFolders_isNamed() {
    Written.files(root, "a/1.png", "b/1.png", "stray.png", "tiles.csv", "README.md");
    Refusal.of(this::open)
        .hasMessageContaining("beside the class folders")
        .hasMessageContaining("stray.png");
  }

  @Test
  void open_hiddenThings_arePassedOver() {
    Written.files(
        root, "a/1.png", "b/1.png", "b/._1.png", ".cache/1.png", ".x.png", "__MACOSX/a/1.png");
    assertThat(open().samples()).extracting(Sample::id).containsExactly("a/1.png", "b/1.png");
  }

  @Test
  void open_hiddenRoot_isRead() {
    Path hidden = root.resolve(".data");
    Written.files(hidden, "a/1.png", "b/1.png");
    assertThat(new ImageFolder().open(Written.request("image-folder", hidden)).size()).isEqualTo(2);
  }

  @Test
  void open_otherFilesInClassFolders_areLeftOutWithAWarning() {
    Written.files(root, "a/P/1.png", "a/P/1.webp", "a/notes.txt", "b/P/1.png");
    Cohort cohort = open("group", "folder");
    assertThat(cohort.size()).isEqualTo(2);
    assertThat(cohort.warnings())
        .containsExactly(
            "files in class folders are left out, since they are no images by their names:"
                + " a/P/1.webp, a/notes.txt");
  }

  @Test
  void open_linkInCircles_isNamed() throws IOException {
    Written.files(root, "a/1.png", "b/1.png");
    link(root.resolve("a/loop"), root);
    Refusal.of(this::open).hasMessageContaining("loop").hasMessageContaining("leads back");
  }

  @Test
  void open_linkedImages_areFollowedUnlessOneStandsTwice() throws IOException {
    Written.files(root, "a/1.png", "b/1.png", ".store/2.png");
    link(root.resolve("b/2.png"), root.resolve(".store/2.png"));
    assertThat(open().size()).isEqualTo(3);
    link(root.resolve("a/2.png"), root.resolve(".store/2.png"));
    Refusal.of(this::open).hasMessageContaining("same file under two names: a/2.png and b/2.png");
  }

  @Test
  void open_brokenLink_isAMissingFile() throws IOException {
    Written.files(root, "a/1.png", "b/1.png");
    link(root.resolve("b/gone.png"), root.resolve("nowhere.png"));
    Refusal.of(this::open)
        .hasMessageContaining("1 of 3 images")
        .hasMessageContaining("b/gone.png")
        .hasMessageContaining("--allow-missing");
    DatasetRequest lenient = Written.request("image-folder", root).withAllowMissing(true);
    assertThat(new ImageFolder().open(lenient).missing()).containsExactly("b/gone.png");
  }

  private static void link(Path link, Path target) throws IOException {
    try {
      Files.createSymbolicLink(link, target);
    } catch (FileSystemException | UnsupportedOperationException e) {
      assumeTrue(false, "symbolic links cannot be made here: " + e);
    }
  }

  @Test
  void open_unreadableFolder_isNamed() throws IOException {
    Written.files(root, "a/1.png", "b/1.png");
    Path closed = root.resolve("b");
    try {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
      assumeTrue(!Files.isReadable(closed), "this user reads everything, such as root");
      Refusal.of(this::open).hasMessageContaining("b cannot be read");
    } catch (UnsupportedOperationException e) {
      assumeTrue(false, "no POSIX permissions here");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void open_noOrWrongPlace_isRefused() {
    Refusal.of(() -> new ImageFolder().open(DatasetRequest.of("image-folder")))
        .hasMessageContaining("no folder is named");
    Path nowhere = root.resolve("nowhere");
    Refusal.of(() -> new ImageFolder().open(Written.request("image-folder", nowhere)))
        .hasMessageContaining("no folder or file " + nowhere);
    Path file = Written.text(root.resolve("f"), "");
    Refusal.of(() -> new ImageFolder().open(Written.request("image-folder", file)))
        .hasMessageContaining("is a file");
  }

  @Test
  void open_unknownSetting_isNamed() {
    Refusal.of(() -> open("grouping", "x"))
        .hasMessageContaining("data set image-folder has no setting [grouping]");
  }
}
