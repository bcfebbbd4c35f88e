package org.histofm.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors of FIPS 180-2, appendix B; the others from Python's hashlib. */
class Sha256Test {
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String MILLION_A =
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

  @Test
  void of_knownTexts_givesTheStandardsVectors() {
    assertThat(Sha256.of("")).isEqualTo(EMPTY);
    assertThat(Sha256.of("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(Sha256.of("a".repeat(1_000_000))).isEqualTo(MILLION_A);
  }

  @Test
  void of_textBeyondAscii_isHashedInUtf8() {
    assertThat(Sha256.of("é"))
        .isEqualTo("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
  }

  @Test
  void of_fileLongerThanTheBuffer_isItsBytes(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "a".repeat(1_000_000));
    assertThat(Sha256.of(file)).isEqualTo(MILLION_A);
  }

  @Test
  void add_texts_areHashedAfterTheirLength() {
    assertThat(new Sha256().add("ab").add("c").hex())
        .isEqualTo("f2939f903016e5bb29b1e4a61cdbd376220ca03a24180b39995f2d50f2e0a647");
  }

  @Test
  void add_neighbouringTexts_doNotRunTogether() {
    String hash = new Sha256().add("ab").add("c").hex();
    assertThat(new Sha256().add("a").add("bc").hex()).isNotEqualTo(hash);
    assertThat(new Sha256().add("abc").hex()).isNotEqualTo(hash);
    assertThat(new Sha256().add("ab").add("c").add("").hex()).isNotEqualTo(hash);
  }

  @Test
  void add_bytesInPieces_isOneHash() {
    byte[] abc = "abc".getBytes(StandardCharsets.UTF_8);
    ByteBuffer tail = ByteBuffer.wrap(abc, 1, 2);
    assertThat(new Sha256().add(new byte[] {'a'}).add(tail).hex()).isEqualTo(Sha256.of("abc"));
    assertThat(tail.hasRemaining()).isFalse();
  }

  @Test
  void hex_startsAgainFromEmpty() {
    Sha256 hash = new Sha256().add("something");
    assertThat(hash.hex()).isNotEqualTo(EMPTY);
    assertThat(hash.hex()).isEqualTo(EMPTY);
  }
}
