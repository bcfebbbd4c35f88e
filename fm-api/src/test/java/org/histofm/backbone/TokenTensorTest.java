package org.histofm.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenTensorTest {
  private static TokenTensor ramp() {
    float[] values = new float[2 * 3 * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return TokenTensor.wrap(2, 3, 1, 4, values);
  }

  @Test
  void get_isImageThenTokenThenDimension() {
    assertThat(ramp().get(1, 2, 3)).isEqualTo(23);
    assertThat(ramp().get(0, 1, 0)).isEqualTo(4);
  }

  @Test
  void get_outside_isRefusedAlsoWhereTheArrayHasAValue() {
    assertThatThrownBy(() -> ramp().get(0, 3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ramp().get(0, 0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ramp().get(1, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ramp().get(2, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ramp().get(-1, 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void toArray_changedOutside_staysAsItWas() {
    TokenTensor tokens = ramp();
    tokens.toArray()[5] = -1;
    assertThat(tokens.get(0, 1, 1)).isEqualTo(5);
  }

  @Test
  void wrap_sizesThatDoNotFit_namesThem() {
    assertThatThrownBy(() -> TokenTensor.wrap(2, 3, 1, 4, new float[23]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("23 values are not [2, 3, 4] tokens with 1 in front");
  }

  @Test
  void wrap_morePrefixTokensThanTokens_isRefused() {
    TokenTensor.wrap(1, 1, 1, 1, new float[1]);
    assertThatThrownBy(() -> TokenTensor.wrap(1, 1, 2, 1, new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("with 2 in front");
  }
}
