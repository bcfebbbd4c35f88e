package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class UnpackProperties {
  private interface Unpacker {
    void unpack(byte[] stored, int length, byte[] target) throws IOException;
  }

  private static void fillsOrRefuses(Unpacker unpacker, byte[] stored, int length) {
    byte[] target = new byte[length];
    assertThatCode(
            () -> {
              try {
                unpacker.unpack(stored, stored.length, target);
              } catch (IOException e) {
                // what it is to say
              }
            })
        .doesNotThrowAnyException();
  }

  @Property(tries = 300, seed = "20261125")
  void anyBytes_fillTheTargetOrAreRefused(
      @ForAll @Size(max = 200) byte[] stored, @ForAll @IntRange(min = 1, max = 5000) int length) {
    fillsOrRefuses(Unpack::lzw, stored, length);
    fillsOrRefuses(Unpack::packBits, stored, length);
    fillsOrRefuses(Unpack::inflate, stored, length);
  }
}
