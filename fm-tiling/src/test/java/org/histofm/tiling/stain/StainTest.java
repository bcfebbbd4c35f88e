package org.histofm.tiling.stain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;

class StainTest {
  private static RgbImage flat(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return RgbImage.of(width, height, rgb);
  }

  private static RgbImage grey() {
    byte[] rgb = new byte[3 * 64 * 64];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % 200);
    }
    return RgbImage.of(64, 64, rgb);
  }

  private static List<StainNormaliser> normalisers() throws IOException {
    RgbImage target = StainPeersTest.image("target.png");
    return List.of(
        StainNormaliser.macenkoLike(target),
        StainNormaliser.vahadaneLike(target),
        StainNormaliser.reinhardLike(target));
  }

  @Test
  void tileWithoutTissue_comesBackAsItWas() throws IOException {
    byte[] noise = new byte[3 * 224 * 224];
    Arrays.fill(noise, (byte) 250);
    for (int i = 0; i < noise.length; i += 7) {
      noise[i] = (byte) (245 + i % 11);
    }
    for (RgbImage tile :
        List.of(
            flat(224, 224, 255, 255, 255),
            flat(224, 224, 0, 0, 0),
            flat(224, 224, 180, 90, 160),
            flat(1, 1, 180, 90, 160),
            flat(1, 1, 255, 255, 255),
            RgbImage.of(224, 224, noise),
            grey())) {
      for (StainNormaliser normaliser : normalisers()) {
        StainResult result = normaliser.normalise(tile);
        assertThat(result.isNormalised()).as("%s by %s", tile, normaliser.facts()).isFalse();
        assertThat(result.image()).isEqualTo(tile);
      }
    }
  }

  @Test
  void target_withoutTissue_isRefused() {
    RgbImage white = flat(64, 64, 255, 255, 255);
    assertThat(Stains.ofMacenko(white)).isEmpty();
    assertThat(Stains.ofVahadane(white)).isEmpty();
    assertThatThrownBy(() -> StainNormaliser.macenkoLike(white))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("too little stained tissue");
    assertThatThrownBy(() -> StainNormaliser.vahadaneLike(white))
        .isInstanceOf(InputException.class);
  }

  @Test
  void tile_ofKnownStains_isTakenApartRightly() {
    OpticalDensity h = Stains.REFERENCE.haematoxylin().unit();
    OpticalDensity e = Stains.REFERENCE.eosin().unit();
    Stains found = Stains.ofMacenko(mixed(h, e)).orElseThrow();
    assertThat(found.haematoxylin().unit().dot(h)).isGreaterThan(Math.cos(Math.toRadians(1)));
    assertThat(found.eosin().unit().dot(e)).isGreaterThan(Math.cos(Math.toRadians(1)));
  }

  /** Amounts at random; in a quarter of the pixels there is only the one, in another the other. */
  private static RgbImage mixed(OpticalDensity h, OpticalDensity e) {
    var random = Seed.of(4).random();
    byte[] rgb = new byte[3 * 64 * 64];
    for (int i = 0; i < rgb.length; i += 3) {
      int kind = random.nextInt(4);
      double first = kind == 0 ? 0 : 0.9 + 0.5 * random.nextDouble();
      double second = kind == 1 ? 0 : 0.9 + 0.5 * random.nextDouble();
      rgb[i] = level(first * h.red() + second * e.red());
      rgb[i + 1] = level(first * h.green() + second * e.green());
      rgb[i + 2] = level(first * h.blue() + second * e.blue());
    }
    return RgbImage.of(64, 64, rgb);
  }

  private static byte level(double density) {
    return (byte) Math.round(240 * Math.exp(-density) - 1);
  }

  @Test
  void hed_combined_isTheImageWhereNoStainWasNegative() {
    float[] amounts = {0.02f, 0.05f, 0.01f, 0, 0, 0, 0.1f, 0.01f, 0.03f};
    RgbImage mixed = Hed.combine(3, 1, amounts);
    float[] again = Hed.separate(mixed);
    for (int i = 0; i < amounts.length; i++) {
      assertThat((double) again[i]).isCloseTo(amounts[i], within(0.003));
    }
    assertThat(mixed.get(1, 0, 0)).isEqualTo(255);
    assertThatThrownBy(() -> Hed.combine(2, 1, amounts))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jitter_variesStainAsDrawn() throws IOException {
    RgbImage source = StainPeersTest.image("source.png");
    RgbImage one = HedJitter.light().apply(source, Seed.of(1));
    RgbImage two = HedJitter.light().apply(source, Seed.of(2));
    assertThat(one).isNotEqualTo(source).isNotEqualTo(two);
    assertThat(HedJitter.light().apply(source, Seed.of(1))).isEqualTo(one);
    double strong = mean(source, HedJitter.strong().apply(source, Seed.of(1)));
    assertThat(strong).isGreaterThan(mean(source, one));
    // Only a shift: white moves by exp of the mixed shifts, the same for every white pixel.
    RgbImage white = new HedJitter(0.5, 0).apply(flat(4, 4, 255, 255, 255), Seed.of(3));
    assertThat(white).as("factors leave white").isEqualTo(flat(4, 4, 255, 255, 255));
    assertThatThrownBy(() -> new HedJitter(2, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HedJitter.light().apply(new byte[10], 0, 4, Seed.of(1)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(HedJitter.light().describe()).isEqualTo("HED jitter, factor 1 ± 0.05, shift ± 0.05");
  }

  private static double mean(RgbImage a, RgbImage b) {
    byte[] x = a.toBytes();
    byte[] y = b.toBytes();
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += Math.abs((x[i] & 0xff) - (y[i] & 0xff));
    }
    return sum / x.length;
  }

  @Test
  void facts_nameMethodAndTarget() {
    assertThat(StainNormaliser.macenko(Stains.REFERENCE).facts().asMap())
        .containsEntry("stain normalisation", "macenko")
        .containsEntry("haematoxylin", "0.562600 0.720100 0.406200, at most 1.970500");
  }

  @Test
  void source_normalisedToItself_staysAsItIs() throws IOException {
    for (String name : List.of("source.png", "target.png")) {
      RgbImage image = StainPeersTest.image(name);
      byte[] before = image.toBytes();
      byte[] reinhard = StainNormaliser.reinhardLike(image).apply(image).toBytes();
      for (int i = 0; i < before.length; i++) {
        assertThat(Math.abs((before[i] & 0xff) - (reinhard[i] & 0xff))).isLessThanOrEqualTo(1);
      }
      // Two stains cannot give every colour back: the difference is what their plane leaves out
      // (torchstain has the same).
      assertThat(mean(image, StainNormaliser.macenkoLike(image).apply(image))).isLessThan(12);
      assertThat(mean(image, StainNormaliser.vahadaneLike(image).apply(image))).isLessThan(12);
    }
    RgbImage mixed = mixed(Stains.REFERENCE.haematoxylin().unit(), Stains.REFERENCE.eosin().unit());
    assertThat(mean(mixed, StainNormaliser.macenkoLike(mixed).apply(mixed)))
        .as("a tile of just two stains, less the 1 that the published code adds and never takes")
        .isLessThan(1.5);
    assertThat(mean(mixed, StainNormaliser.vahadaneLike(mixed).apply(mixed))).isLessThan(4);
  }
}
