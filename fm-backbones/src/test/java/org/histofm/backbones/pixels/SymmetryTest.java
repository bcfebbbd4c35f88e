package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.histofm.Seed;
import org.histofm.provenance.Sha256;
import org.histofm.tile.Augmentation;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;

class SymmetryTest {
  private static final Map<String, Symmetry> BY_PILLOWS_NAME =
      Map.of(
          "IDENTITY", new Symmetry(false, false, false),
          "FLIP_LEFT_RIGHT", new Symmetry(false, true, false),
          "FLIP_TOP_BOTTOM", new Symmetry(false, false, true),
          "ROTATE_90", Symmetry.of(false, false, 1),
          "ROTATE_180", Symmetry.of(false, false, 2),
          "ROTATE_270", Symmetry.of(false, false, 3),
          "TRANSPOSE", new Symmetry(true, false, false),
          "TRANSVERSE", new Symmetry(true, true, true));

  @Test
  void apply_eachOfTheEight_equalsPillow() {
    JsonNode fixture = Fixtures.json("jitter.json").get("turn");
    RgbImage image = Fixtures.image(fixture);
    assertThat(new HashSet<>(BY_PILLOWS_NAME.values())).hasSize(8);
    BY_PILLOWS_NAME.forEach(
        (name, symmetry) ->
            assertThat(new Sha256().add(applied(symmetry, image)).hex())
                .as(name)
                .isEqualTo(fixture.get("sha256").get(name).asText()));
  }

  @Test
  void of_mirrorsBeforeTheTurn_isThemOneAfterTheOther() {
    for (RgbImage image : List.of(Fixtures.image(1, 6, 6, false), Fixtures.image(2, 7, 7, false))) {
      for (boolean columns : new boolean[] {false, true}) {
        for (boolean rows : new boolean[] {false, true}) {
          byte[] stepwise = applied(new Symmetry(false, columns, rows), image);
          for (int turns = 0; turns < 4; turns++) {
            assertThat(applied(Symmetry.of(columns, rows, turns), image))
                .as("%s, %s, %s", columns, rows, turns)
                .isEqualTo(stepwise);
            Symmetry.of(false, false, 1).apply(stepwise, 0, image.width(), image.height());
          }
        }
      }
    }
    assertThatThrownBy(() -> Symmetry.of(false, false, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void apply_mirrorsOfAnyShape_keepItsSize() {
    RgbImage image = Fixtures.image(4, 5, 3, false);
    byte[] both = applied(new Symmetry(false, true, true), image);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 5; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(both[(y * 5 + x) * 3 + c]).isEqualTo((byte) image.get(4 - x, 2 - y, c));
        }
      }
    }
  }

  @Test
  void draw_manySeeds_givesEachAskedForEquallyOften() {
    assertEven(draws(new Augmentation(true, true, 0, 0, 0, 0)), BY_PILLOWS_NAME.values());
    assertEven(
        draws(new Augmentation(true, false, 0, 0, 0, 0)),
        List.of(
            new Symmetry(false, false, false),
            new Symmetry(false, true, false),
            new Symmetry(false, false, true),
            new Symmetry(false, true, true)));
    assertEven(
        draws(new Augmentation(false, true, 0, 0, 0, 0)),
        List.of(
            Symmetry.of(false, false, 0),
            Symmetry.of(false, false, 1),
            Symmetry.of(false, false, 2),
            Symmetry.of(false, false, 3)));
    assertThat(Set.copyOf(draws(Augmentation.none())))
        .containsExactly(new Symmetry(false, false, false));
  }

  private static List<Symmetry> draws(Augmentation augmentation) {
    List<Symmetry> draws = new ArrayList<>();
    for (int seed = 0; seed < 8000; seed++) {
      draws.add(Symmetry.draw(augmentation, Seed.of(seed).derive("symmetry").random()));
    }
    return draws;
  }

  private static void assertEven(List<Symmetry> draws, Collection<Symmetry> expected) {
    Map<Symmetry, Integer> counts = new HashMap<>();
    draws.forEach(symmetry -> counts.merge(symmetry, 1, Integer::sum));
    assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(expected);
    Tally.assertEven(counts.values());
  }

  private static byte[] applied(Symmetry symmetry, RgbImage image) {
    byte[] rgb = image.toBytes();
    symmetry.apply(rgb, 0, image.width(), image.height());
    return rgb;
  }
}
