package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.histofm.EnvironmentException;
import org.histofm.InputException;
import org.histofm.adapter.FittedAdapter;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Cohort;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeFileTest {
  private static final Backbone SAME = Fixed.backbone("fixed", 6, "aa11", "one");

  private final Fixed data = Fixed.of(Data.embeddings(1, 60, 6, 3));

  private Path folder;
  private Path file;
  private FittedAdapter fitted;

  @BeforeEach
  void save(@TempDir Path fresh) {
    folder = fresh;
    fitted =
        LinearProbe.of(Options.none().with("C", "1"))
            .fit(data.request(Fixed.cohort(0, 40, 3), folder));
    fitted.save(folder);
    file = folder.resolve("linear-probe.json");
  }

  @Test
  void load_saved_predictsTheSameBits() {
    Cohort test = Fixed.cohort(40, 60, 3);
    try (FittedAdapter loaded = LinearProbe.load(folder, SAME)) {
      assertThat(data.predict(loaded, test)).isEqualTo(data.predict(fitted, test));
      assertThat(loaded.facts()).isEqualTo(fitted.facts());
      assertThat(List.copyOf(loaded.facts().asMap().keySet()))
          .isEqualTo(List.copyOf(fitted.facts().asMap().keySet()));
      assertThat(loaded.warnings()).isEqualTo(fitted.warnings());
    }
  }

  @Test
  void save_again_writesTheSameBytesAndNothingElse() throws IOException {
    byte[] first = Files.readAllBytes(file);
    LinearProbe.load(folder, SAME).save(folder);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void save_folderMissing_isAnEnvironmentProblem() {
    assertThatThrownBy(() -> fitted.save(folder.resolve("missing")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("linear-probe.json could not be written");
  }

  @Test
  void load_embeddingsOfAnotherWidth_isRefused() {
    assertThatThrownBy(() -> LinearProbe.load(folder, Fixed.backbone("wide", 9, "bb22", "one")))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(
            "have 9 dims", "was fitted on 6 (fixed@aa11)", "Embed with fixed@aa11, or refit.");
  }

  @Test
  void load_otherWeights_isRefused() {
    assertThatThrownBy(() -> LinearProbe.load(folder, Fixed.backbone("fixed", 6, "bb22", "one")))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("fitted on embeddings of fixed@aa11, not of fixed@bb22");
  }

  @Test
  void load_otherCard_isRefused() {
    Backbone other = new OtherCard(SAME, SAME.card().withPooling("mean of patch tokens"));
    assertThatThrownBy(() -> LinearProbe.load(folder, other))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("pooling unknown", "pooling mean of patch tokens");
  }

  @Test
  void load_computedOtherwise_warns() {
    try (FittedAdapter loaded =
        LinearProbe.load(folder, Fixed.backbone("fixed", 6, "aa11", "two"))) {
      assertThat(loaded.warnings())
          .singleElement()
          .asString()
          .contains("variant=one", "variant=two");
    }
  }

  @Test
  void load_nothingThere_isRefused() {
    Path elsewhere = folder.resolve("elsewhere");
    assertThatThrownBy(() -> LinearProbe.load(elsewhere, SAME))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("no linear probe in", "linear-probe.json is missing");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.3, 0.6, 0.99})
  void load_truncated_isRefused(double share) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, (int) (share * whole.length)));
    assertThatThrownBy(() -> LinearProbe.load(folder, SAME))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(file.toString(), "is not a whole linear probe", "refit");
  }

  @Test
  void load_anyByteChanged_isRefusedOrHarmless() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Cohort test = Fixed.cohort(40, 60, 3);
    for (int i = 0; i < whole.length; i += 5) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      try (FittedAdapter loaded = LinearProbe.load(folder, SAME)) {
        // A space or a digit beyond double precision: no number moves.
        assertThat(data.predict(loaded, test)).isEqualTo(data.predict(fitted, test));
      } catch (InputException e) {
        assertThat(e.problem()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "{}", "3", "{\"format\":\"histofm-linear-probe-1\"}"})
  void load_otherJson_isRefused(String text) throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(() -> LinearProbe.load(folder, SAME))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not a whole linear probe");
  }

  /** A backbone that differs in its card alone. */
  private record OtherCard(Backbone same, BackboneCard card) implements Backbone {
    @Override
    public String weightsHash() {
      return same.weightsHash();
    }

    @Override
    public boolean untrained() {
      return same.untrained();
    }

    @Override
    public Facts facts() {
      return same.facts();
    }

    @Override
    public EmbeddingMatrix embed(PixelBatch batch) {
      return same.embed(batch);
    }

    @Override
    public void close() {}
  }
}
