package org.histofm.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EmbeddingMatrixTest {
  private static final EmbeddingMatrix TWO_BY_THREE =
      EmbeddingMatrix.of(2, 3, new float[] {1, 2, 3, 4, 5, 6});

  @Test
  void get_isRowMajor() {
    assertThat(TWO_BY_THREE.get(0, 2)).isEqualTo(3);
    assertThat(TWO_BY_THREE.get(1, 0)).isEqualTo(4);
  }

  @Test
  void get_outside_isRefusedAlsoWhereANeighbourRowHasAValue() {
    assertThatThrownBy(() -> TWO_BY_THREE.get(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> TWO_BY_THREE.get(1, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> TWO_BY_THREE.get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> TWO_BY_THREE.get(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void copyRow_writesOneRowAtTheOffset() {
    float[] target = new float[5];
    TWO_BY_THREE.copyRow(1, target, 1);
    assertThat(target).containsExactly(0, 4, 5, 6, 0);
    assertThatThrownBy(() -> TWO_BY_THREE.copyRow(2, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void of_arrayChangedLater_keepsItsOwn() {
    float[] values = {1, 2};
    EmbeddingMatrix matrix = EmbeddingMatrix.of(1, 2, values);
    values[0] = 9;
    matrix.toArray()[1] = 9;
    assertThat(matrix.toArray()).containsExactly(1, 2);
  }

  @Test
  void of_sizesThatDoNotFit_namesThem() {
    assertThatThrownBy(() -> EmbeddingMatrix.of(2, 3, new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 values are not 2 embeddings of 3");
    assertThatThrownBy(() -> EmbeddingMatrix.of(1 << 16, 1 << 16, new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EmbeddingMatrix.of(0, 0, new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void of_noRows_isAnEmptyMatrixOfItsWidth() {
    assertThat(EmbeddingMatrix.of(0, 3, new float[0]).dim()).isEqualTo(3);
  }

  @Test
  void equals_sameValuesInAnotherShape_differs() {
    EmbeddingMatrix same = EmbeddingMatrix.of(2, 3, TWO_BY_THREE.toArray());
    assertThat(TWO_BY_THREE)
        .isEqualTo(same)
        .hasSameHashCodeAs(same)
        .isNotEqualTo(EmbeddingMatrix.of(3, 2, TWO_BY_THREE.toArray()));
  }
}
