package org.histofm.backbones.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.histofm.Seed;
import org.histofm.backbones.program.VitShape.Activation;
import org.histofm.backbones.program.VitShape.Pool;
import org.junit.jupiter.api.Test;

class RandomParametersTest {
  private static final VitShape SHAPE =
      new VitShape(
          32,
          32,
          8,
          64,
          2,
          2,
          128,
          false,
          Activation.GELU,
          true,
          true,
          false,
          true,
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

  private static float[] read(Seed seed, String name, long... shape) {
    ParameterSpec spec = ParameterSpec.of(name, shape);
    float[] values = new float[(int) spec.count()];
    RandomParameters.of(SHAPE, seed).read(spec, FloatBuffer.wrap(values));
    return values;
  }

  @Test
  void read_weight_isBellShapedWithTimmsDeviation() {
    float[] w = read(Seed.of(1), "blocks.0.attn.qkv.weight", 192, 64);
    double mean = 0;
    double square = 0;
    double largest = 0;
    for (float v : w) {
      mean += v / w.length;
      square += v * v / w.length;
      largest = Math.max(largest, Math.abs(v));
    }
    // 12,288 draws: five standard errors
    assertThat(mean).isEqualTo(0, within(5 * 0.02 / Math.sqrt(w.length)));
    assertThat(Math.sqrt(square)).isEqualTo(0.02, within(5 * 0.02 / Math.sqrt(2.0 * w.length)));
    assertThat(largest).isBetween(0.05, 0.0694);
  }

  @Test
  void read_patchEmbedding_isUniformWithinItsFanIn() {
    float[] w = read(Seed.of(1), "patch_embed.proj.weight", 64, 3, 8, 8);
    double largest = 0;
    for (float v : w) {
      largest = Math.max(largest, Math.abs(v));
    }
    assertThat(largest).isEqualTo(1 / Math.sqrt(192), within(1e-4));
  }

  @Test
  void read_vectors_areNeutral() {
    assertThat(read(Seed.of(1), "blocks.0.norm1.weight", 4)).containsOnly(1);
    assertThat(read(Seed.of(1), "blocks.0.ls1.gamma", 4)).containsOnly(1);
    assertThat(read(Seed.of(1), "blocks.0.mlp.fc1.bias", 4)).containsOnly(0);
  }

  @Test
  void read_seedAndName_decideTheValues() {
    float[] first = read(Seed.of(1), "blocks.0.mlp.fc1.weight", 8, 8);
    assertThat(read(Seed.of(1), "blocks.0.mlp.fc1.weight", 8, 8)).isEqualTo(first);
    assertThat(read(Seed.of(2), "blocks.0.mlp.fc1.weight", 8, 8)).isNotEqualTo(first);
    assertThat(read(Seed.of(1), "blocks.1.mlp.fc1.weight", 8, 8)).isNotEqualTo(first);
    // the same on every platform and in every release
    assertThat(first[0]).isEqualTo(FIRST);
  }

  private static final float FIRST = -0.02517045f;

  @Test
  void hash_seedAndShape_decide() {
    String hash = RandomParameters.of(SHAPE, Seed.of(1)).hash();
    assertThat(hash).hasSize(64).isEqualTo(RandomParameters.of(SHAPE, Seed.of(1)).hash());
    assertThat(RandomParameters.of(SHAPE, Seed.of(2)).hash()).isNotEqualTo(hash);
    assertThat(RandomParameters.of(SHAPE, Seed.of(1)).random()).isTrue();
  }
}
