package org.histofm.backbones.bag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.histofm.backbones.hdf5.Hdf5Values;
import org.histofm.provenance.Facts;
import org.histofm.slide.Mpp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files in the resource folder {@code ours} are what this writer wrote when
 * scripts/check-hdf5.py accepted it; they are compared byte by byte. {@code -Dhistofm.golden=DIR}
 * writes them anew to a folder.
 */
class TridentFileTest {
  private static final TridentGrid GRID =
      new TridentGrid("slide-é", 256, 0, 0.5, Mpp.of(0.2431), 100_000, 90_000);
  private static final TridentEncoder ENCODER =
      new TridentEncoder(
          "toy",
          4,
          "0123abcd",
          "resize 256, crop 224",
          "float32",
          Facts.none().with("histofm_version", "0.1.0").with("tissue", ""));

  @TempDir private Path folder;

  private static Hdf5Values coords(int rows) {
    long[] values = new long[2 * rows];
    Arrays.setAll(values, i -> 527L * i);
    return Hdf5Values.of(values);
  }

  private Hdf5Values features(int rows) throws IOException {
    ByteBuffer raw = ByteBuffer.allocate(16 * rows).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4 * rows; i++) {
      raw.putFloat(i / 4f - 1);
    }
    return Hdf5Values.of(Files.write(folder.resolve("spool"), raw.array()));
  }

  @Test
  void write_goldenInput_givesTheFilesThatPythonAccepted() throws IOException {
    Path target =
        System.getProperty("histofm.golden") == null
            ? Files.createDirectory(folder.resolve("out"))
            : Path.of(System.getProperty("histofm.golden"));
    TridentFile.writeFeatures(target.resolve("slide.h5"), GRID, coords(3), ENCODER, features(3));
    TridentFile.writeFeatures(target.resolve("empty.h5"), GRID, coords(0), ENCODER, features(0));
    TridentFile.writePatches(target.resolve("slide_patches.h5"), GRID, coords(3));

    assumeTrue(System.getProperty("histofm.golden") == null, "written anew to " + target);
    for (String name : new String[] {"slide.h5", "empty.h5", "slide_patches.h5"}) {
      assertThat(target.resolve(name)).hasSameBinaryContentAs(BagFilesTest.fixture("ours/" + name));
    }
  }

  @Test
  void writeFeatures_moreRowsThanPlaces_isRefused() {
    assertThatThrownBy(
            () ->
                TridentFile.writeFeatures(
                    folder.resolve("a.h5"), GRID, coords(2), ENCODER, features(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 embeddings for 2 places");
  }

  @Test
  void writeFeatures_noWholeRows_isRefused() {
    assertThatThrownBy(
            () ->
                TridentFile.writeFeatures(
                    folder.resolve("a.h5"), GRID, coords(1), ENCODER, Hdf5Values.of(new long[1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 bytes are not rows of 16");
  }
}
