package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.histofm.InputException;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.PublishedSplit;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of a {@link DatasetProvider}: extend it in a test and supply the provider and a
 * request that opens.
 */
public abstract class DatasetContract extends ProviderContract<DatasetProvider> {
  /** For a test that extends it. */
  protected DatasetContract() {
    super(DatasetProvider.class);
  }

  /** A request that {@link #provider} opens; each call may name the same folder. */
  protected abstract DatasetRequest request();

  /** Capability: reads a folder or file that the request names. True until overridden. */
  protected boolean readsFiles() {
    return true;
  }

  @Test
  void open_twice_givesAnEqualCohort() {
    Cohort first = provider().open(request());
    Cohort again = provider().open(request());
    assertThat(again.name()).as("name").isEqualTo(first.name());
    assertThat(again.task()).as("task").isEqualTo(first.task());
    assertThat(again.samples()).as("samples opened again").isEqualTo(first.samples());
    assertThat(again.hash()).as("hash").isEqualTo(first.hash());
    assertThat(again.publishedSplits()).as("splits").isEqualTo(first.publishedSplits());
    assertThat(again.missing()).as("missing").isEqualTo(first.missing());
    assertThat(again.warnings()).as("warnings").isEqualTo(first.warnings());
  }

  @Test
  void open_samples_haveUniqueIdsAndGroups() {
    Cohort cohort = provider().open(request());
    assertThat(cohort.samples()).as("samples").isNotEmpty();
    assertThat(cohort.samples().stream().map(Sample::id)).as("sample ids").doesNotHaveDuplicates();
    for (Sample sample : cohort.samples()) {
      assertThat(sample.group()).as("group of %s", sample.id()).isNotBlank();
      assertThat(sample.domain()).as("domain of %s", sample.id()).isNotBlank();
    }
    assertThat(cohort.name()).as("name of the cohort").isNotBlank();
  }

  @Test
  void open_labels_useEveryClassOfTheTask() {
    Cohort cohort = provider().open(request());
    if (cohort.task() instanceof Task.Classification task) {
      Set<String> used = new LinkedHashSet<>();
      for (Sample sample : cohort.samples()) {
        if (sample.target() instanceof Target.ClassLabel label) {
          used.add(label.name());
        }
      }
      assertThat(used).as("classes that have a sample").hasSameElementsAs(task.classes());
    }
  }

  @Test
  void open_imageFiles_exist() {
    for (Sample sample : provider().open(request()).samples()) {
      if (sample.source() instanceof Source.ImageFile file) {
        assertThat(Files.isRegularFile(file.path()))
            .as("file of %s, %s, is there", sample.id(), file.path())
            .isTrue();
      }
    }
  }

  @Test
  void publishedSplits_nameKnownSamplesOnOneSideOnly() {
    Cohort cohort = provider().open(request());
    Set<String> known = new LinkedHashSet<>(cohort.missing());
    cohort.samples().forEach(sample -> known.add(sample.id()));
    assertThat(cohort.publishedSplits().stream().map(PublishedSplit::name))
        .as("names of the published splits")
        .doesNotHaveDuplicates();
    for (PublishedSplit split : cohort.publishedSplits()) {
      assertThat(known).as("samples of split %s", split.name()).containsAll(split.train());
      assertThat(known).as("samples of split %s", split.name()).containsAll(split.test());
      assertThat(split.train())
          .as("train part of split %s", split.name())
          .doesNotContainAnyElementsOf(split.test());
    }
  }

  @Test
  void open_missingFolder_isRefusedByName(@TempDir Path folder) {
    if (readsFiles()) {
      Path missing = folder.resolve("no-such-data");
      assertThat(
              refusal(
                  "a missing folder",
                  InputException.class,
                  () -> provider().open(request().withData(missing))))
          .hasMessageContaining("no-such-data");
    }
  }

  @Test
  void open_withoutFolder_isRefusedIfFilesAreRead() {
    DatasetRequest without =
        DatasetRequest.of(request().id())
            .withAllowMissing(request().allowMissing())
            .withSeed(request().seed())
            .withOptions(request().options());
    if (readsFiles()) {
      refusal("a request without a folder", InputException.class, () -> provider().open(without));
    } else {
      assertThat(provider().open(without).samples())
          .as("samples of a data set that reads no files")
          .isNotEmpty();
    }
  }

  @Test
  void open_unknownOption_isRefusedByName() {
    assertThat(
            refusal(
                "an unknown option",
                InputException.class,
                () -> provider().open(request().withOptions(UNKNOWN_OPTION))))
        .hasMessageContaining("no-such-setting");
  }

  @Test
  void request_names_oneOfTheIds() {
    assertThat(provider().ids()).as("ids").containsAll(List.of(request().id()));
  }
}
