package org.histofm.backbones.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.histofm.EnvironmentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Hdf5OutputTest {
  @TempDir private Path folder;

  private static Hdf5Dataset dataset(String name, long rows, Hdf5Values values) {
    return new Hdf5Dataset(name, Hdf5Type.INT64, List.of(rows, 2L), Hdf5Attributes.none(), values);
  }

  @Test
  void write_valuesShorterThanShape_isRefusedAndLeavesNothing() {
    Path file = folder.resolve("a.h5");

    assertThatThrownBy(
            () ->
                Hdf5Output.write(
                    file,
                    Hdf5Attributes.none(),
                    List.of(dataset("coords", 3, Hdf5Values.of(new long[4])))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("48 bytes, its values have 32");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void write_sourceFailsMidway_keepsTheOlderFile() throws IOException {
    Path file = Files.writeString(folder.resolve("a.h5"), "older");
    Hdf5Values failing =
        new Hdf5Values() {
          @Override
          public long bytes() {
            return 32;
          }

          @Override
          public void writeTo(WritableByteChannel target) throws IOException {
            target.write(ByteBuffer.allocate(8));
            throw new IOException("no more");
          }
        };

    assertThatThrownBy(
            () ->
                Hdf5Output.write(
                    file, Hdf5Attributes.none(), List.of(dataset("coords", 2, failing))))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("no more");
    assertThat(file).hasContent("older");
    assertThat(folder).isDirectoryContaining(file::equals);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void write_twoOfOneName_isRefused() {
    Hdf5Dataset one = dataset("coords", 0, Hdf5Values.of(new long[0]));

    assertThatThrownBy(
            () ->
                Hdf5Output.write(folder.resolve("a.h5"), Hdf5Attributes.none(), List.of(one, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two datasets are named 'coords'");
  }

  @Test
  void write_textLongerThanAHeaderMessage_isKept() {
    String text = "µ".repeat(70_000);
    Path file = folder.resolve("a.h5");

    Hdf5Output.write(file, Hdf5Attributes.none().with("long", text), List.of());

    try (HdfFile hdf = new HdfFile(file)) {
      assertThat(hdf.getAttribute("long").getData()).isEqualTo(text);
    }
  }

  @Test
  void write_fiftyAttributes_areAllThere() {
    Hdf5Attributes attributes = Hdf5Attributes.none();
    for (int i = 0; i < 50; i++) {
      attributes = attributes.with("a" + i, i).with("t" + i, "text " + i);
    }
    Path file = folder.resolve("a.h5");

    Hdf5Output.write(file, attributes, List.of());

    try (HdfFile hdf = new HdfFile(file)) {
      assertThat(hdf.getAttributes()).hasSize(100);
      assertThat(hdf.getAttribute("t49").getData()).isEqualTo("text 49");
    }
  }

  @Test
  void with_rowTooLongForAHeader_isRefused() {
    Hdf5Attributes attributes =
        Hdf5Attributes.none().withWholes("row", Collections.nCopies(9000, 1L));

    assertThatThrownBy(() -> Hdf5Output.write(folder.resolve("a.h5"), attributes, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 65535");
  }

  @Test
  void with_zeroCharacterOrNoValues_isRefused() {
    assertThatThrownBy(() -> Hdf5Attributes.none().with("a", "b\0"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hdf5Attributes.none().withNumbers("a", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Values of Jenkins' hashlittle from his lookup3.c and of the HDF5 library. */
  @Test
  void checksum_knownTexts_isTheirs() {
    assertThat(Checksum.of(new byte[0])).isEqualTo(0xdeadbeef);
    assertThat(Checksum.of("Four score and seven years ago".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(0x17770551);
  }
}
