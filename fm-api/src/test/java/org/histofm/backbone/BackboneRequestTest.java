package org.histofm.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import org.histofm.Seed;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.Test;

class BackboneRequestTest {
  private static final Weights WEIGHTS = Weights.random(Seed.of(3));
  private static final Options OPTIONS = Options.none().with("threads", "2");

  @Test
  void with_bothCopiesInEitherOrder_keepEachOther() {
    BackboneRequest base = BackboneRequest.of("toy", WEIGHTS);
    assertHoldsAll(base.withPrecision(Precision.BF16).withOptions(OPTIONS));
    assertHoldsAll(base.withOptions(OPTIONS).withPrecision(Precision.BF16));
    assertThat(base.precision()).isEqualTo(Precision.AUTO);
    assertThat(base.options()).isEqualTo(Options.none());
  }

  private static void assertHoldsAll(BackboneRequest request) {
    assertThat(request.id()).isEqualTo("toy");
    assertThat(request.weights()).isEqualTo(WEIGHTS);
    assertThat(request.precision()).isEqualTo(Precision.BF16);
    assertThat(request.options()).isEqualTo(OPTIONS);
  }
}
