package org.histofm.backbones.bag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.histofm.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The run made by scripts/fixtures/bags.py: slides of 2, 9 and 3 tiles, a flush every 4. */
class EvaFolderTest {
  private static final Path RUN = BagFilesTest.fixture("eva-run");
  private static final int[] TILES = {2, 9, 3};

  @TempDir private Path folder;

  @Test
  void readInTileOrder_everySlide_undoesTheFlushes() {
    EvaFolder run = EvaFolder.open(RUN);

    assertThat(run.entries()).extracting(EvaFolder.Entry::split).containsOnly("train");
    for (int slide = 0; slide < TILES.length; slide++) {
      TileBag bag = run.readInTileOrder(slide, 4);
      assertThat(bag.slide()).isEqualTo("abc".substring(slide, slide + 1));
      assertThat(bag.embeddings().rows()).isEqualTo(TILES[slide]);
      for (int tile = 0; tile < TILES[slide]; tile++) {
        assertThat(bag.embeddings().get(tile, 0)).isEqualTo(slide);
        assertThat(bag.embeddings().get(tile, 1)).isEqualTo(tile);
      }
    }
  }

  @Test
  void read_slideOverThreeFlushes_isInTheOrderOfTheFileAndSaysSo() {
    TileBag bag = EvaFolder.open(RUN).read(1);

    // tiles 0 to 2 went with the first flush, 3 to 6 with the second
    assertThat(bag.embeddings().get(0, 1)).isEqualTo(7);
    assertThat(bag.embeddings().get(8, 1)).isEqualTo(2);
    assertThat(bag.warnings()).singleElement().asString().contains("flush");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file,x_y | does not begin with the columns",
        "'origin,embeddings,target,split\na,../b.pt,1,train' | which is not in the folder",
        "'origin,embeddings,target,split\na,b.pt' | row 1, has 2 fields",
      })
  void open_otherTable_isRefused(String text, String words) throws IOException {
    Files.writeString(folder.resolve("manifest.csv"), text);

    assertThatThrownBy(() -> EvaFolder.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(words);
  }

  @Test
  void open_noManifest_isRefused() {
    assertThatThrownBy(() -> EvaFolder.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no manifest.csv");
  }

  @Test
  void open_quotedFields_areRead() throws IOException {
    Files.writeString(
        folder.resolve("manifest.csv"),
        "origin,embeddings,target,split,id\n\"a, \"\"b\"\".tif\",c.pt,0,val,7\n");

    EvaFolder.Entry entry = EvaFolder.open(folder).entries().get(0);

    assertThat(entry.origin()).isEqualTo("a, \"b\".tif");
    assertThat(entry.split()).isEqualTo("val");
  }
}
