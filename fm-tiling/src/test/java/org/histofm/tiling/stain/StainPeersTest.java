package org.histofm.tiling.stain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.api.Test;

/** Against torchstain, scikit-image and scikit-learn: scripts/fixtures/stain.py. */
class StainPeersTest {
  static RgbImage image(String name) throws IOException {
    try (InputStream in = StainPeersTest.class.getResourceAsStream("/stain/" + name)) {
      BufferedImage image = ImageIO.read(Objects.requireNonNull(in));
      byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
      for (int i = 0; i < rgb.length; i += 3) {
        int pixel = image.getRGB(i / 3 % image.getWidth(), i / 3 / image.getWidth());
        rgb[i] = (byte) (pixel >> 16);
        rgb[i + 1] = (byte) (pixel >> 8);
        rgb[i + 2] = (byte) pixel;
      }
      return RgbImage.of(image.getWidth(), image.getHeight(), rgb);
    }
  }

  private static JsonNode expected() throws IOException {
    try (InputStream in = StainPeersTest.class.getResourceAsStream("/stain/stain.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static double[] numbers(JsonNode node) {
    double[] numbers = new double[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = node.get(i).asDouble();
    }
    return numbers;
  }

  private static double[] numbers(OpticalDensity od) {
    return new double[] {od.red(), od.green(), od.blue()};
  }

  /** Mean and extreme of peer − ours in levels. */
  private static void assertClose(RgbImage ours, String peer, double mean, int most)
      throws IOException {
    byte[] a = ours.toBytes();
    byte[] b = image(peer).toBytes();
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      int difference = (b[i] & 0xff) - (a[i] & 0xff);
      assertThat(Math.abs(difference)).as("byte %s of %s", i, peer).isLessThanOrEqualTo(most);
      sum += difference;
    }
    assertThat(sum / a.length).as("mean difference to %s", peer).isCloseTo(mean, within(0.05));
  }

  @Test
  void macenko_equalsTorchstain() throws IOException {
    RgbImage source = image("source.png");
    RgbImage target = image("target.png");
    for (String name : new String[] {"source", "target"}) {
      Stains stains = Stains.ofMacenko(image(name + ".png")).orElseThrow();
      JsonNode peer = expected().get("macenko").get(name);
      assertThat(numbers(stains.haematoxylin()))
          .containsExactly(numbers(peer.get("haematoxylin")), within(1e-9));
      assertThat(numbers(stains.eosin())).containsExactly(numbers(peer.get("eosin")), within(1e-9));
      assertThat(new double[] {stains.maxHaematoxylin(), stains.maxEosin()})
          .containsExactly(numbers(peer.get("max")), within(1e-9));
    }
    StainResult result = StainNormaliser.macenkoLike(target).normalise(source);
    assertThat(result.isNormalised()).isTrue();
    assertClose(result.image(), "macenko.png", -0.5, 1);
  }

  @Test
  void reinhard_equalsTorchstain() throws IOException {
    for (String name : new String[] {"source", "target"}) {
      LabStatistics ours = LabStatistics.of(image(name + ".png"));
      JsonNode peer = expected().get("reinhard").get(name);
      double[] mean = {ours.meanL(), ours.meanA(), ours.meanB()};
      double[] deviation = {ours.deviationL(), ours.deviationA(), ours.deviationB()};
      assertThat(mean).containsExactly(numbers(peer.get("mean")), within(1e-4));
      assertThat(deviation).containsExactly(numbers(peer.get("deviation")), within(1e-4));
    }
    RgbImage ours = StainNormaliser.reinhardLike(image("target.png")).apply(image("source.png"));
    assertClose(ours, "reinhard.png", -0.5, 1);
  }

  @Test
  void vahadane_isAsGoodAFactorisationAsScikitLearns() throws IOException {
    RgbImage source = image("source.png");
    JsonNode peer = expected().get("vahadane");
    Vahadane ours = new Vahadane(source.toBytes());
    Stains stains = ours.stains().orElseThrow();
    assertThat(ours.objective())
        .isLessThan(peer.get("learnedObjective").asDouble() * (1 + 1e-4))
        .isCloseTo(peer.get("objective").asDouble(), within(1e-6));
    assertThat(numbers(stains.haematoxylin()))
        .containsExactly(numbers(peer.get("haematoxylin")), within(1e-9));
    assertThat(numbers(stains.eosin())).containsExactly(numbers(peer.get("eosin")), within(1e-9));
    assertThat(new double[] {stains.maxHaematoxylin(), stains.maxEosin()})
        .containsExactly(numbers(peer.get("max")), within(1e-9));
    assertAngle(stains.haematoxylin(), numbers(peer.get("learned").get(0)));
    assertAngle(stains.eosin(), numbers(peer.get("learned").get(1)));
    assertClose(
        StainNormaliser.vahadaneLike(image("target.png")).apply(source), "vahadane.png", 0, 1);
  }

  private static void assertAngle(OpticalDensity ours, double[] peer) {
    double cosine = ours.unit().dot(new OpticalDensity(peer[0], peer[1], peer[2]).unit());
    assertThat(Math.toDegrees(Math.acos(Math.min(1, cosine)))).isLessThan(1.5);
  }

  @Test
  void hed_equalsScikitImage() throws IOException {
    RgbImage source = image("source.png");
    float[] hed = Hed.separate(source);
    for (JsonNode pixel : expected().get("hed")) {
      int at =
          (pixel.get("at").get(1).asInt() * source.width() + pixel.get("at").get(0).asInt()) * 3;
      for (int s = 0; s < 3; s++) {
        assertThat((double) hed[at + s])
            .isCloseTo(pixel.get("value").get(s).asDouble(), within(1e-6));
      }
    }
  }
}
