package org.histofm.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.histofm.Seed;
import org.histofm.plugin.Options;
import org.junit.jupiter.api.Test;

class DatasetRequestTest {
  private static final Path DATA = Path.of("tiles");
  private static final Options OPTIONS = Options.none().with("tiles", "40");

  @Test
  void of_onlyAnId_allowsNothingMissingAndHasNoFolder() {
    DatasetRequest request = DatasetRequest.of("mine");
    assertThat(request.data()).isEmpty();
    assertThat(request.allowMissing()).isFalse();
    assertThat(request.seed()).isEqualTo(Seed.of(0));
    assertThat(request.options()).isEqualTo(Options.none());
  }

  @Test
  void with_allCopiesInEitherOrder_keepEachOther() {
    DatasetRequest base = DatasetRequest.of("mine");
    assertHoldsAll(
        base.withData(DATA).withAllowMissing(true).withSeed(Seed.of(7)).withOptions(OPTIONS));
    assertHoldsAll(
        base.withOptions(OPTIONS).withSeed(Seed.of(7)).withAllowMissing(true).withData(DATA));
  }

  private static void assertHoldsAll(DatasetRequest request) {
    assertThat(request.id()).isEqualTo("mine");
    assertThat(request.data()).contains(DATA);
    assertThat(request.allowMissing()).isTrue();
    assertThat(request.seed()).isEqualTo(Seed.of(7));
    assertThat(request.options()).isEqualTo(OPTIONS);
  }
}
