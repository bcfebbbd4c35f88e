package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.histofm.Seed;
import org.histofm.backbones.pixels.ColourJitter.Kind;
import org.histofm.backbones.pixels.ColourJitter.Step;
import org.histofm.provenance.Sha256;
import org.histofm.tile.Augmentation;
import org.junit.jupiter.api.Test;

class ColourJitterTest {
  @Test
  void apply_everyOrderOfTheFour_equalsTorchvisionOnPilByteForByte() {
    JsonNode cases = Fixtures.json("jitter.json").get("jitter");
    assertThat(cases).hasSize(24);
    for (JsonNode c : cases) {
      List<Step> steps = new ArrayList<>();
      c.get("steps").forEach(step -> steps.addAll(jitter(step).steps()));
      byte[] rgb = Fixtures.image(c).toBytes();
      new ColourJitter(steps).apply(rgb, 0, rgb.length);
      assertThat(new Sha256().add(rgb).hex()).as(c.toString()).isEqualTo(c.get("sha256").asText());
    }
  }

  static ColourJitter jitter(JsonNode step) {
    return new ColourJitter(
        List.of(
            new Step(Kind.valueOf(step.get("adjust").asText()), step.get("factor").asDouble())));
  }

  @Test
  void draw_manySeeds_coversItsRangesEvenly() {
    Augmentation augmentation = new Augmentation(false, false, 0.1, 0.2, 0.3, 0.4);
    double[] reach = {0.1, 0.2, 0.3, 0.4};
    int draws = 4800;
    Map<Kind, Map<Integer, Integer>> tenths = new EnumMap<>(Kind.class);
    Map<List<Kind>, Integer> orders = new HashMap<>();
    for (int seed = 0; seed < draws; seed++) {
      List<Step> steps = ColourJitter.draw(augmentation, Seed.of(seed)).steps();
      for (Step step : steps) {
        double centre = step.kind() == Kind.HUE ? 0 : 1;
        double unit = (step.factor() - centre) / reach[step.kind().ordinal()];
        assertThat(unit).isBetween(-1.0, 1.0);
        tenths
            .computeIfAbsent(step.kind(), kind -> new HashMap<>())
            .merge((int) Math.floor(unit * 5), 1, Integer::sum);
      }
      orders.merge(steps.stream().map(Step::kind).toList(), 1, Integer::sum);
    }
    assertThat(orders).hasSize(24);
    Tally.assertEven(orders.values());
    assertThat(tenths).hasSize(4);
    for (Map<Integer, Integer> counts : tenths.values()) {
      assertThat(counts).hasSize(10);
      Tally.assertEven(counts.values());
    }
  }

  @Test
  void draw_withoutOneKind_leavesTheOthersAsTheyAre() {
    for (int seed = 0; seed < 20; seed++) {
      List<Step> all = ColourJitter.draw(Augmentation.standard(), Seed.of(seed)).steps();
      List<Step> noContrast =
          ColourJitter.draw(new Augmentation(true, true, 0.1, 0, 0.1, 0.1), Seed.of(seed)).steps();
      assertThat(noContrast)
          .isEqualTo(all.stream().filter(step -> step.kind() != Kind.CONTRAST).toList());
    }
    assertThat(ColourJitter.draw(Augmentation.none(), Seed.of(1)).steps()).isEmpty();
  }
}
