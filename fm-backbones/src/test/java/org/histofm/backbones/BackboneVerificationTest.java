package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.histofm.InputException;
import org.histofm.backbone.Precision;
import org.histofm.backbones.BackboneVerification.Figure;
import org.histofm.backbones.BackboneVerification.Report;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.weights.SafetensorsFile;
import org.histofm.backbones.weights.SafetensorsWriter;
import org.histofm.backbones.weights.TensorEntry;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What timm computed for the networks of {@code scripts/fixtures/vit_fixtures.py}. */
class BackboneVerificationTest {
  private final Path folder;

  BackboneVerificationTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static Stream<String> fixtures() throws IOException {
    try (Stream<Path> folders = Files.list(resources())) {
      return folders.map(path -> path.getFileName().toString()).sorted().toList().stream();
    }
  }

  private static Path resources() {
    try {
      return Path.of(
          Objects.requireNonNull(BackboneVerificationTest.class.getResource("/vit")).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Report compare(
      Path config, Path weights, Path reference, Precision precision, String variant) {
    return BackboneVerification.compare(
        config,
        weights,
        reference,
        precision,
        Options.none().with("variant", variant),
        EngineSettings.defaults());
  }

  private static Report compare(String fixture, Precision precision, String variant) {
    Path at = resources().resolve(fixture);
    return compare(
        at.resolve("config.json"),
        at.resolve("model.safetensors"),
        at.resolve("reference.safetensors"),
        precision,
        variant);
  }

  /** {@code auto} is packed wherever that works. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void compare_fixture_isWithinToleranceInEveryDialect(String fixture) {
    within(compare(fixture, Precision.FP32, "auto"), 4);
    within(compare(fixture, Precision.FP32, "plain"), 4);
    within(compare(fixture, Precision.BF16, "auto"), 6);
  }

  private static void within(Report report, int figures) {
    assertThat(report.within()).as("%s", report).isTrue();
    assertThat(report.figures()).hasSize(figures);
    assertThat(report.images()).isEqualTo(3);
    // a figure of 0 would mean that the reference was compared with itself
    assertThat(report.figures().get(0).worst()).isPositive();
  }

  /** The batch mean in place of every embedding. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void figures_constantOutput_isOutsideAtBothPrecisions(String fixture) {
    try (SafetensorsFile file =
        SafetensorsFile.open(resources().resolve(fixture).resolve("reference.safetensors"))) {
      TensorEntry entry = file.find("embedding").orElseThrow();
      float[] reference = file.readAll(entry);
      int dim = Math.toIntExact(entry.shape().get(1));
      double[] mean = new double[dim];
      for (int i = 0; i < reference.length; i++) {
        mean[i % dim] += reference[i] / 3.0;
      }
      float[] constant = new float[dim];
      for (int i = 0; i < dim; i++) {
        constant[i] = (float) mean[i];
      }
      RowDeviation deviation = new RowDeviation();
      for (int image = 0; image < 3; image++) {
        deviation.addRow("image " + image, constant, 0, reference, image * dim, dim);
        deviation.addSpread("image " + image, constant, 0, reference, image * dim, mean);
      }
      for (boolean bf16 : new boolean[] {false, true}) {
        List<Figure> figures = BackboneVerification.figures("embedding", deviation, bf16, true);
        assertThat(figures).anyMatch(figure -> !figure.within());
      }
    }
  }

  /** Not a tensor of the file is read in vain. */
  @Test
  void compare_anyTensorZeroed_isOutside() {
    Path at = resources().resolve("giant-dinov2");
    try (SafetensorsFile file = SafetensorsFile.open(at.resolve("model.safetensors"))) {
      for (TensorEntry zeroed : file.tensors()) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (TensorEntry tensor : file.tensors()) {
          float[] values =
              tensor.equals(zeroed)
                  ? new float[Math.toIntExact(tensor.elements())]
                  : file.readAll(tensor);
          writer.add(tensor.name(), tensor.shape(), values);
        }
        Report report =
            compare(
                at.resolve("config.json"),
                writer.write(folder.resolve("zeroed.safetensors")),
                at.resolve("reference.safetensors"),
                Precision.FP32,
                "plain");
        assertThat(report.within()).as("without %s", zeroed.name()).isFalse();
      }
    }
  }

  @Test
  void report_isForReading() {
    Report report = compare("class-token", Precision.FP32, "auto");
    assertThat(report.lines().get(0))
        .isEqualTo("vit_base_patch16_224 in float32, 3 images: within tolerance");
    assertThat(report.toString())
        .contains("  embedding norm(d)/norm(ref) ")
        .contains("(at most 2.0e-05), worst at image ")
        .contains("max|d|/max(1, rms(ref)) ")
        .contains("  tokens norm(d)/norm(ref) ")
        .contains(", token ")
        .contains("note: \"drop_path_rate\": 0.1 is ignored")
        .contains("note: \"num_classes\": 5 is ignored")
        .contains("the classifier head.bias [5], head.weight [5, 24]")
        .contains("precision: float32")
        .contains("weights: ");
    assertThat(compare("class-token", Precision.BF16, "auto").toString())
        .contains("in bfloat16")
        .contains("cosine 0.99")
        .contains("(at least 0.999)")
        .contains("norm(d)/norm(ref - batch mean)");
  }

  /** Tensors of a fixture's reference, each under another name, other sizes, or changed. */
  private Path reference(String fixture, Change change) {
    Path path = resources().resolve(fixture).resolve("reference.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (TensorEntry tensor : file.tensors()) {
        change.write(writer, tensor, file.readAll(tensor));
      }
    }
    return writer.write(folder.resolve("changed.safetensors"));
  }

  private interface Change {
    void write(SafetensorsWriter writer, TensorEntry tensor, float[] values);
  }

  private Report compareWith(Path reference, Precision precision) {
    Path at = resources().resolve("class-token");
    return compare(
        at.resolve("config.json"), at.resolve("model.safetensors"), reference, precision, "auto");
  }

  private static List<Long> rows(TensorEntry tensor, long count) {
    return Stream.concat(Stream.of(count), tensor.shape().stream().skip(1)).toList();
  }

  private Path firstRow() {
    return reference(
        "class-token",
        (writer, tensor, values) ->
            writer.add(
                tensor.name(),
                rows(tensor, 1),
                java.util.Arrays.copyOf(values, values.length / 3)));
  }

  @Test
  void compare_oneImage_doesNotApplyTheSpreadCriterion() {
    Report report = compareWith(firstRow(), Precision.BF16);
    assertThat(report.within()).isTrue();
    assertThat(report.figures()).hasSize(4);
    assertThat(report.notes()).anyMatch(note -> note.contains("one image cannot show"));
  }

  @Test
  void compare_manyImages_goesInPieces() {
    Path repeated =
        reference(
            "class-token",
            (writer, tensor, values) -> {
              if (!tensor.name().equals("tokens")) {
                float[] many = new float[values.length * 13];
                for (int i = 0; i < 13; i++) {
                  System.arraycopy(values, 0, many, i * values.length, values.length);
                }
                // image 37 of 39
                if (tensor.name().equals("embedding")) {
                  many[37 * 24] += 1;
                }
                writer.add(tensor.name(), rows(tensor, 39), many);
              }
            });
    Report report = compareWith(repeated, Precision.FP32);
    assertThat(report.figures()).hasSize(2).noneMatch(Figure::within);
    assertThat(report.figures()).allMatch(figure -> figure.row().equals("image 37"));
    assertThat(report.lines().get(0)).contains("39 images: OUTSIDE tolerance");
  }

  @Test
  void compare_wrongTokens_isOutsideAtBothPrecisions() {
    Path wrong =
        reference(
            "class-token",
            (writer, tensor, values) -> {
              if (tensor.name().equals("tokens")) {
                values[11 * 24 + 5] += 1;
              }
              writer.add(tensor.name(), tensor.shape(), values);
            });
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      Report report = compareWith(wrong, precision);
      assertThat(report.figures())
          .anyMatch(f -> !f.within() && f.row().equals("image 1, token 1"))
          .allMatch(f -> f.within() || f.output().equals("tokens"));
    }
  }

  @Test
  void compare_indistinctReference_isNoted() {
    Path equal =
        reference(
            "class-token",
            (writer, tensor, values) -> {
              for (int i = values.length / 3; i < values.length; i++) {
                values[i] = values[i % (values.length / 3)];
              }
              writer.add(tensor.name(), tensor.shape(), values);
            });
    assertThat(compareWith(equal, Precision.FP32).notes())
        .anyMatch(note -> note.contains("hardly tells its images apart"));
  }

  @Test
  void compare_furtherTensor_isNoted() {
    Path more =
        reference(
            "class-token",
            (writer, tensor, values) -> {
              writer.add(tensor.name(), tensor.shape(), values);
              if (tensor.name().equals("pixels")) {
                writer.add("logits", List.of(1L), 1);
              }
            });
    assertThat(compareWith(more, Precision.FP32).notes())
        .anyMatch(note -> note.contains("not compared: tensors [logits]"));
  }

  private InputException refused(Path reference) {
    InputException e =
        catchThrowableOfType(InputException.class, () -> compareWith(reference, Precision.FP32));
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void compare_unusableReference_isRefused() {
    for (String missing : List.of("pixels", "embedding")) {
      Path path =
          reference(
              "class-token",
              (writer, tensor, values) -> {
                if (!tensor.name().equals(missing)) {
                  writer.add(tensor.name(), tensor.shape(), values);
                }
              });
      assertThat(refused(path)).hasMessageContaining("has no tensor '" + missing + "', only [");
    }
    Path flat =
        reference(
            "class-token", (writer, t, v) -> writer.add(t.name(), List.of((long) v.length), v));
    assertThat(refused(flat)).hasMessageContaining("has 'pixels'");
    Path otherModel = resources().resolve("dinov2-registers").resolve("reference.safetensors");
    assertThat(refused(otherModel))
        .hasMessageContaining("has 'pixels' [3, 3, 28, 28]")
        .hasMessageContaining("takes [3, 3, 21, 21]");
    Path infinite =
        reference(
            "class-token",
            (writer, tensor, values) -> {
              if (tensor.name().equals("embedding")) {
                values[2 * 24] = Float.NaN;
              }
              writer.add(tensor.name(), tensor.shape(), values);
            });
    assertThat(refused(infinite)).hasMessageContaining("value NaN in 'embedding' of image 2");
    assertThat(refused(folder.resolve("absent"))).hasMessageContaining("does not exist");
  }

  @Test
  void compare_emptyBatch_isRefused() {
    Path empty =
        reference(
            "class-token", (writer, t, values) -> writer.add(t.name(), rows(t, 0), new float[0]));
    assertThat(refused(empty)).hasMessageContaining("no images");
  }

  @Test
  void compare_weightsOfAnotherModel_isRefused() throws IOException {
    Path at = resources().resolve("class-token");
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"id\": \"vit-tiny-patch16-224\"}");
    assertThat(
            catchThrowableOfType(
                InputException.class,
                () ->
                    BackboneVerification.compare(
                        config,
                        at.resolve("model.safetensors"),
                        at.resolve("reference.safetensors"),
                        Precision.AUTO)))
        .hasMessageContaining("does not fit the configured model")
        .hasMessageContaining("\"embed_dim\": 24");
  }
}
