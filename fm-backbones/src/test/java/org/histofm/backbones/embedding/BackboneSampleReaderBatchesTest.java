package org.histofm.backbones.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.backbones.pixels.ImageFiles;
import org.histofm.backbones.pixels.TileAugmenter;
import org.histofm.backbones.pixels.TilePreprocessor;
import org.histofm.dataset.Sample;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link BackboneSampleReaderContractTest} cannot see from outside. */
class BackboneSampleReaderBatchesTest {
  private static final int SIDE = RoundingBackbone.SIDE;
  private static final Seed SEED = Seed.of(5);

  @TempDir private Path folder;

  @Test
  void batches_onAnyThreadsInAnySize_areTheCardsPixelsAugmentedByPlace() throws IOException {
    List<Sample> order = new ArrayList<>(Tiles.inMemory(0, 90));
    order.set(17, Tiles.file(Tiles.write(folder.resolve("tile.bmp"), 1000)));
    order.set(18, order.get(17));
    byte[] expected = expected(order);
    for (int threads : new int[] {1, 2, 7}) {
      try (BackboneSampleReader reader = reader(threads)) {
        for (int size : new int[] {1, 16, 41, 90}) {
          assertThat(read(reader, order, size))
              .as("%s threads, batches of %s", threads, size)
              .isEqualTo(expected);
        }
      }
    }
  }

  private static byte[] expected(List<Sample> order) {
    TilePreprocessor preprocessor =
        TilePreprocessor.of(new RoundingBackbone().card().preprocessing());
    TileAugmenter augmenter = TileAugmenter.of(Augmentation.standard());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < order.size(); i++) {
      int number = i == 17 || i == 18 ? 1000 : i;
      byte[] tile = preprocessor.apply(Tiles.image(number)).toBytes();
      augmenter.apply(tile, 0, SIDE, SIDE, SEED.derive("tile " + i));
      all.writeBytes(tile);
    }
    return all.toByteArray();
  }

  private static byte[] read(BackboneSampleReader reader, List<Sample> order, int batchSize) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (PixelStream batches = reader.batches(order, batchSize, Augmentation.standard(), SEED)) {
      for (Optional<PixelBatch> batch = batches.next(); batch.isPresent(); batch = batches.next()) {
        all.writeBytes(batch.get().bytes());
      }
    }
    return all.toByteArray();
  }

  @Test
  void batches_orderChangedAfterOpening_keepTheOldOne() {
    List<Sample> order = new ArrayList<>(Tiles.inMemory(0, 90));
    try (BackboneSampleReader reader = reader(2);
        PixelStream batches = reader.batches(order, 90, Augmentation.none(), SEED)) {
      byte[] expected = reader.pixels(order).bytes();
      order.clear();
      assertThat(batches.next().orElseThrow().bytes()).isEqualTo(expected);
    }
  }

  @Test
  void batches_ofAClosedReader_areRefusedByItsName() {
    BackboneSampleReader reader = reader(2);
    PixelStream open = reader.batches(Tiles.inMemory(0, 90), 4, Augmentation.standard(), SEED);
    reader.close();
    for (Runnable call :
        List.<Runnable>of(
            open::next,
            () -> reader.batches(Tiles.inMemory(0, 9), 4, Augmentation.standard(), SEED))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("sample reader of backbone 'rounding' is closed");
    }
  }

  private BackboneSampleReader reader(int threads) {
    return BackboneSampleReader.withThreads(
        new RoundingBackbone(), folder.resolve("store"), ImageFiles.withDefaults(), threads);
  }
}
