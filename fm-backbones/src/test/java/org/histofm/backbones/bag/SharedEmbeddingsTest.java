package org.histofm.backbones.bag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.histofm.InputException;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.slide.Mpp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The embedding files beside the repository, as the tools' layouts have them. */
class SharedEmbeddingsTest {
  private static final String TRIDENT = "made/trident/20x_256px_0px_overlap/";
  private static final String STAMP = "made/stamp/resnet20cifar/CMU-1-Small-Region.h5";

  private static Path file(String name) {
    @Nullable Path folder = null;
    String named = System.getenv("HISTOFM_SHARED");
    if (named != null) {
      folder = Path.of(named);
    } else {
      for (@Nullable Path at = Path.of("").toAbsolutePath();
          at != null && folder == null;
          at = at.getParent()) {
        folder =
            Files.isDirectory(at.resolve("shared/data/embeddings")) ? at.resolve("shared") : null;
      }
    }
    Path found = folder == null ? Path.of(name) : folder.resolve("data/embeddings").resolve(name);
    assumeTrue(
        Files.exists(found),
        "no " + name + ": set HISTOFM_SHARED to the folder that holds data/embeddings");
    return found;
  }

  @Test
  void read_threeLayoutsOfOneSlide_agree() {
    TileBag trident = BagFiles.read(file(TRIDENT + "features_resnet20cifar/CMU-1-Small-Region.h5"));
    TileBag clam = BagFiles.read(file("made/clam/h5_files/CMU-1-Small-Region.h5"));
    TileBag tensor = BagFiles.read(file("made/clam/pt_files/CMU-1-Small-Region.pt"));
    TileBag stamp = BagFiles.read(file(STAMP));

    assertThat(trident.embeddings().rows()).isEqualTo(39);
    assertThat(trident.embeddings().dim()).isEqualTo(64);
    assertThat(trident.encoder()).hasValue("resnet20cifar");
    assertThat(trident.places().orElseThrow().tileSide()).hasValue(256);
    assertThat(clam.embeddings()).isEqualTo(trident.embeddings());
    assertThat(tensor.embeddings()).isEqualTo(trident.embeddings());
    for (int row = 0; row < 39; row++) {
      for (int d = 0; d < 64; d++) {
        float exact = trident.embeddings().get(row, d);
        // half precision keeps 11 bits
        assertThat(stamp.embeddings().get(row, d))
            .isCloseTo(exact, within(Math.max(Math.abs(exact) * 0x1p-11f, 1e-7f)));
      }
    }
    TilePlaces level0 = trident.places().orElseThrow();
    TilePlaces fromUm = stamp.places().orElseThrow().toLevel0(Mpp.of(0.499));
    assertThat(stamp.mpp().orElseThrow()).isCloseTo(0.499, within(1e-9));
    assertThat(fromUm.tileSide().orElseThrow()).isCloseTo(256, within(1e-9));
    for (int tile = 0; tile < 39; tile++) {
      assertThat(clam.places().orElseThrow().level0X(tile)).isEqualTo(level0.level0X(tile));
      assertThat(fromUm.level0X(tile)).isEqualTo(level0.level0X(tile));
      assertThat(fromUm.level0Y(tile)).isEqualTo(level0.level0Y(tile));
    }
  }

  @Test
  void read_secondClamSlide_isSameInBothForms() {
    EmbeddingMatrix embeddings =
        BagFiles.read(file("made/clam/h5_files/TCGA-CR-7395-no-mpp.h5")).embeddings();

    assertThat(embeddings.rows()).isEqualTo(160);
    assertThat(BagFiles.read(file("made/clam/pt_files/TCGA-CR-7395-no-mpp.pt")).embeddings())
        .isEqualTo(embeddings);
  }

  @Test
  void read_slideWithoutTissue_isAnEmptyBag() {
    TileBag bag = BagFiles.read(file(TRIDENT + "features_resnet20cifar/no-tissue-slide.h5"));

    assertThat(bag.embeddings().rows()).isZero();
    assertThat(bag.embeddings().dim()).isEqualTo(64);
    assertThat(bag.places().orElseThrow().count()).isZero();
    assertThat(bag.warnings()).isEmpty();
  }

  @Test
  void readPlaces_tridentPatches_areThoseOfTheFeatures() {
    TilePlaces places =
        BagFiles.readPlaces(file(TRIDENT + "patches/CMU-1-Small-Region_patches.h5"));

    assertThat(places.count()).isEqualTo(39);
    assertThat(places.tileSide()).hasValue(256);
  }

  @Test
  void read_gigapathView_isNotItsStorage() {
    TileBag bag = BagFiles.read(file("prov-gigapath/prov_normal_000_1.pt"));

    assertThat(bag.embeddings().rows()).isEqualTo(1);
    assertThat(bag.embeddings().dim()).isEqualTo(1536);
    double squares = 0;
    for (int d = 0; d < 1536; d++) {
      squares += bag.embeddings().get(0, d) * (double) bag.embeddings().get(0, d);
    }
    assertThat(Math.sqrt(squares)).isCloseTo(32.9487, within(5e-5));
    double[] first = {-0.4881, 0.9477, -0.5380, 0.5231};
    for (int d = 0; d < first.length; d++) {
      assertThat((double) bag.embeddings().get(0, d)).isCloseTo(first[d], within(5e-5));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "truncated.h5 | is truncated: it has 24572 of 49144 bytes",
        "zero-length.h5 | is empty (0 bytes)",
        "rows-differ.h5 | has 160 embeddings and 157 coordinates",
        "nan-and-inf.h5 | embedding 5 has NaN in column 3",
      })
  void read_damaged_isRefusedInOneSentence(String name, String words) {
    Path damaged = file("damaged/" + name);

    assertThatThrownBy(() -> BagFiles.read(damaged))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(words);
  }
}
