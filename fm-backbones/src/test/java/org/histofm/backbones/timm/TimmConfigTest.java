package org.histofm.backbones.timm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.histofm.InputException;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.VitProgram;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.program.VitShape.Activation;
import org.histofm.backbones.program.VitShape.Pool;
import org.histofm.provenance.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimmConfigTest {
  private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);

  private final Path folder;

  TimmConfigTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A base model with these arguments, single quotes standing for double ones. */
  private static TimmConfig with(String args) {
    return parse("{'architecture': 'vit_base_patch16_224', 'model_args': {" + args + "}}");
  }

  private static TimmConfig parse(String json) {
    return TimmConfig.parse("config.json", json.replace('\'', '"'));
  }

  private static InputException refused(String json) {
    InputException e = catchThrowableOfType(InputException.class, () -> parse(json));
    assertThat(e).as("refusal of %s", json).isNotNull();
    assertThat(e.problem()).startsWith("config.json ").endsWith(".").doesNotContain("\n");
    assertThat(e.remedy()).endsWith(".");
    return e;
  }

  private static InputException refusedArgs(String args) {
    return refused("{'architecture': 'vit_base_patch16_224', 'model_args': {" + args + "}}");
  }

  @Test
  void of_baseModel_hasTimmsDefaults() {
    TimmConfig config = TimmConfig.of("vit_base_patch16_224");
    assertThat(config.shape())
        .isEqualTo(
            new VitShape(
                224,
                224,
                16,
                768,
                12,
                12,
                3072,
                false,
                Activation.GELU,
                true,
                true,
                false,
                false,
                true,
                0,
                true,
                false,
                false,
                true,
                false,
                Pool.TOKEN,
                false,
                1e-6));
    assertThat(config.preprocessing()).isEqualTo(Preprocessing.of(224, HALF, HALF).withResize(248));
    assertThat(config.notes()).isEmpty();
    assertThat(config.card().describe())
        .startsWith("vit-base-patch16-224: 768 values, pooling class token, resize 248 bicubic");
  }

  /** Every supported architecture has the tensors that timm gives it, by name and size. */
  @Test
  void ids_everyArchitecture_hasTimmsParameters() throws IOException {
    TreeSet<String> ids = new TreeSet<>(TimmConfig.ids());
    try (InputStream in =
        Objects.requireNonNull(TimmConfigTest.class.getResourceAsStream("/timm/parameters.csv"))) {
      String csv = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : csv.lines().toList()) {
        String[] fields = line.split(",", -1);
        String id = fields[0].replace('_', '-');
        if (!ids.remove(id)) {
          continue;
        }
        TreeSet<String> lines = new TreeSet<>();
        long values = 0;
        for (ParameterSpec spec : VitProgram.parameters(TimmConfig.of(fields[0]).shape())) {
          lines.add(spec.name() + " " + spec.shape() + "\n");
          values += spec.count();
        }
        assertThat(values).as(id).isEqualTo(Long.parseLong(fields[1]));
        assertThat(Sha256.of(String.join("", lines))).as(id).isEqualTo(fields[2]);
      }
    }
    assertThat(ids).isEmpty();
  }

  @Test
  void ids_areTheSupportedArchitectures() {
    List<String> ids = TimmConfig.ids();
    assertThat(ids)
        .isSorted()
        .contains(
            "vit-tiny-patch16-224",
            "vit-small-patch8-224",
            "vit-base-patch32-384",
            "vit-large-patch16-224",
            "vit-huge-patch14-224",
            "vit-giant-patch14-224",
            "vit-small-patch14-dinov2",
            "vit-giant-patch14-reg4-dinov2",
            "vit-so400m-patch14-siglip-gap-224")
        .doesNotContain(
            "vit-base-patch16-siglip-224", "vit-base-patch16-rpn-224", "vit-base-patch16-dinov3")
        .allMatch(id -> id.matches("[a-z0-9-]+"));
    assertThat(ids.size()).isGreaterThan(70);
  }

  @Test
  void of_dinov2Forms_areAsTimmHasThem() {
    VitShape plain = TimmConfig.of("vit_large_patch14_dinov2").shape();
    assertThat(plain.imageHeight()).isEqualTo(518);
    assertThat(plain.layerScale()).isTrue();
    assertThat(plain.registers()).isZero();
    VitShape registers = TimmConfig.of("vit_giant_patch14_reg4_dinov2").shape();
    assertThat(registers.registers()).isEqualTo(4);
    assertThat(registers.noEmbedClass()).isTrue();
    assertThat(registers.swiglu()).isTrue();
    assertThat(registers.activation()).isEqualTo(Activation.SILU);
    assertThat(registers.mlpHidden()).isEqualTo(8192);
  }

  @Test
  void of_clip_hasItsEpsilonAndPreNorm() {
    VitShape shape = TimmConfig.of("vit_base_patch16_clip_224").shape();
    assertThat(shape.normEps()).isEqualTo(1e-5);
    assertThat(shape.preNorm()).isTrue();
    // a norm_layer given by name alone is timm's own LayerNorm
    TimmConfig named =
        parse(
            "{'architecture': 'vit_base_patch16_clip_224',"
                + " 'model_args': {'norm_layer': 'LayerNorm'}}");
    assertThat(named.shape().normEps()).isEqualTo(1e-6);
  }

  @Test
  void of_tag_bringsItsPreprocessing() {
    TimmConfig dino = TimmConfig.of("vit_base_patch16_224.dino");
    assertThat(dino.preprocessing().mean()).isEqualTo(IMAGENET_MEAN);
    assertThat(dino.notes()).isEmpty();
    assertThat(TimmConfig.of("vit_base_patch16_224.augreg_in21k").preprocessing().mean())
        .isEqualTo(HALF);
    TimmConfig unknown = TimmConfig.of("vit_base_patch16_224.mine");
    assertThat(unknown.preprocessing())
        .isEqualTo(TimmConfig.of("vit_base_patch16_224").preprocessing());
    assertThat(unknown.notes())
        .singleElement()
        .asString()
        .contains("no tag 'mine'")
        .contains("ignored");
    TimmConfig renamed = TimmConfig.of("vit_base_patch16_224_dino");
    assertThat(renamed.architecture()).isEqualTo("vit_base_patch16_224");
    assertThat(renamed.preprocessing()).isEqualTo(dino.preprocessing());
    assertThat(renamed.notes())
        .singleElement()
        .asString()
        .contains("is called vit_base_patch16_224.dino");
  }

  @ParameterizedTest
  @CsvSource({
    "token, null, true, true, false",
    "token, true, true, false, true",
    "avg, null, true, false, true",
    "avg, false, true, true, false",
    "avg, null, false, false, false",
    "token, false, false, false, false",
  })
  void shape_norms_areWhereTimmPutsThem(
      String pool, String fcNorm, boolean finalNorm, boolean norm, boolean afterPool) {
    VitShape shape =
        with("'global_pool': '%s', 'fc_norm': %s, 'final_norm': %s"
                .formatted(pool, fcNorm, finalNorm))
            .shape();
    assertThat(shape.finalNorm()).isEqualTo(norm);
    assertThat(shape.fcNorm()).isEqualTo(afterPool);
  }

  @Test
  void shape_everyArgument_isRead() {
    VitShape shape =
        with("'img_size': [28, 42], 'patch_size': [14, 14], 'embed_dim': 48, 'depth': 2,"
                + " 'num_heads': 3, 'mlp_ratio': 2.67, 'qkv_bias': false, 'proj_bias': false,"
                + " 'qk_norm': true, 'init_values': 1e-5, 'class_token': false,"
                + " 'reg_tokens': 4, 'no_embed_class': true, 'pre_norm': true,"
                + " 'pool_include_prefix': true, 'global_pool': 'avg', 'pos_embed': 'none',"
                + " 'mlp_layer': 'timm.layers.SwiGLUPacked', 'act_layer': 'torch.nn.SiLU',"
                + " 'norm_layer': {'name': 'LayerNorm', 'eps': 1e-5}, 'in_chans': 3,"
                + " 'block_fn': 'Block', 'attn_layer': 'attn', 'embed_layer': 'PatchEmbed',"
                + " 'embed_norm_layer': null, 'scale_attn_norm': false, 'dtype': null")
            .shape();
    assertThat(shape)
        .isEqualTo(
            new VitShape(
                28,
                42,
                14,
                48,
                2,
                3,
                128,
                true,
                Activation.SILU,
                false,
                false,
                true,
                true,
                false,
                4,
                false,
                true,
                true,
                false,
                true,
                Pool.AVG,
                true,
                1e-5));
  }

  @ParameterizedTest
  @CsvSource({
    "null, GELU",
    "'\"\"', GELU",
    "'\"gelu\"', GELU",
    "'\"GELU\"', GELU",
    "'\"nn.GELU\"', GELU",
    "'\"gelu_tanh\"', GELU_TANH",
    "'\"GELUTanh\"', GELU_TANH",
    "'\"silu\"', SILU",
    "'\"SiLU\"', SILU",
    "'\"swish\"', SILU",
    "'\"relu\"', RELU",
    "'\"ReLU\"', RELU",
  })
  void shape_activation_goesByName(String json, Activation expected) {
    assertThat(with("'act_layer': " + json).shape().activation()).isEqualTo(expected);
  }

  /** timm hands act_layer to the MLP even where SwiGLUPacked has SiLU of its own. */
  @Test
  void shape_swigluWithoutActivation_isGatedByGelu() {
    assertThat(with("'mlp_layer': 'SwiGLUPacked'").shape().activation()).isEqualTo(Activation.GELU);
  }

  @Test
  void shape_hidden_isTruncatedAsInPython() {
    assertThat(with("'embed_dim': 1280, 'num_heads': 16, 'mlp_ratio': 5.3375").shape().mlpHidden())
        .isEqualTo(6832);
    assertThat(with("'embed_dim': 100, 'num_heads': 4, 'mlp_ratio': 2.239").shape().mlpHidden())
        .isEqualTo(223);
    assertThat(with("'mlp_ratio': 4").shape().mlpHidden()).isEqualTo(3072);
  }

  @Test
  void shape_layerScale_followsPythonsTruth() {
    assertThat(with("'init_values': null").shape().layerScale()).isFalse();
    assertThat(with("'init_values': 0").shape().layerScale()).isFalse();
    assertThat(with("'init_values': 1").shape().layerScale()).isTrue();
  }

  @Test
  void notes_ignoredArguments_haveALineEach() {
    String args =
        "'drop_rate': 0.1, 'pos_drop_rate': 0, 'patch_drop_rate': 0.5, 'proj_drop_rate': 0.1,"
            + " 'attn_drop_rate': 0.1, 'drop_path_rate': 0.3, 'weight_init': 'jax',"
            + " 'fix_init': true, 'num_classes': 0";
    TimmConfig config = with(args);
    assertThat(config.shape()).isEqualTo(TimmConfig.of("vit_base_patch16_224").shape());
    assertThat(config.notes())
        .hasSize(9)
        .allMatch(note -> note.contains(" is ignored: ") && note.endsWith("."))
        .anyMatch(note -> note.startsWith("\"drop_path_rate\": 0.3 is ignored"));
  }

  @Test
  void notes_dynamicSize_saysThatItChangesNothing() {
    TimmConfig config = with("'dynamic_img_size': true, 'dynamic_img_pad': false");
    assertThat(config.shape()).isEqualTo(TimmConfig.of("vit_base_patch16_224").shape());
    assertThat(config.notes()).singleElement().asString().contains("at img_size only");
  }

  @Test
  void preprocessing_followsTheModelsSize() {
    TimmConfig config =
        parse("{'architecture': 'vit_large_patch14_reg4_dinov2', 'model_args': {'img_size': 224}}");
    assertThat(config.preprocessing().crop()).isEqualTo(224);
    assertThat(config.preprocessing().mean()).isEqualTo(IMAGENET_MEAN);
    assertThat(config.notes())
        .singleElement()
        .asString()
        .contains("crops to the model's 224 px")
        .contains("518");
    assertThat(with("'img_size': [32, 64]").notes()).anyMatch(note -> note.contains("64 x 32 px"));
  }

  @Test
  void parse_id_isTheArchitectureOfThatId() {
    TimmConfig config = parse("{'id': 'vit-small-patch14-reg4-dinov2'}");
    assertThat(config.architecture()).isEqualTo("vit_small_patch14_reg4_dinov2");
    assertThat(config.id()).isEqualTo("vit-small-patch14-reg4-dinov2");
    assertThat(refused("{'id': 'vit-small', 'model_args': {}}")).hasMessageContaining("\"id\"");
    assertThat(refused("{'id': 7}")).hasMessageContaining("no text");
  }

  /** The form of a config.json on the hub. */
  @Test
  void parse_hubConfiguration_isUnderstood() {
    TimmConfig config =
        parse(
            "{'architecture': 'vit_large_patch16_224', 'num_classes': 0, 'num_features': 1024,"
                + " 'global_pool': 'token', 'model_args': {'init_values': 1e-5},"
                + " 'label_names': ['a'], 'pretrained_cfg': {'tag': 'mine', 'first_conv': 'x',"
                + " 'input_size': [3, 256, 256], 'fixed_input_size': true, 'crop_pct': 1.0,"
                + " 'interpolation': 'bilinear', 'mean': [0.485, 0.456, 0.406],"
                + " 'std': [0.229, 0.224, 0.225], 'crop_mode': null}}");
    assertThat(config.shape().imageHeight()).isEqualTo(256);
    assertThat(config.shape().layerScale()).isTrue();
    assertThat(config.preprocessing())
        .isEqualTo(
            Preprocessing.of(256, IMAGENET_MEAN, List.of(0.229, 0.224, 0.225))
                .withFilter(Preprocessing.Filter.BILINEAR));
    assertThat(config.notes()).hasSize(2);
    assertThat(refused("{'architecture': 'vit_base_patch16_224', 'num_features': 512}"))
        .hasMessageContaining("\"num_features\": 512")
        .hasMessageContaining("768");
    assertThat(
            refused("{'architecture': 'vit_base_patch16_224', 'pretrained_cfg': {'mean': [1, 2]}}"))
        .hasMessageContaining("mean and std are three finite numbers");
    assertThat(
            refused(
                "{'architecture': 'vit_base_patch16_224',"
                    + " 'pretrained_cfg': {'interpolation': 'lanczos'}}"))
        .hasMessageContaining("interpolation 'lanczos'");
    assertThat(
            refused("{'architecture': 'vit_base_patch16_224', 'pretrained_cfg': {'crop_pct': 0}}"))
        .hasMessageContaining("crop_pct 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'global_pool': 'map' | \"global_pool\": \"map\", which is not supported",
        "'global_pool': '' | \"global_pool\": \"\", which is not supported",
        "'global_pool': 'max' | Supported: \"token\", \"avg\"",
        "'class_token': false | without a class token",
        "'pos_embed': 'sincos' | \"pos_embed\": \"sincos\", which is not supported",
        "'pos_embed': null | no possible value",
        "'mlp_layer': 'GluMlp' | Supported: \"Mlp\", \"SwiGLUPacked\"",
        "'mlp_layer': 'SwiGLU' | \"mlp_layer\": \"SwiGLU\", which is not supported",
        "'act_layer': 'quick_gelu' | \"act_layer\": \"quick_gelu\", which is not supported",
        "'norm_layer': 'RmsNorm' | \"norm_layer\": \"RmsNorm\", which is not supported",
        "'norm_layer': {'name': 'LayerNorm', 'eps': 0} | eps is out of range",
        "'block_fn': 'ParallelScalingBlock' | Supported: Block",
        "'attn_layer': 'diff' | \"attn_layer\": \"diff\", which is not supported",
        "'embed_layer': 'HybridEmbed' | Supported: PatchEmbed",
        "'embed_norm_layer': 'LayerNorm' | Supported: null",
        "'in_chans': 1 | \"in_chans\": 1, which is not supported",
        "'scale_attn_norm': true | \"scale_attn_norm\": true, which is not supported",
        "'scale_mlp_norm': true | \"scale_mlp_norm\": true, which is not supported",
        "'dtype': 'bfloat16' | \"dtype\": \"bfloat16\", which is not supported",
        "'pretrained': true | sets [pretrained], which timm's VisionTransformer does not take",
        "'rope': true, 'ape': 1 | sets [ape, rope]",
        "'depth': '12' | \"depth\": \"12\", which is no possible value",
        "'depth': 0 | a whole number from 1 to 1024",
        "'depth': 2.5 | a whole number from 1 to 1024",
        "'depth': 1e99 | a whole number from 1 to 1024",
        "'embed_dim': -8 | a whole number from 1 to",
        "'embed_dim': 99999999999 | a whole number from 1 to",
        "'embed_dim': true | a whole number from 1 to",
        "'num_heads': 7 | does not divide embed_dim 768",
        "'img_size': 225 | no multiple of patch_size 16",
        "'img_size': [224, 225] | no multiple of patch_size 16",
        "'img_size': [224] | [height, width]",
        "'img_size': null | a whole number from 1 to",
        "'patch_size': [8, 16] | not square",
        "'mlp_ratio': 'x' | a number from 0 to",
        "'mlp_ratio': -1 | a number from 0 to",
        "'mlp_ratio': 1e999 | a number from 0 to",
        "'mlp_ratio': 0 | makes 0.0 hidden units",
        "'mlp_ratio': 3.999, 'mlp_layer': 'SwiGLUPacked' | cannot halve",
        "'init_values': true | a finite number",
        "'qkv_bias': 1 | true or false",
        "'fc_norm': 'yes' | true or false",
        "'reg_tokens': null | a whole number from 0 to 4096",
        "'drop_rate': 'high' | a number from 0 to 1",
        "'num_classes': -1 | a whole number from 0",
        "'weight_init': 3 | a text",
        "'mlp_ratio': NaN | no valid JSON",
        "'depth': 2, 'depth': 3 | Duplicate field 'depth'",
      })
  void parse_impossibleArgument_isRefusedByName(String args, String words) {
    assertThat(refusedArgs(args)).hasMessageContaining(words);
  }

  @Test
  void parse_architectureThatNeedsMore_isRefusedByName() {
    assertThat(refused("{'architecture': 'vit_base_patch16_siglip_224'}"))
        .hasMessageContaining("whose \"global_pool\" is \"map\", which is not supported");
    assertThat(refused("{'architecture': 'vit_base_patch16_dinov3'}"))
        .hasMessageContaining("class (timm.models.eva) is not supported");
    assertThat(refused("{'architecture': 'vit_medium_patch14_224'}"))
        .hasMessageContaining("which timm 1.0.29 has not")
        .hasMessageContaining("vit_medium_patch16_clip_224");
    // what is not supported may be replaced
    TimmConfig mean =
        parse(
            "{'architecture': 'vit_base_patch16_siglip_224',"
                + " 'model_args': {'global_pool': 'avg', 'fc_norm': false}}");
    assertThat(mean.shape()).isEqualTo(TimmConfig.of("vit_base_patch16_siglip_gap_224").shape());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{",
        "{} {}",
        "{}",
        "{'architecture': 3}",
        "{'architecture': null}",
        "{'architecture': 'vit_base_patch16_224', 'model_args': []}",
        "{'architecture': 'vit_base_patch16_224', 'model_args': null}",
        "{'architecture': 'vit_base_patch16_224', 'pretrained_cfg': 'x'}",
        "{'architecture': 'vit_base_patch16_224', 'args': {}}",
        "{'architecture': 'resnet50'}",
        "{'architecture': ''}",
      })
  void parse_noConfiguration_isRefused(String json) {
    assertThat(refused(json).remedy()).isNotBlank();
  }

  @Test
  void read_fileTrouble_isToldInWords() throws IOException {
    Path file = folder.resolve("config.json");
    assertThat(catchThrowableOfType(InputException.class, () -> TimmConfig.read(file)))
        .hasMessageContaining("does not exist");
    assertThat(catchThrowableOfType(InputException.class, () -> TimmConfig.read(folder)))
        .hasMessageContaining("is a folder");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThat(catchThrowableOfType(InputException.class, () -> TimmConfig.read(file)))
        .hasMessageContaining("is not UTF-8");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThat(catchThrowableOfType(InputException.class, () -> TimmConfig.read(file)))
        .hasMessageContaining("too many for a configuration");
    Files.writeString(file, "{\"id\": \"vit-tiny-patch16-224\"}");
    assertThat(TimmConfig.read(file).shape().dim()).isEqualTo(192);
  }

  @Test
  void withArgument_textOrJson_isTaken() {
    TimmConfig config =
        TimmConfig.of("vit_tiny_patch16_224")
            .withArguments(
                Map.of(
                    "global_pool", "avg",
                    "init_values", "1e-5",
                    "img_size", "[21, 42]",
                    "patch_size", "7",
                    "act_layer", "null"));
    assertThat(config.shape().pool()).isEqualTo(Pool.AVG);
    assertThat(config.shape().layerScale()).isTrue();
    assertThat(config.shape().imageWidth()).isEqualTo(42);
    assertThat(config.card().pooling()).isEqualTo("mean of patch tokens");
    assertThat(config.withArguments(Map.of("pool_include_prefix", "true")).card().pooling())
        .isEqualTo("mean of all tokens");
  }
}
