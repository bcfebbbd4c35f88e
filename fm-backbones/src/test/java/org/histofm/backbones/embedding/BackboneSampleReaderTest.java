package org.histofm.backbones.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbones.pixels.ImageFiles;
import org.histofm.backbones.pixels.TilePreprocessor;
import org.histofm.dataset.Sample;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneSampleReaderTest {
  /** Three chunks, the last one short. */
  private static final List<Sample> SAMPLES = Tiles.inMemory(0, 150);

  @Test
  void embeddings_ofManySamples_areTheBackbonesInChunksAndBatchesByRule(@TempDir Path store) {
    RoundingBackbone backbone = new RoundingBackbone();
    EmbeddingMatrix matrix = embed(backbone, store, SAMPLES);
    assertThat(backbone.batches()).containsExactly(16, 16, 16, 16, 16, 16, 16, 16, 16, 6);
    TilePreprocessor preprocessor = TilePreprocessor.of(backbone.card().preprocessing());
    for (int from = 0; from < 150; from += 16) {
      List<RgbImage> tiles = new ArrayList<>();
      for (int i = from; i < Math.min(from + 16, 150); i++) {
        tiles.add(preprocessor.apply(Tiles.image(i)));
      }
      EmbeddingMatrix expected = new RoundingBackbone().embed(PixelBatch.of(tiles));
      for (int i = 0; i < tiles.size(); i++) {
        assertThat(row(matrix, from + i)).isEqualTo(row(expected, i));
      }
    }
  }

  @Test
  void roundingBackbone_otherNeighbours_movesRowsInTheLastBit() {
    // The control: without it, every test of equal bits would pass with any batches.
    TilePreprocessor preprocessor =
        TilePreprocessor.of(new RoundingBackbone().card().preprocessing());
    List<RgbImage> tiles = Stream.of(0, 1, 2).map(i -> preprocessor.apply(Tiles.image(i))).toList();
    EmbeddingMatrix three = new RoundingBackbone().embed(PixelBatch.of(tiles));
    EmbeddingMatrix two = new RoundingBackbone().embed(PixelBatch.of(tiles.subList(0, 2)));
    assertThat(row(two, 0)).isNotEqualTo(row(three, 0));
    for (int d = 0; d < RoundingBackbone.DIM; d++) {
      assertThat(Math.abs(two.get(0, d) - three.get(0, d)))
          .isLessThanOrEqualTo(Math.ulp(three.get(0, d)));
    }
  }

  @Test
  void embeddings_askedAgainInPartAndInAnotherOrder_areReadAndNotComputed(@TempDir Path store) {
    RoundingBackbone backbone = new RoundingBackbone();
    EmbeddingMatrix all = embed(backbone, store, SAMPLES);
    List<Sample> some =
        new ArrayList<>(Stream.iterate(149, i -> i - 3).limit(50).map(SAMPLES::get).toList());
    some.add(some.get(7));
    RoundingBackbone unused = new RoundingBackbone();
    EmbeddingMatrix subset = embed(unused, store, some);
    assertThat(unused.batches()).isEmpty();
    assertThat(subset.rows()).isEqualTo(51);
    for (int i = 0; i < 50; i++) {
      assertThat(row(subset, i)).isEqualTo(row(all, 149 - 3 * i));
    }
    assertThat(row(subset, 50)).isEqualTo(row(subset, 7));
  }

  @Test
  void embeddings_ofAnEnlargedRequest_addOnlyWhatIsNew(@TempDir Path store) {
    EmbeddingMatrix first = embed(new RoundingBackbone(), store, SAMPLES.subList(0, 70));
    RoundingBackbone second = new RoundingBackbone();
    EmbeddingMatrix all = embed(second, store, SAMPLES);
    assertThat(second.embedded()).isEqualTo(80);
    for (int i = 0; i < 70; i++) {
      assertThat(row(all, i)).isEqualTo(row(first, i));
    }
  }

  @Test
  void embeddings_killedAtAnyBatch_resumeToTheSameBits(@TempDir Path folder) throws IOException {
    EmbeddingMatrix unbroken = embed(new RoundingBackbone(), folder.resolve("unbroken"), SAMPLES);
    for (int kill = 0; kill < 10; kill++) {
      Path store = folder.resolve("killed-" + kill);
      int last = kill;
      RoundingBackbone dying =
          new RoundingBackbone() {
            @Override
            public EmbeddingMatrix embed(PixelBatch batch) {
              if (batches().size() == last) {
                throw new IllegalStateException("killed");
              }
              return super.embed(batch);
            }
          };
      assertThatThrownBy(() -> embed(dying, store, SAMPLES)).hasMessage("killed");
      RoundingBackbone resumed = new RoundingBackbone();
      assertThat(embed(resumed, store, SAMPLES)).isEqualTo(unbroken);
      assertThat(resumed.embedded()).isEqualTo(150 - dying.embedded() / 64 * 64);
      assertThat(contents(store)).isEqualTo(contents(folder.resolve("unbroken")));
    }
  }

  @Test
  void embeddings_processHaltedAtABatch_resumeToTheSameBits(@TempDir Path folder)
      throws IOException, InterruptedException {
    EmbeddingMatrix unbroken = embed(new RoundingBackbone(), folder.resolve("unbroken"), SAMPLES);
    Path store = folder.resolve("halted");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HaltingMain.class.getName(),
                store.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isEqualTo(HaltingMain.STATUS);
    RoundingBackbone resumed = new RoundingBackbone();
    assertThat(embed(resumed, store, SAMPLES)).isEqualTo(unbroken);
    assertThat(resumed.embedded()).isEqualTo(150 - 64);
    assertThat(contents(store)).isEqualTo(contents(folder.resolve("unbroken")));
  }

  /** A process that dies at its sixth batch, holding the lock. */
  static final class HaltingMain {
    static final int STATUS = 99;

    private HaltingMain() {}

    public static void main(String[] args) {
      RoundingBackbone backbone =
          new RoundingBackbone() {
            @Override
            public EmbeddingMatrix embed(PixelBatch batch) {
              if (batches().size() == 5) {
                Runtime.getRuntime().halt(STATUS);
              }
              return super.embed(batch);
            }
          };
      BackboneSampleReader.of(backbone, Path.of(args[0])).embeddings(SAMPLES, Progress.NONE);
    }
  }

  @Test
  void embeddings_onAnyNumberOfThreads_areTheSameBits(@TempDir Path folder) {
    List<EmbeddingMatrix> all = new ArrayList<>();
    for (int threads : new int[] {1, 2, 7}) {
      try (BackboneSampleReader reader =
          BackboneSampleReader.withThreads(
              new RoundingBackbone(),
              folder.resolve("threads-" + threads),
              ImageFiles.withDefaults(),
              threads)) {
        all.add(reader.embeddings(SAMPLES, Progress.NONE));
      }
    }
    assertThat(all.get(1)).isEqualTo(all.get(0));
    assertThat(all.get(2)).isEqualTo(all.get(0));
  }

  @Test
  void embeddings_askedByTwoReadersAndFourThreadsAtOnce_computeEachTileOnce(@TempDir Path store)
      throws Exception {
    RoundingBackbone backbone = new RoundingBackbone();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (BackboneSampleReader one = BackboneSampleReader.of(backbone, store);
        BackboneSampleReader two = BackboneSampleReader.of(backbone, store)) {
      Callable<EmbeddingMatrix> first = () -> one.embeddings(SAMPLES, Progress.NONE);
      Callable<EmbeddingMatrix> second = () -> two.embeddings(SAMPLES, Progress.NONE);
      List<EmbeddingMatrix> results = new ArrayList<>();
      for (Future<EmbeddingMatrix> result : pool.invokeAll(List.of(first, second, first, second))) {
        results.add(result.get());
      }
      assertThat(results).containsOnly(results.get(0));
    } finally {
      pool.shutdown();
    }
    assertThat(backbone.embedded()).isEqualTo(150);
  }

  @Test
  void embeddings_chunkDamagedInAnyWay_areComputedAgainToTheSameBits(@TempDir Path folder)
      throws IOException {
    Path store = folder.resolve("store");
    EmbeddingMatrix sound = embed(new RoundingBackbone(), store, SAMPLES);
    Map<String, String> before = contents(store);
    byte[] bytes = Files.readAllBytes(chunks(store).get(0));
    List<byte[]> damages = new ArrayList<>();
    damages.add(new byte[0]);
    damages.add(Arrays.copyOf(bytes, 5));
    damages.add(Arrays.copyOf(bytes, 300));
    damages.add(Arrays.copyOf(bytes, bytes.length - 1));
    damages.add(Arrays.copyOf(bytes, bytes.length + 1));
    for (int i = 0; i < bytes.length; i += 197) {
      byte[] flipped = bytes.clone();
      flipped[i] ^= 4;
      damages.add(flipped);
    }
    for (byte[] damage : damages) {
      Path chunk = chunks(store).get(0);
      Files.write(chunk, damage);
      Files.writeString(store.resolve("notes.txt"), "not ours");
      RoundingBackbone again = new RoundingBackbone();
      assertThat(embed(again, store, SAMPLES)).isEqualTo(sound);
      assertThat(again.embedded()).isIn(64, 150 - 128);
      assertThat(contents(store)).isEqualTo(before);
      RoundingBackbone unused = new RoundingBackbone();
      assertThat(embed(unused, store, SAMPLES)).isEqualTo(sound);
      assertThat(unused.batches()).isEmpty();
    }
  }

  @Test
  void embeddings_chunkDamagedUnderAnOpenReader_areComputedAgain(@TempDir Path store)
      throws IOException {
    RoundingBackbone backbone = new RoundingBackbone();
    try (BackboneSampleReader reader = BackboneSampleReader.of(backbone, store)) {
      EmbeddingMatrix sound = reader.embeddings(SAMPLES, Progress.NONE);
      for (Path chunk : chunks(store)) {
        byte[] bytes = Files.readAllBytes(chunk);
        bytes[bytes.length - 1] ^= 1;
        Files.write(chunk, bytes);
      }
      assertThat(reader.embeddings(SAMPLES, Progress.NONE)).isEqualTo(sound);
      assertThat(backbone.embedded()).isEqualTo(300);
    }
  }

  @Test
  void embeddings_unfinishedFileOfAKilledProcess_isDeleted(@TempDir Path store) throws IOException {
    embed(new RoundingBackbone(), store, SAMPLES.subList(0, 3));
    Path left = chunks(store).get(0).resolveSibling("chunk-0.safetensors.1.tmp");
    Files.writeString(left, "half");
    embed(new RoundingBackbone(), store, SAMPLES.subList(0, 4));
    assertThat(left).doesNotExist();
  }

  @Test
  void embeddings_fileChangedWithSameNameSizeAndTime_areComputedAnew(@TempDir Path folder)
      throws IOException {
    Path file = Tiles.write(folder.resolve("tile.bmp"), 1);
    Path other = Tiles.write(folder.resolve("other.bmp"), 2);
    List<Sample> samples = List.of(Tiles.file(file), Tiles.file(other));
    RoundingBackbone backbone = new RoundingBackbone();
    try (BackboneSampleReader reader = BackboneSampleReader.of(backbone, folder.resolve("store"))) {
      EmbeddingMatrix before = reader.embeddings(samples, Progress.NONE);
      FileTime time = Files.getLastModifiedTime(file);
      long size = Files.size(file);
      Tiles.write(file, 3);
      Files.setLastModifiedTime(file, time);
      assertThat(Files.size(file)).isEqualTo(size);
      EmbeddingMatrix after = reader.embeddings(samples, Progress.NONE);
      assertThat(row(after, 0)).isNotEqualTo(row(before, 0));
      assertThat(row(after, 1)).isEqualTo(row(before, 1));
      assertThat(backbone.batches()).containsExactly(2, 1);
    }
  }

  @Test
  void embeddings_sameContentUnderOtherNames_areComputedOnce(@TempDir Path folder)
      throws IOException {
    Path one = Tiles.write(folder.resolve("one.bmp"), 1);
    Path two = Files.copy(one, folder.resolve("two.bmp"));
    RoundingBackbone backbone = new RoundingBackbone();
    EmbeddingMatrix matrix =
        embed(backbone, folder.resolve("store"), List.of(Tiles.file(one), Tiles.file(two)));
    assertThat(backbone.batches()).containsExactly(1);
    assertThat(row(matrix, 1)).isEqualTo(row(matrix, 0));
  }

  @Test
  void embeddings_ofOtherWeightsOrFacts_areKeptApart(@TempDir Path store) {
    Facts fp32 = Facts.none().with("precision", "fp32");
    for (RoundingBackbone backbone :
        List.of(
            new RoundingBackbone("a", fp32),
            new RoundingBackbone("b", fp32),
            new RoundingBackbone("a", fp32.with("precision", "bf16")),
            new RoundingBackbone("a", fp32.with("device", "cpu")))) {
      embed(backbone, store, SAMPLES.subList(0, 2));
      assertThat(backbone.batches()).containsExactly(2);
    }
    Facts reordered = Facts.none().with("device", "cpu").with("precision", "fp32");
    RoundingBackbone same = new RoundingBackbone("a", reordered);
    embed(same, store, SAMPLES.subList(0, 2));
    assertThat(same.batches()).isEmpty();
  }

  @Test
  void embeddings_interrupted_stopsWithTheFlagSetAndResumes(@TempDir Path store) {
    RoundingBackbone interrupting =
        new RoundingBackbone() {
          @Override
          public EmbeddingMatrix embed(PixelBatch batch) {
            if (batches().size() == 5) {
              Thread.currentThread().interrupt();
            }
            return super.embed(batch);
          }
        };
    assertThatThrownBy(() -> embed(interrupting, store, SAMPLES))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    RoundingBackbone resumed = new RoundingBackbone();
    embed(resumed, store, SAMPLES);
    assertThat(resumed.embedded()).isEqualTo(150 - 64);
  }

  @Test
  void embeddings_interruptedBefore_stopsWithTheFlagSet(@TempDir Path store) {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> embed(new RoundingBackbone(), store, SAMPLES))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void embeddings_notFinite_areRefusedAndNotStored(@TempDir Path store) throws IOException {
    RoundingBackbone overflowing =
        new RoundingBackbone() {
          @Override
          public EmbeddingMatrix embed(PixelBatch batch) {
            float[] values = super.embed(batch).toArray();
            values[DIM + 2] = Float.NaN;
            return EmbeddingMatrix.wrap(batch.count(), DIM, values);
          }
        };
    assertThatThrownBy(() -> embed(overflowing, store, SAMPLES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'rounding' gives NaN in dimension 2")
        .hasMessageContaining("'tile-1'");
    assertThat(chunks(store)).isEmpty();
  }

  @Test
  void embeddings_backboneOfAnotherShapeThanItsCard_isReported(@TempDir Path store) {
    RoundingBackbone wrong =
        new RoundingBackbone() {
          @Override
          public EmbeddingMatrix embed(PixelBatch batch) {
            return EmbeddingMatrix.wrap(1, 2, new float[2]);
          }
        };
    assertThatThrownBy(() -> embed(wrong, store, SAMPLES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'rounding' gave EmbeddingMatrix 1 x 2 for 16 images");
  }

  @Test
  void embeddings_ofNoSample_isEmpty(@TempDir Path store) {
    assertThat(embed(new RoundingBackbone(), store, List.of()).rows()).isZero();
  }

  @Test
  void embeddings_undecodableFile_namesSampleAndFile(@TempDir Path folder) throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.png"), "text");
    List<Sample> samples = new ArrayList<>(SAMPLES);
    samples.add(120, Tiles.file(bad));
    RoundingBackbone backbone = new RoundingBackbone();
    assertThatThrownBy(() -> embed(backbone, folder.resolve("store"), samples))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Sample 'bad.png' cannot be read: image file ")
        .hasMessageContaining("bad.png is not a PNG, JPEG, TIFF, BMP or GIF image.");
    // What came before stays.
    assertThat(chunks(folder.resolve("store"))).hasSize(1);
  }

  @Test
  void embeddings_fileChangedBetweenHashAndDecode_isRefused(@TempDir Path folder)
      throws IOException {
    Path file = Tiles.write(folder.resolve("tile.bmp"), 1000);
    List<Sample> samples = new ArrayList<>(SAMPLES);
    samples.add(Tiles.file(file));
    RoundingBackbone changing =
        new RoundingBackbone() {
          @Override
          public EmbeddingMatrix embed(PixelBatch batch) {
            try {
              Tiles.write(file, 1001);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
            return super.embed(batch);
          }
        };
    assertThatThrownBy(() -> embed(changing, folder.resolve("store"), samples))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tile.bmp was changed while it was being read.");
  }

  @Test
  void embeddings_progress_countsStoredAndNewTiles(@TempDir Path store) {
    embed(new RoundingBackbone(), store, SAMPLES.subList(0, 64));
    List<String> seen = new ArrayList<>();
    try (BackboneSampleReader reader = BackboneSampleReader.of(new RoundingBackbone(), store)) {
      reader.embeddings(
          SAMPLES, (stage, done, total) -> seen.add(stage + " " + done + "/" + total));
      assertThat(seen)
          .startsWith("embed tiles 64/150", "embed tiles 80/150")
          .endsWith("embed tiles 150/150");
      seen.clear();
      reader.embeddings(SAMPLES, (stage, done, total) -> seen.add(stage));
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void probe_severalBadFiles_listsAllOfThemInOrder(@TempDir Path folder) throws IOException {
    Path good = Tiles.write(folder.resolve("good.bmp"), 1);
    Path cut = folder.resolve("cut.bmp");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(good), 60));
    List<Sample> samples =
        List.of(
            Tiles.file(folder.resolve("none.png")),
            Tiles.file(good),
            Tiles.inMemory(4),
            Tiles.file(cut),
            Tiles.file(Files.createFile(folder.resolve("empty.png"))));
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    try (BackboneSampleReader reader = reader(folder)) {
      List<Outcome.Failed<Sample>> failed =
          reader.probe(samples, (stage, done, total) -> seen.add(stage + " " + done + "/" + total));
      assertThat(failed)
          .extracting(Outcome.Failed::item)
          .containsExactly("none.png", "cut.bmp", "empty.png");
      assertThat(failed.get(0).reason()).endsWith("none.png does not exist.");
      assertThat(failed.get(1).reason()).contains("is a damaged BMP image");
      assertThat(failed).allSatisfy(f -> assertThat(f.remedy()).endsWith("."));
      assertThat(seen).hasSize(5).endsWith("check images 5/5");
    }
  }

  @Test
  void pixels_ofSamples_arePreprocessedInOrder(@TempDir Path folder) throws IOException {
    Path file = Tiles.write(folder.resolve("tile.bmp"), 9);
    try (BackboneSampleReader reader = reader(folder)) {
      PixelBatch batch = reader.pixels(List.of(Tiles.inMemory(8), Tiles.file(file)));
      TilePreprocessor preprocessor =
          TilePreprocessor.of(new RoundingBackbone().card().preprocessing());
      assertThat(batch.bytes())
          .isEqualTo(
              PixelBatch.of(
                      List.of(
                          preprocessor.apply(Tiles.image(8)), preprocessor.apply(Tiles.image(9))))
                  .bytes());
      assertThat(reader.image(Tiles.file(file))).isEqualTo(Tiles.image(9));
      assertThatThrownBy(() -> reader.pixels(List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> reader.image(Tiles.file(folder.resolve("none.png"))))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("Sample 'none.png' cannot be read");
    }
  }

  @Test
  void close_thenAnyCall_namesTheReader(@TempDir Path store) {
    BackboneSampleReader reader = reader(store);
    reader.close();
    reader.close();
    assertThatThrownBy(() -> reader.embeddings(SAMPLES, Progress.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sample reader of backbone 'rounding' is closed");
    assertThatThrownBy(() -> reader.image(SAMPLES.get(0)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void of_storeFolderThatCannotBeMade_isRefused(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> reader(file))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("cannot be made")
        .hasMessageContaining("Choose another folder for embeddings");
  }

  private static BackboneSampleReader reader(Path store) {
    return BackboneSampleReader.of(new RoundingBackbone(), store);
  }

  private static EmbeddingMatrix embed(
      RoundingBackbone backbone, Path store, List<Sample> samples) {
    try (BackboneSampleReader reader = BackboneSampleReader.of(backbone, store)) {
      return reader.embeddings(samples, Progress.NONE);
    }
  }

  private static float[] row(EmbeddingMatrix matrix, int row) {
    float[] values = new float[matrix.dim()];
    matrix.copyRow(row, values, 0);
    return values;
  }

  private static List<Path> chunks(Path store) throws IOException {
    try (Stream<Path> files = Files.walk(store)) {
      return files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  /** Hash of every chunk of a store, finished or not, by name. */
  private static Map<String, String> contents(Path store) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(store)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith("chunk-")) {
          contents.put(name, Sha256.of(file));
        }
      }
    }
    return contents;
  }
}
