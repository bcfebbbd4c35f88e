package org.histofm.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.SampleStream;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.dataset.Task;
import org.junit.jupiter.api.Test;

class FitRequestTest {
  private static final Task TASK = new Task.Classification(List.of("a", "b"));
  private static final Cohort TRAIN = cohort("s1");
  private static final Cohort VALIDATION = cohort("s2");
  private static final Backbone BACKBONE = untouched(Backbone.class);
  private static final SampleReader READER = untouched(SampleReader.class);
  private static final Path FOLDER = Path.of("run");
  private static final Progress SINK = untouched(Progress.class);

  private static Cohort cohort(String id) {
    Source source = new Source.ImageFile(Path.of(id));
    return Cohort.of(
        id, TASK, List.of(Sample.of(id, "group of " + id, source, new Target.ClassLabel("a"))));
  }

  /** A request only hands these on, so any call of them is a mistake. */
  private static <T> T untouched(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new AssertionError(method + " was called");
            }));
  }

  @Test
  void of_onlyWhatIsNeeded_hasAnEmptyValidationOfTheSameTask() {
    FitRequest request = FitRequest.of(BACKBONE, READER, TRAIN, FOLDER);
    assertThat(request.validation().size()).isZero();
    assertThat(request.validation().task()).isEqualTo(TASK);
    assertThat(request.task()).isEqualTo(TASK);
    assertThat(request.seed()).isEqualTo(Seed.of(0));
  }

  @Test
  void with_allCopiesInEitherOrder_keepEachOther() {
    FitRequest base = FitRequest.of(BACKBONE, READER, TRAIN, FOLDER);
    assertHoldsAll(base.withValidation(VALIDATION).withSeed(Seed.of(7)).withProgress(SINK));
    assertHoldsAll(base.withProgress(SINK).withSeed(Seed.of(7)).withValidation(VALIDATION));
  }

  private static void assertHoldsAll(FitRequest request) {
    assertThat(request.backbone() == BACKBONE).isTrue();
    assertThat(request.reader() == READER).isTrue();
    assertThat(request.progress() == SINK).isTrue();
    assertThat(request.train()).isSameAs(TRAIN);
    assertThat(request.validation()).isSameAs(VALIDATION);
    assertThat(request.seed()).isEqualTo(Seed.of(7));
    assertThat(request.runDirectory()).isEqualTo(FOLDER);
  }

  @Test
  void withTrainingStream_inPlaceOfTrain_leavesNothingElseToLearnFrom() {
    SampleStream stream = stream(TASK);
    FitRequest request =
        FitRequest.of(BACKBONE, READER, TRAIN, FOLDER)
            .withEpochSamples(12)
            .withTrainingStream(stream)
            .withValidation(VALIDATION)
            .withSeed(Seed.of(7))
            .withProgress(SINK);
    assertThat(request.trainingStream()).containsSame(stream);
    assertThat(request.train().size()).isZero();
    assertThat(request.task()).isEqualTo(TASK);
    assertThat(request.epochSamples()).isEqualTo(12);
    assertThat(FitRequest.of(BACKBONE, READER, TRAIN, FOLDER).trainingStream()).isEmpty();
  }

  @Test
  void withTrainingStream_ofAnotherTask_isRefused() {
    FitRequest request = FitRequest.of(BACKBONE, READER, TRAIN, FOLDER);
    SampleStream other = stream(new Task.Classification(List.of("a", "c")));
    assertThatThrownBy(() -> request.withTrainingStream(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("some stream", "[a, c]", "[a, b]");
  }

  private static SampleStream stream(Task task) {
    return (SampleStream)
        Proxy.newProxyInstance(
            SampleStream.class.getClassLoader(),
            new Class<?>[] {SampleStream.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "task" -> task;
                  case "name" -> "some stream";
                  default -> throw new AssertionError(method + " was called");
                });
  }
}
