package org.histofm.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.PublishedSplit;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table {@code id,label} beside its images, sound or with one fault at a time. */
final class FaultyDataset {
  /** What is wrong, and the test of {@link DatasetContract} that has to notice. */
  enum Fault {
    OTHER_ORDER_EACH_TIME("open_twice_givesAnEqualCohort"),
    WARNING_OF_A_COUNTER("open_twice_givesAnEqualCohort"),
    NO_SAMPLE("open_samples_haveUniqueIdsAndGroups"),
    BLANK_DOMAIN("open_samples_haveUniqueIdsAndGroups"),
    CLASS_WITHOUT_SAMPLE("open_labels_useEveryClassOfTheTask"),
    FILE_INVENTED("open_imageFiles_exist"),
    SPLIT_OF_STRANGERS("publishedSplits_nameKnownSamplesOnOneSideOnly"),
    SPLIT_ON_BOTH_SIDES("publishedSplits_nameKnownSamplesOnOneSideOnly"),
    MISSING_FOLDER_IS_EMPTY("open_missingFolder_isRefusedByName"),
    MISSING_FOLDER_NOT_NAMED("open_missingFolder_isRefusedByName"),
    IO_EXCEPTION_ESCAPES("open_missingFolder_isRefusedByName"),
    FOLDER_GUESSED("open_withoutFolder_isRefusedIfFilesAreRead"),
    OPTIONS_IGNORED("open_unknownOption_isRefusedByName"),
    ANOTHER_ID("request_names_oneOfTheIds");

    final String noticedBy;

    Fault(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  static @Nullable Fault fault;

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private FaultyDataset() {}

  private static boolean is(Fault wanted) {
    return fault == wanted;
  }

  /** Writes a table of four samples with an (empty) file each. */
  static void write(Path folder) throws IOException {
    StringBuilder table = new StringBuilder();
    for (String id : List.of("a", "b", "c", "d")) {
      Files.write(folder.resolve(id + ".png"), new byte[0]);
      table.append(id).append(',').append(id.compareTo("c") < 0 ? "no" : "yes").append('\n');
    }
    Files.writeString(folder.resolve("table.csv"), table);
  }

  /** Runs in {@link ContractsCanFailTest}. */
  static final class Contract extends DatasetContract {
    private Path data;

    @BeforeEach
    void write(@TempDir Path fresh) throws IOException {
      data = fresh;
      FaultyDataset.write(data);
    }

    @Override
    protected DatasetProvider provider() {
      return new Provider();
    }

    @Override
    protected DatasetRequest request() {
      return DatasetRequest.of("table").withData(data);
    }

    @Override
    protected boolean isRegistered() {
      return !is(Fault.ANOTHER_ID);
    }
  }

  /** Offers it as {@code table}. */
  public static final class Provider implements DatasetProvider {
    @Override
    public int apiVersion() {
      return ApiVersion.CURRENT;
    }

    @Override
    public List<String> ids() {
      return List.of(is(Fault.ANOTHER_ID) ? "other" : "table");
    }

    @Override
    public String summary(String id) {
      return "a table beside its images";
    }

    @Override
    public Cohort open(DatasetRequest request) {
      if (!is(Fault.OPTIONS_IGNORED)) {
        request.options().allow("data set table");
      }
      if (request.data().isEmpty() && is(Fault.FOLDER_GUESSED)) {
        return cohort(Path.of("."), List.of());
      }
      Path folder =
          request
              .data()
              .orElseThrow(() -> new InputException("data set table needs a folder.", "Name it."));
      try {
        return cohort(folder, Files.readAllLines(folder.resolve("table.csv")));
      } catch (IOException e) {
        if (is(Fault.IO_EXCEPTION_ESCAPES)) {
          throw new UncheckedIOException(e);
        }
        if (is(Fault.MISSING_FOLDER_IS_EMPTY)) {
          return cohort(folder, List.of());
        }
        String name = is(Fault.MISSING_FOLDER_NOT_NAMED) ? "the folder" : folder.toString();
        throw new InputException(name + " has no table.csv.", "Name another folder.", e);
      }
    }

    private static Cohort cohort(Path folder, List<String> lines) {
      List<Sample> samples = new ArrayList<>();
      for (String line : is(Fault.NO_SAMPLE) ? List.<String>of() : lines) {
        String id = line.substring(0, 1);
        Path file = folder.resolve(is(Fault.FILE_INVENTED) ? id + ".jpg" : id + ".png");
        samples.add(
            Sample.of(
                    id,
                    "group of " + id,
                    new Source.ImageFile(file),
                    new Target.ClassLabel(line.substring(2)))
                .withDomain(is(Fault.BLANK_DOMAIN) ? "" : "default"));
      }
      if (is(Fault.OTHER_ORDER_EACH_TIME)) {
        int[] order = Seed.of(COUNTER.incrementAndGet()).permutation(samples.size());
        samples = Arrays.stream(order).mapToObj(samples::get).toList();
      }
      Task task =
          new Task.Classification(
              is(Fault.CLASS_WITHOUT_SAMPLE) ? List.of("no", "yes", "who") : List.of("no", "yes"));
      Cohort cohort = Cohort.of("table", task, samples);
      if (is(Fault.WARNING_OF_A_COUNTER)) {
        cohort = cohort.withWarning("opened " + COUNTER.incrementAndGet() + " times");
      }
      Set<String> test = is(Fault.SPLIT_ON_BOTH_SIDES) ? Set.of("a", "c") : Set.of("c", "d");
      Set<String> train = is(Fault.SPLIT_OF_STRANGERS) ? Set.of("a", "x") : Set.of("a", "b");
      return samples.isEmpty()
          ? cohort
          : cohort.withPublishedSplit(new PublishedSplit("authors", train, test));
    }
  }
}
