package org.histofm.backbones.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.histofm.InputException;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.VitProgram;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.timm.TimmConfig;
import org.histofm.provenance.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimmWeightsTest {
  private final Path folder;

  TimmWeightsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Small shape with {@code name=value} arguments on top. */
  private static VitShape shape(String... arguments) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String argument :
        ("img_size=16;patch_size=4;embed_dim=12;depth=2;" + String.join(";", arguments))
            .split(";")) {
      String[] parts = argument.split("=", 2);
      all.put(parts[0], parts[1]);
    }
    return TimmConfig.of("vit_tiny_patch16_224").withArguments(all).shape();
  }

  private static Map<String, List<Long>> tensors(VitShape shape) {
    return VitProgram.parameters(shape).stream()
        .collect(
            Collectors.toMap(
                ParameterSpec::name, ParameterSpec::shape, (a, b) -> a, LinkedHashMap::new));
  }

  private Path write(Map<String, List<Long>> tensors) {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach((name, sizes) -> writer.fill(name, sizes, 0.5f));
    return writer.write(folder.resolve("model.safetensors"));
  }

  private static InputException refused(Path file, VitShape shape) {
    InputException e =
        catchThrowableOfType(InputException.class, () -> TimmWeights.open(file, shape).close());
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void open_fittingFile_givesItsValues() throws IOException {
    Path file = write(tensors(shape()));
    try (TimmWeights weights = TimmWeights.open(file, shape())) {
      assertThat(weights.notes()).isEmpty();
      assertThat(weights.random()).isFalse();
      assertThat(weights.hash()).isEqualTo(Sha256.of(file));
      for (ParameterSpec spec : VitProgram.parameters(shape())) {
        FloatBuffer target = FloatBuffer.allocate((int) spec.count() + 2);
        target.position(1);
        weights.read(spec, target);
        assertThat(target.position()).isEqualTo((int) spec.count() + 1);
        assertThat(target.get(1)).isEqualTo(0.5f);
        assertThat(target.get(0)).isZero();
        assertThat(target.get((int) spec.count() + 1)).isZero();
      }
      assertThatThrownBy(
              () ->
                  weights.read(
                      new ParameterSpec("norm.weight", List.of(3L)), FloatBuffer.allocate(3)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no tensor norm.weight [3]");
    }
  }

  @Test
  void open_differences_areAllListed() {
    Map<String, List<Long>> tensors = tensors(shape());
    tensors.remove("norm.bias");
    tensors.remove("blocks.1.mlp.fc1.weight");
    tensors.put("cls_token", List.of(1L, 12L));
    tensors.put("blocks.0.attn.proj.weight", List.of(12L, 13L));
    tensors.put("mask_token", List.of(1L, 12L));
    tensors.put("a.b", List.of());
    InputException e = refused(write(tensors), shape());
    assertThat(e.problem())
        .contains("model.safetensors does not fit the configured model: ")
        .contains("2 missing: blocks.1.mlp.fc1.weight [48, 12], norm.bias [12]")
        .contains("2 unexpected: a.b [], mask_token [1, 12]")
        .contains("2 misshapen: cls_token [1, 12] instead of [1, 1, 12], ")
        .contains("blocks.0.attn.proj.weight [12, 13] instead of [12, 12]");
    assertThat(e.remedy()).contains("correct architecture and model_args");
  }

  @Test
  void open_integerParameter_isListed() {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors(shape())
        .forEach(
            (name, sizes) -> {
              if (name.equals("norm.weight")) {
                writer.add(name, Dtype.I8, sizes, new byte[12]);
              } else {
                writer.fill(name, sizes, 1);
              }
            });
    assertThat(refused(writer.write(folder.resolve("model.safetensors")), shape()))
        .hasMessageContaining("norm.weight of type I8 instead of floating point");
  }

  @Test
  void open_classifier_isPassedOverAndMentioned() {
    Map<String, List<Long>> tensors = tensors(shape());
    tensors.put("head.weight", List.of(5L, 12L));
    tensors.put("head.bias", List.of(5L));
    try (TimmWeights weights = TimmWeights.open(write(tensors), shape())) {
      assertThat(weights.notes())
          .singleElement()
          .asString()
          .contains("the classifier head.bias [5], head.weight [5, 12]");
    }
    tensors.put("head.weight", List.of(5L, 24L));
    tensors.put("head.norm.weight", List.of(12L));
    assertThat(refused(write(tensors), shape()))
        .hasMessageContaining("2 unexpected: head.norm.weight [12], head.weight [5, 24]");
  }

  @Test
  void read_valueThatIsNotFinite_isRefused() {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors(shape())
        .forEach((name, s) -> writer.fill(name, s, name.equals("norm.bias") ? 0f / 0 : 1));
    Path file = writer.write(folder.resolve("model.safetensors"));
    try (TimmWeights weights = TimmWeights.open(file, shape())) {
      assertThatThrownBy(
              () ->
                  weights.read(
                      new ParameterSpec("norm.bias", List.of(12L)), FloatBuffer.allocate(12)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("'norm.bias'")
          .hasMessageContaining("NaN at index 0");
    }
  }

  /** The remedy names what the file was made with, and nothing else. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "init_values=1e-5 | - | \"init_values\": 1e-5",
        "- | init_values=1e-5 | \"init_values\": null",
        "reg_tokens=4 | - | \"reg_tokens\": 4",
        "reg_tokens=4;no_embed_class=true | - | \"reg_tokens\": 4, \"no_embed_class\": true",
        "reg_tokens=1 | reg_tokens=4 | \"reg_tokens\": 1",
        "no_embed_class=true | - | \"no_embed_class\": true",
        "- | no_embed_class=true | \"no_embed_class\": false",
        "img_size=32 | - | \"img_size\": 32",
        "img_size=24;no_embed_class=true | no_embed_class=true | \"img_size\": 24",
        "patch_size=8;img_size=32 | - | \"patch_size\": 8, \"img_size\": 32",
        "embed_dim=24 | - | \"embed_dim\": 24",
        "depth=3 | - | \"depth\": 3",
        "depth=1 | - | \"depth\": 1",
        "mlp_ratio=2 | - | \"mlp_ratio\": 2",
        "mlp_ratio=2.7 | - | \"mlp_ratio\": 2.7083333",
        "mlp_layer=SwiGLUPacked | - | \"mlp_layer\": \"SwiGLUPacked\"",
        "- | mlp_layer=SwiGLUPacked | \"mlp_layer\": \"Mlp\"",
        "class_token=false;global_pool=avg;fc_norm=false | - | \"class_token\": false",
        "pos_embed=none | - | \"pos_embed\": \"none\"",
        "- | pos_embed=none | \"pos_embed\": \"learn\"",
        "pre_norm=true | - | \"pre_norm\": true",
        "qkv_bias=false | - | \"qkv_bias\": false",
        "proj_bias=false | - | \"proj_bias\": false",
        "qk_norm=true | - | \"qk_norm\": true",
        "fc_norm=true | - | \"fc_norm\": true",
        "- | global_pool=avg | \"fc_norm\": false",
        "final_norm=false | - | \"final_norm\": false",
        "- | final_norm=false | \"final_norm\": true",
      })
  void open_otherConfiguration_isReadOffTheFile(String made, String configured, String settings) {
    VitShape expected = shape(split(configured));
    InputException e = refused(write(tensors(shape(split(made)))), expected);
    if (made != null && made.startsWith("class_token=false")) {
      // the class token's row of the table cannot be told from an image of another size
      assertThat(e.remedy()).contains(settings);
    } else {
      assertThat(e.remedy())
          .isEqualTo("If these are the right weights, set " + settings + " in model_args.");
    }
  }

  private static String[] split(@org.jspecify.annotations.Nullable String arguments) {
    return arguments == null ? new String[0] : arguments.split(";");
  }

  @Test
  void open_prefixedNames_namesThePrefix() {
    Map<String, List<Long>> prefixed = new LinkedHashMap<>();
    tensors(shape()).forEach((name, sizes) -> prefixed.put("module.backbone." + name, sizes));
    InputException e = refused(write(prefixed), shape());
    assertThat(e.remedy()).contains("begin with 'module.backbone.'");
    assertThat(e.problem()).contains(new TreeSet<>(prefixed.keySet()).first());
  }

  @Test
  void open_otherLibrarysNames_saysWhatIsExpected() {
    Path file =
        write(Map.of("encoder.layer.0.attention.attention.query.weight", List.of(12L, 12L)));
    assertThat(refused(file, shape()).remedy()).contains("timm's tensor names");
  }
}
