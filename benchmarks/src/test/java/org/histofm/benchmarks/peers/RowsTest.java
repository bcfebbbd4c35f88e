package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.histofm.InputException;
import org.histofm.backbones.timm.TimmConfig;
import org.junit.jupiter.api.Test;

class RowsTest {
  private static final Machine PLAIN =
      new Machine("GenuineIntel", "Some Xeon", List.of("avx2"), 2, 8, "Linux", "JDK");
  private static final Path WEIGHTS = Path.of("weights.safetensors");

  @Test
  void rows_compareSidesTheyHave() {
    for (Machine machine : List.of(PLAIN, Results.MACHINE)) {
      for (Row row : new Rows(machine, WEIGHTS, SlideTiles.none()).all()) {
        List<String> names = row.sides().stream().map(Side::name).toList();
        assertThat(names).as(row.id()).doesNotHaveDuplicates();
        assertThat(row.comparisons())
            .as(row.id())
            .allSatisfy(c -> assertThat(names).contains(c.ours(), c.other()));
      }
    }
  }

  @Test
  void rows_withoutBfloat16_areFloat32Only() {
    Stream<Side> sides =
        new Rows(PLAIN, WEIGHTS, SlideTiles.none()).all().stream().flatMap(r -> r.sides().stream());
    assertThat(sides).noneMatch(side -> side.name().contains("bfloat16"));
  }

  @Test
  void peers_areScriptsThatExist() {
    Path scripts = Path.of("peers");
    new Rows(Results.MACHINE, WEIGHTS, SlideTiles.none())
        .all().stream()
            .flatMap(row -> row.sides().stream())
            .filter(side -> side.kind() == Side.Kind.PEER)
            .forEach(
                side ->
                    assertThat(Files.exists(scripts.resolve(side.arguments().get(0)))).isTrue());
  }

  @Test
  void ids_unknown_areRefusedWithTheKnownOnes() {
    assertThatThrownBy(
            () -> new Rows(PLAIN, WEIGHTS, SlideTiles.none()).named(List.of("embed-vit-x")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'embed-vit-x'")
        .hasMessageContaining("embed-vit-s16");
  }

  @Test
  void ids_absent_meanAllRows() {
    Rows rows = new Rows(PLAIN, WEIGHTS, SlideTiles.none());
    assertThat(rows.named(List.of())).isEqualTo(rows.all());
    assertThat(rows.named(List.of("full-vit-s16", "embed-vit-s16")))
        .extracting(Row::id)
        .containsExactly("embed-vit-s16", "full-vit-s16");
  }

  @Test
  void work_ofViTB16_isThatOfItsLayers() {
    // blocks: 11 of 2.908 and a pruned one of 0.480; patches: 0.231
    var base = TimmConfig.of("vit_base_patch16_224").shape();
    assertThat(VitWork.embedding(base)).isCloseTo(32.70, within(0.01));
    // pooled by the mean, nothing is pruned
    var mean = TimmConfig.of("vit_base_patch16_gap_224").shape();
    assertThat(VitWork.embedding(mean)).isCloseTo(34.9, within(0.2));
  }

  @Test
  void work_ofATrainingStep_isMoreThanTwiceAnEmbedding() {
    var small = TimmConfig.of("vit_small_patch16_224").shape();
    double embedding = VitWork.embedding(small);
    assertThat(VitWork.loraStep(small, 16)).isBetween(2 * embedding, 2.3 * embedding);
    assertThat(VitWork.fullStep(small)).isBetween(2.9 * embedding, 3 * embedding);
  }
}
