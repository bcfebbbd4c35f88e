package org.histofm.backbones.hdf5;

import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterProperty;

class Hdf5OutputProperties {
  private final Path folder = makeFolder();

  private static Path makeFolder() {
    try {
      return Files.createTempDirectory("hdf5-output");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterProperty
  void removeFolder() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Provide
  Arbitrary<Integer> rows() {
    return Arbitraries.of(0, 1, 2, 3, 17, 1000);
  }

  @Property(tries = 60)
  void write_anyShapeAndAttributes_isReadBackByJhdf(
      @ForAll("rows") int rows,
      @ForAll @IntRange(min = 1, max = 40) int dim,
      @ForAll @StringLength(max = 300) String text,
      @ForAll long whole,
      @ForAll double number,
      @ForAll long seed)
      throws IOException {
    String clean = text.replace("\0", "").replaceAll("[\\ud800-\\udfff]", "");
    Random random = new Random(seed);
    float[] values = new float[rows * dim];
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
      raw.putFloat(values[i]);
    }
    Path spool = Files.write(folder.resolve("spool.raw"), raw.array());
    long[] coords = random.longs(2L * rows).toArray();
    Path file = folder.resolve("out.h5");

    Hdf5Attributes attributes =
        Hdf5Attributes.none()
            .with("text", clean)
            .with("whole", whole)
            .with("number", number)
            .withNumbers("pair", List.of(number, 1.5))
            .withWholes("wholes", List.of(whole, 3L, 4L));
    List<Hdf5Dataset> datasets =
        List.of(
            new Hdf5Dataset(
                "features",
                Hdf5Type.FLOAT32,
                List.of((long) rows, (long) dim),
                attributes,
                Hdf5Values.of(spool)),
            new Hdf5Dataset(
                "coords",
                Hdf5Type.INT64,
                List.of((long) rows, 2L),
                Hdf5Attributes.none(),
                Hdf5Values.of(coords)));
    Hdf5Output.write(file, Hdf5Attributes.none().with("on the file", clean), datasets);
    byte[] first = Files.readAllBytes(file);
    Hdf5Output.write(file, Hdf5Attributes.none().with("on the file", clean), datasets);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);

    try (HdfFile hdf = new HdfFile(file)) {
      assertThat(hdf.getAttribute("on the file").getData()).isEqualTo(clean);
      Dataset features = hdf.getDatasetByPath("features");
      assertThat(features.getDimensions()).containsExactly(rows, dim);
      assertThat(features.getAttribute("text").getData()).isEqualTo(clean);
      assertThat(features.getAttribute("whole").getData()).isEqualTo(whole);
      assertThat(features.getAttribute("number").getData()).isEqualTo(number);
      assertThat((double[]) features.getAttribute("pair").getData()).containsExactly(number, 1.5);
      assertThat((long[]) features.getAttribute("wholes").getData()).containsExactly(whole, 3, 4);
      if (rows > 0) {
        assertThat((float[]) features.getDataFlat()).isEqualTo(values);
        assertThat((long[]) hdf.getDatasetByPath("coords").getDataFlat()).isEqualTo(coords);
      }
    }
  }
}
