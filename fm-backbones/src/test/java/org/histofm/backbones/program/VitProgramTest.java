package org.histofm.backbones.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbones.program.VitShape.Activation;
import org.histofm.backbones.program.VitShape.Pool;
import org.junit.jupiter.api.Test;

class VitProgramTest {
  private static final Preprocessing HALF =
      Preprocessing.of(32, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  /** 32 px in patches of 8; width 16 in 2 heads. */
  private static VitShape shape(int depth, boolean everything, Pool pool) {
    return new VitShape(
        32,
        32,
        8,
        16,
        depth,
        2,
        48,
        everything,
        Activation.SILU,
        !everything,
        true,
        everything,
        everything,
        pool == Pool.TOKEN,
        everything ? 4 : 0,
        true,
        everything,
        false,
        true,
        false,
        pool,
        false,
        1e-6);
  }

  private static VitProgram program(VitShape shape, Precision precision) {
    return VitProgram.of(shape, Variant.PLAIN, precision, HALF, 4);
  }

  @Test
  void parameters_plainNetwork_areTimmsNamesAndShapes() {
    List<String> names =
        VitProgram.parameters(shape(1, false, Pool.TOKEN)).stream()
            .map(p -> p.name() + " " + p.shape())
            .toList();
    assertThat(names)
        .containsExactly(
            "patch_embed.proj.weight [16, 3, 8, 8]",
            "patch_embed.proj.bias [16]",
            "cls_token [1, 1, 16]",
            "pos_embed [1, 17, 16]",
            "blocks.0.norm1.weight [16]",
            "blocks.0.norm1.bias [16]",
            "blocks.0.attn.qkv.weight [48, 16]",
            "blocks.0.attn.qkv.bias [48]",
            "blocks.0.attn.proj.weight [16, 16]",
            "blocks.0.attn.proj.bias [16]",
            "blocks.0.norm2.weight [16]",
            "blocks.0.norm2.bias [16]",
            "blocks.0.mlp.fc1.weight [48, 16]",
            "blocks.0.mlp.fc1.bias [48]",
            "blocks.0.mlp.fc2.weight [16, 48]",
            "blocks.0.mlp.fc2.bias [16]",
            "norm.weight [16]",
            "norm.bias [16]");
  }

  @Test
  void parameters_everyExtra_areTimmsNamesAndShapes() {
    List<String> names =
        VitProgram.parameters(shape(1, true, Pool.TOKEN)).stream()
            .map(p -> p.name() + " " + p.shape())
            .toList();
    assertThat(names)
        .contains(
            "reg_token [1, 4, 16]",
            "pos_embed [1, 16, 16]",
            "blocks.0.attn.q_norm.weight [8]",
            "blocks.0.attn.k_norm.bias [8]",
            "blocks.0.ls1.gamma [16]",
            "blocks.0.mlp.fc1.weight [48, 16]",
            "blocks.0.mlp.fc2.weight [16, 24]",
            "blocks.0.ls2.gamma [16]")
        .doesNotContain("blocks.0.attn.qkv.bias [48]");
  }

  @Test
  void setup_allSteps_takeEveryParameterOnce() {
    VitShape shape = shape(3, true, Pool.AVG);
    List<ParameterSpec> taken =
        program(shape, Precision.FP32).setup().stream()
            .flatMap(step -> step.parameters().stream())
            .toList();
    assertThat(taken)
        .doesNotHaveDuplicates()
        .containsExactlyElementsOf(VitProgram.parameters(shape));
  }

  @Test
  void of_sameShapeTwice_isTheSameText() {
    VitShape shape = shape(2, true, Pool.TOKEN);
    assertThat(program(shape, Precision.BF16).source())
        .isEqualTo(program(shape, Precision.BF16).source());
  }

  @Test
  void of_contradictingShape_isRefused() {
    VitShape plain = shape(1, false, Pool.TOKEN);
    VitShape threeHeads =
        new VitShape(
            32,
            32,
            8,
            16,
            1,
            3,
            48,
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
            1e-6);
    VitShape noClassToken =
        new VitShape(
            32,
            32,
            8,
            16,
            1,
            2,
            48,
            false,
            Activation.GELU,
            true,
            true,
            false,
            false,
            false,
            0,
            true,
            false,
            false,
            true,
            false,
            Pool.TOKEN,
            false,
            1e-6);
    assertThatThrownBy(() -> program(threeHeads, Precision.FP32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 heads");
    assertThatThrownBy(() -> program(noClassToken, Precision.FP32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("class token");
    assertThatThrownBy(() -> program(plain, Precision.AUTO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writer_fieldDeclaredTwice_isRefused() {
    ProgramWriter out = new ProgramWriter("T");
    out.field("a_w");
    assertThatThrownBy(() -> out.field("a_w")).isInstanceOf(IllegalArgumentException.class);
  }
}
