package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.histofm.InputException;
import org.histofm.Progress;
import org.histofm.adapter.FitRequest;
import org.histofm.adapter.FittedAdapter;
import org.histofm.adapter.Prediction;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.dataset.Target;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearProbeTest {
  private static final Options FIXED = Options.none().with("C", "1");

  private final Fixed data = Fixed.of(Data.embeddings(1, 160, 6, 3));

  private Path folder;

  @BeforeEach
  void useFolder(@TempDir Path fresh) {
    folder = fresh;
  }

  private static String fact(FittedAdapter fitted, String name) {
    return Objects.requireNonNull(fitted.facts().asMap().get(name));
  }

  private FitRequest request(Cohort train) {
    return data.request(train, folder);
  }

  private static FittedAdapter fit(Options options, FitRequest request) {
    return LinearProbe.of(options).fit(request);
  }

  @Test
  void fit_fixedC_tellsHowItConverged() {
    try (FittedAdapter fitted = fit(FIXED, request(Fixed.cohort(0, 100, 3)))) {
      assertThat(fitted.warnings()).isEmpty();
      assertThat(fitted.facts().asMap())
          .containsEntry("C", "1.0")
          .containsEntry("C chosen by", "setting")
          .containsEntry("converged", "true")
          .containsKeys("iterations", "objective per sample");
      assertThat(Double.parseDouble(fact(fitted, "gradient max-norm"))).isLessThan(1e-10);
    }
  }

  @Test
  void fit_classesApart_predictsThemInOrder() {
    Cohort test = Fixed.cohort(100, 160, 3);
    try (FittedAdapter fitted = fit(FIXED, request(Fixed.cohort(0, 100, 3)))) {
      List<Prediction> predictions = data.predict(fitted, test);
      assertThat(predictions.stream().map(Prediction::sampleId))
          .containsExactlyElementsOf(test.samples().stream().map(Sample::id).toList());
      int right = 0;
      for (int i = 0; i < predictions.size(); i++) {
        double[] p = predictions.get(i).classScores();
        int label = (100 + i) % 3;
        right += p[label] > p[(label + 1) % 3] && p[label] > p[(label + 2) % 3] ? 1 : 0;
      }
      assertThat(right).isGreaterThan(30);
    }
  }

  @Test
  void fit_equalRequests_giveEqualFactsAndPredictions() {
    FitRequest request = request(Fixed.cohort(0, 100, 3)).withValidation(Fixed.cohort(100, 130, 3));
    Cohort test = Fixed.cohort(130, 160, 3);
    try (FittedAdapter one = fit(Options.none().with("threads", "1"), request);
        FittedAdapter three = fit(Options.none().with("threads", "3"), request)) {
      assertThat(three.facts()).isEqualTo(one.facts());
      assertThat(data.predict(three, test)).isEqualTo(data.predict(one, test));
    }
  }

  @Test
  void fit_autoC_takesTheBestOnValidation() {
    FitRequest request = request(Fixed.cohort(0, 100, 3)).withValidation(Fixed.cohort(100, 160, 3));
    try (FittedAdapter fitted = fit(Options.none(), request)) {
      List<String> scores =
          fitted.facts().asMap().keySet().stream()
              .filter(name -> name.startsWith("validation at C="))
              .toList();
      assertThat(scores).hasSize(11).startsWith("validation at C=1.0E-5");
      String chosen = fact(fitted, "validation at C=" + fact(fitted, "C"));
      double best =
          scores.stream().mapToDouble(name -> accuracy(fact(fitted, name))).max().orElseThrow();
      assertThat(accuracy(chosen)).isEqualTo(best);
      assertThat(fact(fitted, "C chosen by")).contains("60 validation samples");
    }
  }

  private static double accuracy(String score) {
    return Double.parseDouble(score.split("[ ,]+")[2]);
  }

  @Test
  void fit_autoC_isTheFitAtThatC() {
    Cohort train = Fixed.cohort(0, 100, 3);
    Cohort test = Fixed.cohort(130, 160, 3);
    try (FittedAdapter auto =
            fit(Options.none(), request(train).withValidation(Fixed.cohort(100, 130, 3)));
        FittedAdapter fixed = fit(Options.none().with("C", fact(auto, "C")), request(train))) {
      List<Prediction> expected = data.predict(fixed, test);
      List<Prediction> actual = data.predict(auto, test);
      for (int i = 0; i < expected.size(); i++) {
        // One starts from the solution for a smaller C, the other from zero.
        assertThat(actual.get(i).classScores())
            .containsExactly(expected.get(i).classScores(), within(1e-7));
      }
    }
  }

  @Test
  void fit_autoCWithoutValidation_isRefusedNamingTheWayOut() {
    assertThatThrownBy(() -> fit(Options.none(), request(Fixed.cohort(0, 60, 3))))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("no validation sample", "C=1");
  }

  @Test
  void fit_validationWithoutAClass_warns() {
    Cohort part = Fixed.cohort(100, 160, 3);
    Cohort twoOfThree =
        part.withSamples(part.samples().stream().filter(s -> !s.label().equals("c1")).toList());
    try (FittedAdapter fitted =
        fit(Options.none(), request(Fixed.cohort(0, 100, 3)).withValidation(twoOfThree))) {
      assertThat(fitted.warnings()).singleElement().asString().contains("without").contains("[c1]");
    }
  }

  @Test
  void fit_tooFewIterations_warnsWithTheGradient() {
    try (FittedAdapter fitted =
        fit(FIXED.with("max-iter", "2"), request(Fixed.cohort(0, 100, 3)))) {
      assertThat(fitted.warnings())
          .singleElement()
          .asString()
          .contains("did not converge", "after 2 iterations", "max-iter");
      assertThat(fitted.facts().asMap()).containsEntry("converged", "false");
    }
  }

  @Test
  void fit_balancedClasses_weightsDoNotMatter() {
    Cohort train = Fixed.cohort(0, 99, 3);
    Cohort test = Fixed.cohort(130, 160, 3);
    try (FittedAdapter plain = fit(FIXED, request(train));
        FittedAdapter balanced = fit(FIXED.with("class-weight", "balanced"), request(train))) {
      assertThat(data.predict(balanced, test)).isEqualTo(data.predict(plain, test));
      assertThat(balanced.facts()).isNotEqualTo(plain.facts());
    }
  }

  @Test
  void fit_constantColumn_standardizes() {
    Fixed constant = data;
    for (int i = 0; i < 160; i++) {
      constant = constant.with("s" + i, 2, 7.25f);
    }
    try (FittedAdapter fitted =
        fit(FIXED.with("standardize", "true"), constant.request(Fixed.cohort(0, 100, 3), folder))) {
      assertThat(fitted.facts().asMap()).containsEntry("converged", "true");
    }
  }

  @Test
  void fit_reportsProgress() {
    List<String> stages = new ArrayList<>();
    Progress progress = (stage, done, total) -> stages.add(stage + " " + done + "/" + total);
    fit(FIXED, request(Fixed.cohort(0, 30, 3)).withProgress(progress)).close();
    assertThat(stages).contains("embed 30/30").endsWith("fit linear probe 1/1");
  }

  @Test
  void fit_classWithoutSample_isRefusedByName() {
    Cohort train = Fixed.cohort(0, 30, 3);
    Cohort twoOfThree =
        train.withSamples(train.samples().stream().filter(s -> !s.label().equals("c1")).toList());
    assertThatThrownBy(() -> fit(FIXED, request(twoOfThree)))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("no training sample of [c1]", "among 20 of fixed", "fraction");
  }

  @Test
  void fit_noSample_isRefused() {
    assertThatThrownBy(() -> fit(FIXED, request(Fixed.cohort(0, 0, 3))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[c0, c1, c2]");
  }

  @Test
  void fit_sampleWithoutLabel_isRefusedByName() {
    Cohort train = Fixed.cohort(0, 30, 3);
    List<Sample> samples = new ArrayList<>(train.samples());
    samples.add(Sample.of("bare", "g", new Source.ImageFile(Path.of("unused")), new Target.None()));
    assertThatThrownBy(() -> fit(FIXED, request(train.withSamples(samples))))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("training sample 'bare'", "[c0, c1, c2]");
  }

  @Test
  void fit_embeddingNotFinite_isRefusedByName() {
    Fixed broken = data.with("s17", 3, Float.NaN);
    assertThatThrownBy(() -> fit(FIXED, broken.request(Fixed.cohort(0, 30, 3), folder)))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("sample 's17'", "NaN", "dimension 3");
  }

  @Test
  void predict_embeddingNotFinite_isRefusedByName() {
    Fixed broken = data.with("s140", 0, Float.POSITIVE_INFINITY);
    try (FittedAdapter fitted = fit(FIXED, request(Fixed.cohort(0, 30, 3)))) {
      assertThatThrownBy(() -> broken.predict(fitted, Fixed.cohort(130, 160, 3)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("sample 's140'");
    }
  }

  @Test
  void predict_embeddingsOfAnotherWidth_areRefused() {
    Fixed wider = Fixed.of(Data.embeddings(1, 40, 9, 3));
    try (FittedAdapter fitted = fit(FIXED, request(Fixed.cohort(0, 30, 3)))) {
      assertThatThrownBy(() -> wider.predict(fitted, Fixed.cohort(30, 40, 3)))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("9 dims", "fitted on 6", "fixed@aa11", "refit");
    }
  }

  @Test
  void predict_inAnyCompany_givesTheSameBits() {
    Cohort test = Fixed.cohort(100, 160, 3);
    try (FittedAdapter fitted = fit(FIXED, request(Fixed.cohort(0, 100, 3)))) {
      List<Prediction> together = data.predict(fitted, test);
      for (int i = 0; i < test.size(); i += 7) {
        Cohort alone = test.withSamples(test.samples().subList(i, i + 1));
        assertThat(data.predict(fitted, alone)).containsExactly(together.get(i));
      }
    }
  }

  @Test
  void use_afterClose_isRefused() {
    FittedAdapter fitted = fit(FIXED, request(Fixed.cohort(0, 30, 3)));
    fitted.close();
    fitted.close();
    assertThatThrownBy(() -> data.predict(fitted, Fixed.cohort(0, 3, 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("linear probe is closed");
    assertThatThrownBy(() -> fitted.save(folder)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void fit_interrupted_stopsAndKeepsTheFlag() {
    FitRequest request = request(Fixed.cohort(0, 30, 3));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> fit(FIXED, request)).isInstanceOf(CancellationException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "C, 0",
    "C, -1",
    "C, NaN",
    "C, Infinity",
    "C, best",
    "tol, 0",
    "max-iter, 0",
    "class-weight, Balanced",
    "standardize, yes",
    "threads, 0",
    "c, 1"
  })
  void of_impossibleSetting_isRefusedByName(String name, String value) {
    assertThatThrownBy(() -> LinearProbe.of(Options.none().with(name, value)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(name);
  }

  @Test
  void needsValidation_onlyToChooseC() {
    assertThat(LinearProbe.of(Options.none()).needsValidation()).isTrue();
    assertThat(LinearProbe.of(Options.none().with("C", "auto")).needsValidation()).isTrue();
    assertThat(LinearProbe.of(FIXED).needsValidation()).isFalse();
  }
}
