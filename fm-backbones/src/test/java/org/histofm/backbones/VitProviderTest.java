package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.Weights;
import org.histofm.plugin.Options;
import org.histofm.provenance.Sha256;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.Test;

class VitProviderTest {
  private static final VitProvider PROVIDER = new VitProvider();

  /** Arguments of the fixture {@code class-token}. */
  private static Options small() {
    return Options.none()
        .with("img_size", "21")
        .with("patch_size", "7")
        .with("embed_dim", "24")
        .with("depth", "2")
        .with("num_heads", "3")
        .with("mlp_ratio", "1.5");
  }

  private static Path fixture() throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(
                VitProviderTest.class.getResource("/vit/class-token/model.safetensors"))
            .toURI());
  }

  private static BackboneRequest request(Weights weights, Options options) {
    return BackboneRequest.of("vit-base-patch16-224", weights)
        .withPrecision(Precision.FP32)
        .withOptions(options);
  }

  @Test
  void provider_isRegistered() {
    assertThat(ServiceLoader.load(BackboneProvider.class))
        .anyMatch(provider -> provider instanceof VitProvider);
    assertThat(PROVIDER.apiVersion()).isEqualTo(ApiVersion.CURRENT);
    assertThat(PROVIDER.ids()).contains("vit-tiny-patch16-224");
    assertThat(PROVIDER.summary("vit-tiny-patch16-224"))
        .isEqualTo(
            "timm's vit_tiny_patch16_224: ViT, 192 values, 12 blocks, patches of 16 in 224 px");
    assertThat(PROVIDER.supports(Weights.random(Seed.of(1)))).isTrue();
    assertThat(PROVIDER.supports(Weights.file(Path.of("x")))).isTrue();
  }

  @Test
  void card_everyId_isComplete() {
    for (String id : PROVIDER.ids()) {
      assertThat(PROVIDER.card(id).id()).isEqualTo(id);
      assertThat(PROVIDER.card(id).pooling()).contains("token");
    }
    assertThat(PROVIDER.card("vit-small-patch14-dinov2").preprocessing().crop()).isEqualTo(518);
  }

  @Test
  void open_file_isStrictAndHashed() throws Exception {
    try (Backbone backbone = PROVIDER.open(request(Weights.file(fixture()), small()))) {
      assertThat(backbone.untrained()).isFalse();
      assertThat(backbone.weightsHash()).isEqualTo(Sha256.of(fixture()));
      assertThat(backbone.card().embeddingDim()).isEqualTo(24);
      assertThat(backbone.card().preprocessing().crop()).isEqualTo(21);
      PixelBatch pixels = PixelBatch.ofBytes(2, 21, 21, new byte[2 * 21 * 21 * 3]);
      assertThat(backbone.embed(pixels).rows()).isEqualTo(2);
    }
    Path file = fixture();
    assertThatThrownBy(
            () ->
                PROVIDER
                    .open(request(Weights.file(file), small().with("init_values", "1e-5")))
                    .close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("4 missing: blocks.0.ls1.gamma [24]")
        .hasMessageContaining("set \"init_values\": null");
  }

  @Test
  void open_random_isUntrainedAndRepeatable() {
    Weights random = Weights.random(Seed.of(3));
    try (Backbone one = PROVIDER.open(request(random, small()));
        Backbone two = PROVIDER.open(request(random, small().with("batch", "2")));
        Backbone other = PROVIDER.open(request(Weights.random(Seed.of(4)), small()))) {
      assertThat(one.untrained()).isTrue();
      assertThat(one.weightsHash()).isEqualTo(two.weightsHash()).isNotEqualTo(other.weightsHash());
    }
  }

  @Test
  void open_preprocessingSettings_areOnTheCardAndInTheNumbers() {
    Options options =
        small()
            .with("mean", "0.485, 0.456, 0.406")
            .with("std", "0.229,0.224,0.225")
            .with("resize", "24")
            .with("filter", "bilinear");
    Weights random = Weights.random(Seed.of(3));
    byte[] grey = new byte[21 * 21 * 3];
    java.util.Arrays.fill(grey, (byte) 200);
    PixelBatch pixels = PixelBatch.ofBytes(1, 21, 21, grey);
    try (Backbone changed = PROVIDER.open(request(random, options));
        Backbone plain = PROVIDER.open(request(random, small()))) {
      assertThat(changed.card().preprocessing())
          .isEqualTo(
              Preprocessing.of(21, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225))
                  .withResize(24)
                  .withFilter(Preprocessing.Filter.BILINEAR));
      assertThat(changed.embed(pixels)).isNotEqualTo(plain.embed(pixels));
    }
  }

  @Test
  void open_impossibleSetting_isRefusedByName() {
    for (Options wrong :
        List.of(
            Options.none().with("nonsense", "1"),
            Options.none().with("mean", "1,2"),
            Options.none().with("mean", "a,b,c"),
            Options.none().with("std", "1,0,1"),
            Options.none().with("resize", "200"),
            Options.none().with("filter", "lanczos"),
            Options.none().with("threads", "0"),
            Options.none().with("depth", "none"),
            Options.none().with("global_pool", "map"))) {
      String name = wrong.asMap().keySet().iterator().next();
      assertThatThrownBy(() -> PROVIDER.open(request(Weights.random(Seed.of(1)), wrong)).close())
          .isInstanceOf(InputException.class)
          .hasMessageContaining(name);
    }
    assertThatThrownBy(() -> PROVIDER.card("vit-nonsense")).isInstanceOf(InputException.class);
  }
}
