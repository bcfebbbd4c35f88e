package org.histofm.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.histofm.Progress;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCheckTest {
  private static final FileTime MONDAY = FileTime.fromMillis(1_700_000_000_000L);

  private final Bench.ColourReader reader = new Bench.ColourReader();
  private final Path folder;
  private final Cohort cohort;

  ImageCheckTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Path file = folder.resolve(i + ".png");
      Files.writeString(file, "picture " + i);
      Files.setLastModifiedTime(file, MONDAY);
      samples.add(
          Sample.of("s" + i, "g" + i, new Source.ImageFile(file), new Target.ClassLabel("a")));
    }
    cohort = Cohort.of("files", new Task.Classification(List.of("a", "b")), samples);
  }

  private ImageCheck.Result check() {
    return ImageCheck.of(cohort, reader, folder.resolve("image-check.json"), Progress.NONE);
  }

  @Test
  void check_unchangedFiles_isRemembered() {
    ImageCheck.Result first = check();
    assertThat(check()).isEqualTo(first);
    assertThat(reader.probed).hasValue(3);
  }

  @Test
  void check_fileOfOtherSizeOrTime_looksAgainAndHashesTheContent() throws IOException {
    String before = check().hash();
    Files.setLastModifiedTime(folder.resolve("1.png"), FileTime.fromMillis(1_700_000_009_000L));
    assertThat(check().hash()).as("only touched").isEqualTo(before);
    assertThat(reader.probed).hasValue(6);
    Files.writeString(folder.resolve("1.png"), "another picture");
    assertThat(check().hash()).isNotEqualTo(before);
    assertThat(reader.probed).hasValue(9);
  }

  @Test
  void check_failedImages_areTriedAgainEachTime() {
    reader.broken.put("s1", "truncated");
    assertThat(check().failed())
        .containsExactly(
            new Quarantined(
                "s1", folder.resolve("1.png").toString(), "truncated", "Copy it again."));
    reader.broken.clear();
    assertThat(check().failed()).isEmpty();
    assertThat(reader.probed).as("three, then the one that failed").hasValue(4);
  }

  @Test
  void check_damagedMemory_looksAgain() throws IOException {
    check();
    Files.writeString(folder.resolve("image-check.json"), "{\"ident");
    check();
    assertThat(reader.probed).hasValue(6);
  }
}
