package org.histofm.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PretrainingOverlapTest {
  @Test
  void overlap_nameInsideTheOther_isSeenEitherWay() {
    assertThat(PretrainingOverlap.of(Set.of("TCGA"), List.of("tcga-brca"))).containsExactly("TCGA");
    assertThat(PretrainingOverlap.of(Set.of("TCGA-BRCA"), List.of("TCGA")))
        .containsExactly("TCGA-BRCA");
  }

  @Test
  void overlap_setDrawnFromAnother_isSeen() {
    assertThat(PretrainingOverlap.of(Set.of("TCGA"), List.of("ami-br", "TUPAC16")))
        .containsExactly("TCGA");
    assertThat(PretrainingOverlap.of(Set.of("CAMELYON16"), List.of("PCam")))
        .containsExactly("CAMELYON16");
  }

  @Test
  void overlap_otherNames_areNotSeen() {
    assertThat(PretrainingOverlap.of(Set.of("TCGA", "PAIP"), List.of("ami-br", "MIDOG21")))
        .isEmpty();
    assertThat(PretrainingOverlap.of(Set.of(), List.of("TUPAC16"))).isEmpty();
    assertThat(PretrainingOverlap.of(Set.of("TCGA"), List.of("", "a"))).isEmpty();
  }
}
