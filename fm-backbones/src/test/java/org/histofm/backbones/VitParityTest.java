package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.histofm.Seed;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.program.VitShape.Activation;
import org.histofm.backbones.program.VitShape.Pool;
import org.histofm.plugin.Options;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of a shape, in every dialect, against {@link NaiveVit}. */
class VitParityTest {
  private static final int IMAGES = 4;
  private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> STD = List.of(0.229, 0.224, 0.225);

  /** The largest seen here is 4e-7; 2e-5 would still be good. */
  private static final double FLOAT32 = 4e-6;

  /** The largest seen here are 0.007 and 0.023; 0.03 and 0.3 would still be good. */
  private static final double BFLOAT16 = 0.015;

  private static final double BFLOAT16_OF_SPREAD = 0.1;

  static Stream<Arguments> shapes() {
    Map<String, VitShape> shapes = new LinkedHashMap<>();
    shapes.put("plain", VitShapes.plain());
    shapes.put("registers", VitShapes.with(s -> s.registers = 3));
    shapes.put("noEmbedClass", VitShapes.with(s -> s.noEmbedClass = true));
    shapes.put(
        "noEmbedClass with registers",
        VitShapes.with(
            s -> {
              s.noEmbedClass = true;
              s.registers = 2;
            }));
    shapes.put("no position table", VitShapes.with(s -> s.positionTable = false));
    shapes.put("preNorm", VitShapes.with(s -> s.preNorm = true));
    shapes.put("layerScale", VitShapes.with(s -> s.layerScale = true));
    shapes.put("tanh GELU", VitShapes.with(s -> s.activation = Activation.GELU_TANH));
    shapes.put("SiLU", VitShapes.with(s -> s.activation = Activation.SILU));
    shapes.put("ReLU", VitShapes.with(s -> s.activation = Activation.RELU));
    shapes.put(
        "SwiGLU",
        VitShapes.with(
            s -> {
              s.swiglu = true;
              s.activation = Activation.SILU;
              s.layerScale = true;
            }));
    shapes.put(
        "gated GELU without biases",
        VitShapes.with(
            s -> {
              s.swiglu = true;
              s.projBias = false;
            }));
    shapes.put("no qkv bias", VitShapes.with(s -> s.qkvBias = false));
    shapes.put(
        "no proj bias, layerScale",
        VitShapes.with(
            s -> {
              s.projBias = false;
              s.layerScale = true;
            }));
    shapes.put("qkNorm", VitShapes.with(s -> s.qkNorm = true));
    shapes.put("no final norm", VitShapes.with(s -> s.finalNorm = false));
    shapes.put(
        "average, fc_norm",
        VitShapes.with(
            s -> {
              s.pool = Pool.AVG;
              s.finalNorm = false;
              s.fcNorm = true;
            }));
    shapes.put(
        "average of all tokens, final norm",
        VitShapes.with(
            s -> {
              s.pool = Pool.AVG;
              s.poolIncludesPrefix = true;
              s.registers = 1;
            }));
    shapes.put(
        "average without class token, qkNorm, no qkv bias",
        VitShapes.with(
            s -> {
              s.pool = Pool.AVG;
              s.classToken = false;
              s.qkNorm = true;
              s.qkvBias = false;
            }));
    shapes.put(
        "registers without class token",
        VitShapes.with(
            s -> {
              s.pool = Pool.AVG;
              s.classToken = false;
              s.registers = 2;
              s.poolIncludesPrefix = true;
            }));
    shapes.put(
        "class token, fc_norm",
        VitShapes.with(
            s -> {
              s.fcNorm = true;
              s.finalNorm = false;
            }));
    shapes.put(
        "not square, not divisible",
        VitShapes.with(
            s -> {
              s.imageHeight = 27;
              s.imageWidth = 45;
            }));
    shapes.put("one block", VitShapes.with(s -> s.depth = 1));
    shapes.put(
        "many tokens",
        VitShapes.with(
            s -> {
              s.patchSize = 1;
              s.imageWidth = 33;
              s.depth = 1;
              s.dim = 16;
              s.mlpHidden = 16;
            }));
    return shapes.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void embedding_everyShapeInEveryDialect_isThatOfPlainLoops(String name, VitShape shape) {
    TestParameters parameters = new TestParameters(shape, 7);
    byte[] bytes = pixels(shape);
    float[] floats = normalised(shape, bytes);
    NaiveVit naive = new NaiveVit(shape, parameters.values());
    double[][] embeddings = new double[IMAGES][];
    double[][] tokens = new double[IMAGES][];
    for (int i = 0; i < IMAGES; i++) {
      double[][][] image = image(shape, bytes, i);
      embeddings[i] = naive.embed(image);
      tokens[i] = Arrays.stream(naive.tokens(image)).flatMapToDouble(Arrays::stream).toArray();
    }

    PixelBatch byteBatch =
        PixelBatch.ofBytes(IMAGES, shape.imageHeight(), shape.imageWidth(), bytes);
    PixelBatch floatBatch =
        PixelBatch.ofFloats(IMAGES, shape.imageHeight(), shape.imageWidth(), floats);
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      for (String variant : List.of("packed", "plain")) {
        try (VitBackbone backbone = open(shape, parameters, precision, variant)) {
          String what = name + ", " + precision + ", " + variant;
          check(what + ", bytes", precision, embeddings, backbone.embed(byteBatch).toArray());
          check(what + ", floats", precision, embeddings, backbone.embed(floatBatch).toArray());
          check(what + ", tokens", precision, tokens, backbone.tokens(byteBatch).toArray());
          check(what + ", f tokens", precision, tokens, backbone.tokens(floatBatch).toArray());
        }
      }
    }
  }

  static VitBackbone open(
      VitShape shape, TestParameters parameters, Precision precision, String variant) {
    BackboneCard card =
        BackboneCard.of("test", shape.dim(), Preprocessing.of(shape.imageHeight(), MEAN, STD));
    return VitBackbone.open(
        card,
        shape,
        () -> parameters,
        BackboneRequest.of("test", Weights.random(Seed.of(1)))
            .withPrecision(precision)
            .withOptions(Options.none().with("variant", variant)),
        EngineSettings.defaults());
  }

  /** Compares row by row; the spread of a row is its distance from the mean of the batch. */
  private static void check(String what, Precision precision, double[][] wanted, float[] got) {
    int width = wanted[0].length;
    double[] mean = new double[width];
    for (double[] row : wanted) {
      for (int d = 0; d < width; d++) {
        mean[d] += row[d] / wanted.length;
      }
    }
    for (int i = 0; i < wanted.length; i++) {
      double difference = 0;
      double norm = 0;
      double spread = 0;
      double product = 0;
      double gotNorm = 0;
      for (int d = 0; d < width; d++) {
        double w = wanted[i][d];
        double g = got[i * width + d];
        difference += (w - g) * (w - g);
        norm += w * w;
        gotNorm += g * g;
        product += w * g;
        spread += (w - mean[d]) * (w - mean[d]);
      }
      double relative = Math.sqrt(difference / norm);
      if (precision == Precision.FP32) {
        assertThat(relative).as(what + ", image " + i).isLessThan(FLOAT32);
      } else {
        assertThat(relative).as(what + ", image " + i).isLessThan(BFLOAT16);
        assertThat(product / Math.sqrt(norm * gotNorm)).as(what).isGreaterThan(0.999);
        assertThat(Math.sqrt(difference / spread))
            .as(what + " against spread")
            .isLessThan(BFLOAT16_OF_SPREAD);
      }
    }
  }

  /**
   * Noise on a colour of each image's own: pure noise averages out over many tokens, and images
   * that hardly differ say nothing about an error.
   */
  private static byte[] pixels(VitShape shape) {
    SplittableRandom random = new SplittableRandom(5);
    byte[] bytes = new byte[IMAGES * 3 * shape.imageHeight() * shape.imageWidth()];
    int size = bytes.length / IMAGES;
    int[] colour = new int[3];
    for (int i = 0; i < bytes.length; i++) {
      if (i % size < 3) {
        colour[i % 3] = random.nextInt(128);
      }
      bytes[i] = (byte) (colour[i % 3] + random.nextInt(128));
    }
    return bytes;
  }

  private static double[][][] image(VitShape shape, byte[] bytes, int index) {
    int h = shape.imageHeight();
    int w = shape.imageWidth();
    double[][][] image = new double[3][h][w];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          int value = bytes[((index * h + y) * w + x) * 3 + c] & 0xff;
          image[c][y][x] = (value / 255.0 - MEAN.get(c)) / STD.get(c);
        }
      }
    }
    return image;
  }

  private static float[] normalised(VitShape shape, byte[] bytes) {
    float[] floats = new float[bytes.length];
    int at = 0;
    for (int i = 0; i < IMAGES; i++) {
      for (double[][] channel : image(shape, bytes, i)) {
        for (double[] row : channel) {
          for (double value : row) {
            floats[at++] = (float) value;
          }
        }
      }
    }
    return floats;
  }
}
