package org.histofm.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackboneCardTest {
  private static final Preprocessing PREPROCESSING =
      Preprocessing.of(224, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
  private static final BackboneCard BASE = BackboneCard.of("toy", 8, PREPROCESSING);

  /** Embeddings are kept under this text: one value that it left out would serve stale numbers. */
  @Test
  void describe_anyOtherValue_isAnotherText() {
    assertThat(
            Stream.of(
                    BASE,
                    BackboneCard.of("toy2", 8, PREPROCESSING),
                    BackboneCard.of("toy", 9, PREPROCESSING),
                    BASE.withPreprocessing(PREPROCESSING.withResize(256)),
                    BASE.withPooling("mean"),
                    BASE.withPretrainingCohorts(List.of("TCGA")),
                    BASE.withPretrainingCohorts(List.of("TCGA", "PAIP")),
                    BASE.withLicence("MIT"))
                .map(BackboneCard::describe))
        .doesNotHaveDuplicates();
  }

  @Test
  void describe_orderOfCohorts_doesNotMatter() {
    BackboneCard one = BASE.withPretrainingCohorts(List.of("TCGA", "PAIP", "TCGA"));
    BackboneCard other = BASE.withPretrainingCohorts(List.of("PAIP", "TCGA"));
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one.describe()).contains("pretrained on [PAIP, TCGA]");
  }

  @Test
  void pretrainingCohorts_areSortedAndFixed() {
    BackboneCard card = BASE.withPretrainingCohorts(List.of("TCGA", "CPTAC", "PAIP", "GTEx"));
    assertThat(card.pretrainingCohorts()).containsExactly("CPTAC", "GTEx", "PAIP", "TCGA");
    assertThatThrownBy(() -> card.pretrainingCohorts().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void with_eachCopy_changesOneValueAndKeepsTheRest() {
    BackboneCard card =
        BASE.withLicence("MIT")
            .withPretrainingCohorts(List.of("TCGA"))
            .withPooling("class token")
            .withPreprocessing(PREPROCESSING.withResize(256));
    assertThat(card.describe())
        .isEqualTo(
            "toy: 8 values, pooling class token, resize 256 bicubic, centre crop 224, mean [0.5,"
                + " 0.5, 0.5], std [0.5, 0.5, 0.5], pretrained on [TCGA], licence MIT");
    assertThat(BASE.licence()).isEqualTo("unknown");
  }

  @Test
  void of_noWidth_isRefused() {
    assertThatThrownBy(() -> BackboneCard.of("toy", 0, PREPROCESSING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 0");
  }
}
