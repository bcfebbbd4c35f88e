package org.histofm.backbones.bag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.histofm.InputException;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbones.hdf5.Hdf5Values;
import org.histofm.provenance.Facts;
import org.histofm.slide.Mpp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made by scripts/fixtures/bags.py. */
class BagFilesTest {
  private static final EmbeddingMatrix EXPECTED = expected(5, 3);

  @TempDir private Path folder;

  static Path fixture(String name) {
    try {
      return Path.of(BagFilesTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static EmbeddingMatrix expected(int rows, int dim) {
    float[] values = new float[rows * dim];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 4f - 1;
    }
    return EmbeddingMatrix.wrap(rows, dim, values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trident-half.h5",
        "trident-gzip.h5",
        "trident-lzf-double.h5",
        "trident-big-endian.h5"
      })
  void read_tridentByH5py_givesValuesPlacesAndSide(String name) {
    TileBag bag = BagFiles.read(fixture(name));

    assertThat(bag.format()).isEqualTo(BagFormat.TRIDENT);
    assertThat(bag.embeddings()).isEqualTo(EXPECTED);
    assertThat(bag.slide()).isEqualTo("slide-1");
    assertThat(bag.warnings()).isEmpty();
    TilePlaces places = bag.places().orElseThrow();
    assertThat(places.count()).isEqualTo(5);
    assertThat(places.level0X(3)).isEqualTo(3 * 512);
    assertThat(places.level0Y(3)).isEqualTo(512);
    assertThat(places.tileSide()).hasValue(512);
  }

  @Test
  void read_clam_hasPlacesWithoutSide() {
    TileBag bag = BagFiles.read(fixture("clam.h5"));

    assertThat(bag.format()).isEqualTo(BagFormat.CLAM);
    assertThat(bag.embeddings()).isEqualTo(EXPECTED);
    assertThat(bag.slide()).isEqualTo("clam");
    assertThat(bag.encoder()).isEmpty();
    assertThat(bag.places().orElseThrow().tileSide()).isEmpty();
    assertThat(bag.places().orElseThrow().level0X(4)).isEqualTo(4 * 512);
  }

  @Test
  void read_writtenWithTheLatestFormat_givesValues() {
    assertThat(BagFiles.read(fixture("latest.h5")).embeddings()).isEqualTo(EXPECTED);
  }

  @Test
  void readPlaces_clamPatches_sideIsInLevel0Pixels() {
    TilePlaces places = BagFiles.readPlaces(fixture("clam-patches.h5"));

    assertThat(places.count()).isEqualTo(5);
    assertThat(places.tileSide()).hasValue(1024);
  }

  @ParameterizedTest
  @CsvSource({
    "stamp.h5, uni2, 1.142857142857143",
    "stamp-2.h5, uni, NaN",
    "stamp-old.h5,, 1.1428571"
  })
  void read_stamp_placesAreMicrometresUntilMppIsGiven(String name, String encoder, double mpp) {
    TileBag bag = BagFiles.read(fixture(name));

    assertThat(bag.format()).isEqualTo(BagFormat.STAMP);
    assertThat(bag.embeddings()).isEqualTo(EXPECTED);
    assertThat(bag.encoder().orElse(null)).isEqualTo(encoder);
    if (Double.isNaN(mpp)) {
      assertThat(bag.mpp()).isEmpty();
    } else {
      assertThat(bag.mpp().orElseThrow()).isCloseTo(mpp, within(1e-6));
    }
    TilePlaces places = bag.places().orElseThrow();
    assertThat(places.unit()).isEqualTo(TilePlaces.Unit.MICROMETRES);
    assertThat(places.x(2)).isEqualTo(512);
    assertThat(places.tileSide()).hasValue(256);
    assertThatThrownBy(() -> places.level0X(2)).hasMessageContaining("toLevel0");

    TilePlaces pixels = places.toLevel0(Mpp.of(0.25));
    assertThat(pixels.level0X(2)).isEqualTo(2048);
    assertThat(pixels.level0Y(1)).isEqualTo(1024);
    assertThat(pixels.tileSide()).hasValue(1024);
  }

  @Test
  void read_histoBistro_leavesOutCoordinatesOfUnknownUnit() {
    TileBag bag = BagFiles.read(fixture("histobistro.h5"));

    assertThat(bag.format()).isEqualTo(BagFormat.HISTOBISTRO);
    assertThat(bag.embeddings()).isEqualTo(EXPECTED);
    assertThat(bag.places()).isEmpty();
    assertThat(bag.warnings()).singleElement().asString().contains("unit");
  }

  @ParameterizedTest
  @CsvSource({
    "tensor.pt, TENSOR",
    "half.pt, TENSOR",
    "bfloat16.pt, TENSOR",
    "double.pt, TENSOR",
    "big-endian.pt, TENSOR",
    "transposed.pt, TENSOR",
    "view.pt, TENSOR",
    "eva.pt, EVA",
    "eva-shared.pt, EVA"
  })
  void read_torch_givesValues(String name, BagFormat format) {
    TileBag bag = BagFiles.read(fixture(name));

    assertThat(bag.format()).isEqualTo(format);
    assertThat(bag.embeddings()).isEqualTo(EXPECTED);
    assertThat(bag.places()).isEmpty();
    assertThat(bag.warnings()).hasSize(format == BagFormat.EVA ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slide-embedding.h5 | holds one embedding of 3 numbers",
        "stamp-patient.h5 | the embedding of a patient",
        "integers.h5 | no half, single or double precision",
        "other.h5 | it has: patch_embeddings",
        "clam-patches.h5 | This is a patch file",
        "claims-much.h5 | claims 4000000000000 bytes in a file of 1400",
        "linked.h5 | is a link to elsewhere",
        "integers.pt | type I64",
        "eva-maps.pt | shape [2, 4, 4]",
        "dictionary.pt | holds a dictionary",
        "calls.pt | asks for '__builtin__.print'",
        "legacy.pt | legacy format",
        "plain-pickle.pt | is a pickle",
        "script.pt | TorchScript",
        "compressed.pt | is compressed",
        "expanded.pt | 12000 numbers on a storage of 15",
      })
  void read_whatIsNoBag_isRefusedByName(String name, String words) {
    assertThatThrownBy(() -> BagFiles.read(fixture(name)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trident-half.h5",
        "clam.h5",
        "stamp.h5",
        "trident-gzip.h5",
        "tensor.pt",
        "eva.pt"
      })
  void read_cutAnywhere_isRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(fixture(name));
    Path cut = folder.resolve("cut-" + name);
    for (int i = 0; i < 10; i++) {
      Files.write(cut, Arrays.copyOf(whole, whole.length * i / 10));
      assertThatThrownBy(() -> BagFiles.read(cut)).isInstanceOf(InputException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trident-half.h5", "stamp.h5", "tensor.pt"})
  void read_byteOverwritten_isReadOrRefusedInASentence(String name) throws IOException {
    byte[] whole = Files.readAllBytes(fixture(name));
    Path file = folder.resolve("spoilt-" + name);
    for (int at = 0; at < whole.length; at += 61) {
      byte[] spoilt = whole.clone();
      spoilt[at] ^= (byte) 0xff;
      Files.write(file, spoilt);
      try {
        BagFiles.read(file);
      } catch (InputException e) {
        assertThat(e.remedy()).isNotEmpty();
      }
    }
  }

  @Test
  void read_notThere_isRefused() {
    assertThatThrownBy(() -> BagFiles.read(folder.resolve("none.h5")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void read_text_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.h5"), "slide,x,y\n");

    assertThatThrownBy(() -> BagFiles.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("neither an HDF5 nor a torch file");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3000})
  void read_ours_givesWhatWasWritten(int rows) throws IOException {
    Path file = folder.resolve("ours.h5");
    long[] coords = new long[2 * rows];
    Arrays.setAll(coords, i -> 7L * i);
    write(file, coords, expected(rows, 400).toArray(), 400);

    TileBag bag = BagFiles.read(file);

    assertThat(bag.format()).isEqualTo(BagFormat.TRIDENT);
    assertThat(bag.slide()).isEqualTo("S1");
    assertThat(bag.encoder()).hasValue("toy");
    assertThat(bag.mpp()).hasValue(0.5);
    assertThat(bag.embeddings()).isEqualTo(expected(rows, 400));
    assertThat(bag.places().orElseThrow().count()).isEqualTo(rows);
    assertThat(bag.places().orElseThrow().tileSide().orElseThrow())
        .isCloseTo(256 * 0.5 / 0.2431, within(1e-9));
    if (rows > 1) {
      assertThat(bag.places().orElseThrow().level0Y(1)).isEqualTo(21);
      try (BagFile opened = BagFiles.open(file)) {
        FloatBuffer last = FloatBuffer.allocate(400);
        opened.read(rows - 1, last);
        assertThat(last.get(399)).isEqualTo(expected(rows, 400).get(rows - 1, 399));
      }
    }
  }

  @Test
  void read_zeroRow_isAWarning() throws IOException {
    Path file = folder.resolve("zero.h5");
    write(file, new long[4], new float[] {1, 2, 0, 0}, 2);

    assertThat(BagFiles.read(file).warnings())
        .isEqualTo(
            List.of("1 of 2 embeddings are all zero, the first is number 1 (counted from 0)."));
  }

  @Test
  void read_nan_namesRowAndColumn() throws IOException {
    Path file = folder.resolve("nan.h5");
    write(file, new long[6], new float[] {1, 2, 3, 4, 5, Float.NaN}, 2);

    assertThatThrownBy(() -> BagFiles.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("embedding 2 has NaN in column 1");
  }

  private static void write(Path file, long[] coords, float[] values, int dim) throws IOException {
    Path spool = file.resolveSibling("spool");
    var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    Files.write(spool, bytes.array());
    TridentFile.writeFeatures(
        file,
        new TridentGrid("S1", 256, 0, 0.5, Mpp.of(0.2431), 90_000, 80_000),
        Hdf5Values.of(coords),
        new TridentEncoder("toy", dim, "random", "none", "float32", Facts.none()),
        Hdf5Values.of(spool));
  }
}
