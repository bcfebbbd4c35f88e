package org.histofm.backbones.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.Tuning;
import org.histofm.backbones.VitShapes;
import org.histofm.backbones.program.GradientCheck.Outcome;
import org.histofm.backbones.program.VitShape.Activation;
import org.histofm.backbones.program.VitShape.Pool;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each layer's gradients alone, against libtorch's differentiation of the embedding program's layer
 * and against finite differences.
 *
 * <p>Tolerances are of the relative norm, tensor by tensor. float32: 1e-4, a hundred times what
 * reordered sums of this size give. bfloat16: 4e-2, ten of its roundings of 2⁻⁸; biases of keys,
 * whose true gradient is zero since softmax does not see them, are left out.
 */
class LayerGradientTest {
  private static final int BATCH = 3;
  private static final Preprocessing PIXELS =
      Preprocessing.of(32, List.of(0.48, 0.46, 0.41), List.of(0.23, 0.22, 0.23));

  /** A layer in training beside the same in the embedding program. */
  private interface Pair {
    TrainingLayer training(Training training, VitShape shape);

    Layer reference(Dialect dialect, VitShape shape);

    default void forward(Layer reference, ProgramWriter out) {
      reference.forward(out);
    }

    long[] input(VitShape shape);

    long[] output(VitShape shape);

    default boolean hasInputGradient() {
      return true;
    }
  }

  private static int tokens(VitShape shape) {
    return shape.prefixTokens() + shape.patches();
  }

  private record AttentionPair(boolean firstOnly) implements Pair {
    @Override
    public TrainingLayer training(Training training, VitShape shape) {
      return new TrainingAttention(training, shape, 0, firstOnly);
    }

    @Override
    public Layer reference(Dialect dialect, VitShape shape) {
      return new Attention(shape, dialect, 0, BATCH, firstOnly);
    }

    @Override
    public void forward(Layer reference, ProgramWriter out) {
      if (firstOnly) {
        ((Attention) reference).forwardFirst(out);
      } else {
        reference.forward(out);
      }
    }

    @Override
    public long[] input(VitShape shape) {
      return new long[] {BATCH, tokens(shape), shape.dim()};
    }

    @Override
    public long[] output(VitShape shape) {
      return new long[] {BATCH, firstOnly ? 1 : tokens(shape), shape.dim()};
    }
  }

  private record MlpPair() implements Pair {
    @Override
    public TrainingLayer training(Training training, VitShape shape) {
      return new TrainingMlp(training, shape, 0, tokens(shape));
    }

    @Override
    public Layer reference(Dialect dialect, VitShape shape) {
      return new Mlp(shape, dialect, 0, BATCH * tokens(shape));
    }

    @Override
    public long[] input(VitShape shape) {
      return new long[] {BATCH, tokens(shape), shape.dim()};
    }

    @Override
    public long[] output(VitShape shape) {
      return input(shape);
    }
  }

  private record HeadPair() implements Pair {
    @Override
    public TrainingLayer training(Training training, VitShape shape) {
      return new TrainingHead(training, shape);
    }

    @Override
    public Layer reference(Dialect dialect, VitShape shape) {
      return new Head(shape);
    }

    @Override
    public long[] input(VitShape shape) {
      return new long[] {BATCH, shape.pool() == Pool.TOKEN ? 1 : tokens(shape), shape.dim()};
    }

    @Override
    public long[] output(VitShape shape) {
      return new long[] {BATCH, shape.dim()};
    }
  }

  private record TokensPair() implements Pair {
    @Override
    public TrainingLayer training(Training training, VitShape shape) {
      return new TrainingTokens(training, shape);
    }

    @Override
    public Layer reference(Dialect dialect, VitShape shape) {
      return new Tokens(shape);
    }

    @Override
    public long[] input(VitShape shape) {
      return new long[] {BATCH, shape.patches(), shape.dim()};
    }

    @Override
    public long[] output(VitShape shape) {
      return new long[] {BATCH, tokens(shape), shape.dim()};
    }
  }

  private record NormPair() implements Pair {
    @Override
    public TrainingLayer training(Training training, VitShape shape) {
      return new TrainingStreamNorm(training, shape);
    }

    @Override
    public Layer reference(Dialect dialect, VitShape shape) {
      return new LayerNorm("norm_pre", "norm_pre", shape.dim(), shape.normEps());
    }

    @Override
    public long[] input(VitShape shape) {
      return new long[] {BATCH, tokens(shape), shape.dim()};
    }

    @Override
    public long[] output(VitShape shape) {
      return input(shape);
    }
  }

  private record PatchPair() implements Pair {
    @Override
    public TrainingLayer training(Training training, VitShape shape) {
      return new TrainingPatchEmbed(
          training, shape, new PatchEmbed(shape, training.dialect(), PIXELS, BATCH));
    }

    @Override
    public Layer reference(Dialect dialect, VitShape shape) {
      return new PatchEmbed(shape, dialect, PIXELS, BATCH);
    }

    @Override
    public long[] input(VitShape shape) {
      return new long[] {BATCH, shape.patches(), 3L * shape.patchSize() * shape.patchSize()};
    }

    @Override
    public long[] output(VitShape shape) {
      return new long[] {BATCH, shape.patches(), shape.dim()};
    }

    @Override
    public boolean hasInputGradient() {
      return false;
    }
  }

  private static final Tuning LORA = Tuning.lora(4).withAlpha(6).withDropout(0);
  private static final Tuning FULL = Tuning.full();

  static Stream<Arguments> cases() {
    Map<String, Arguments> cases = new LinkedHashMap<>();
    add(cases, "attention", new AttentionPair(false), s -> {}, LORA, FULL);
    add(cases, "attention, first token", new AttentionPair(true), s -> {}, LORA, FULL);
    Consumer<VitShapes> rich =
        s -> {
          s.qkNorm = true;
          s.layerScale = true;
          s.qkvBias = false;
          s.registers = 2;
        };
    add(cases, "attention with q and k norm and scale", new AttentionPair(false), rich, LORA, FULL);
    add(cases, "rich attention, first token", new AttentionPair(true), rich, LORA, FULL);
    Consumer<VitShapes> many =
        s -> {
          s.imageHeight = 66;
          s.imageWidth = 66;
          s.patchSize = 2;
          s.dim = 8;
          s.heads = 2;
        };
    add(cases, "attention over 1,090 tokens", new AttentionPair(false), many, LORA, FULL);
    add(cases, "1,090 tokens, first one", new AttentionPair(true), many, FULL);
    add(
        cases,
        "only the projection adapted",
        new AttentionPair(false),
        s -> s.layerScale = true,
        Tuning.lora(2).withDropout(0).withTargets(Set.of(Tuning.LoraTarget.PROJ)));
    for (Activation activation : Activation.values()) {
      add(cases, "mlp " + activation, new MlpPair(), s -> s.activation = activation, LORA, FULL);
      add(
          cases,
          "gated mlp " + activation,
          new MlpPair(),
          s -> {
            s.activation = activation;
            s.swiglu = true;
            s.layerScale = true;
            s.projBias = activation != Activation.SILU;
          },
          LORA,
          FULL);
    }
    add(cases, "head, class token", new HeadPair(), s -> {}, FULL);
    add(
        cases,
        "head, mean of patches",
        new HeadPair(),
        s -> {
          s.pool = Pool.AVG;
          s.fcNorm = true;
        },
        FULL);
    add(
        cases,
        "head, mean of all, no final norm",
        new HeadPair(),
        s -> {
          s.pool = Pool.AVG;
          s.poolIncludesPrefix = true;
          s.finalNorm = false;
        },
        LORA);
    add(cases, "tokens", new TokensPair(), s -> s.registers = 2, FULL);
    add(
        cases,
        "tokens without their position",
        new TokensPair(),
        s -> {
          s.registers = 2;
          s.noEmbedClass = true;
        },
        FULL);
    add(cases, "norm before the blocks", new NormPair(), s -> {}, FULL, LORA);
    add(cases, "patches", new PatchPair(), s -> {}, FULL);
    add(cases, "patches without bias", new PatchPair(), s -> s.preNorm = true, FULL);
    return cases.values().stream();
  }

  private static void add(
      Map<String, Arguments> cases,
      String name,
      Pair pair,
      Consumer<VitShapes> change,
      Tuning... tunings) {
    for (Tuning tuning : tunings) {
      String full = name + (tuning instanceof Tuning.Lora ? ", LoRA" : ", full");
      cases.put(full, Arguments.of(Named.of(full, pair), VitShapes.with(change), tuning));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backward_anyLayer_isThatOfAutograd(Pair pair, VitShape shape, Tuning tuning) {
    for (Variant variant : Variant.values()) {
      for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
        Training training = new Training(new Dialect(variant, precision), tuning, BATCH);
        TrainingLayer layer = pair.training(training, shape);
        GradientCheck check = new GradientCheck(shape.activation(), training, List.of(layer));
        float[] x = GradientCheck.noise("x", pair.input(shape));
        float[] dy = GradientCheck.noise("dy", pair.output(shape));
        boolean input = pair.hasInputGradient();
        Outcome got =
            check.written(x, pair.input(shape), new float[0], dy, pair.output(shape), input);
        Layer reference = pair.reference(new Dialect(Variant.PLAIN, Precision.FP32), shape);
        Outcome wanted =
            check.oracle(
                List.of(reference),
                out -> pair.forward(reference, out),
                x,
                pair.input(shape),
                dy,
                pair.output(shape),
                input);
        String where = variant + " " + precision;
        double tolerance = precision == Precision.BF16 ? 4e-2 : 1e-4;
        close(where + " result", got.y(), wanted.y(), tolerance);
        close(where + " input", got.dx(), wanted.dx(), tolerance);
        assertThat(got.gradients()).containsOnlyKeys(wanted.gradients().keySet());
        wanted
            .gradients()
            .forEach(
                (name, gradient) ->
                    parameter(where + " " + name, got.gradient(name), gradient, tolerance));
      }
    }
  }

  private static void parameter(String name, float[] got, float[] wanted, double tolerance) {
    if (name.endsWith("qkv.bias")) {
      int dim = wanted.length / 3;
      for (int part : List.of(0, 2)) {
        close(name, slice(got, part, dim), slice(wanted, part, dim), tolerance);
      }
    } else if (!name.endsWith("k_norm.bias")) {
      close(name, got, wanted, tolerance);
    }
  }

  private static float[] slice(float[] values, int part, int size) {
    return Arrays.copyOfRange(values, part * size, (part + 1) * size);
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static void close(String name, float[] got, float[] wanted, double tolerance) {
    assertThat(got).as(name).hasSameSizeAs(wanted);
    float[] difference = new float[got.length];
    for (int i = 0; i < got.length; i++) {
      difference[i] = got[i] - wanted[i];
    }
    assertThat(norm(difference)).as(name).isLessThanOrEqualTo(tolerance * norm(wanted));
  }

  /** Along the gradient of all trained parameters: central difference of float32 results. */
  @ParameterizedTest
  @MethodSource("cases")
  void backward_anyLayer_isThatOfFiniteDifferences(Pair pair, VitShape shape, Tuning tuning) {
    Training training = new Training(new Dialect(Variant.PLAIN, Precision.FP32), tuning, BATCH);
    TrainingLayer layer = pair.training(training, shape);
    if (layer.trains()) {
      finiteDifferences(pair, shape, training, layer, new float[0]);
    }
  }

  static Stream<Arguments> dropping() {
    return Stream.of(
        Arguments.of(new AttentionPair(false)),
        Arguments.of(new AttentionPair(true)),
        Arguments.of(new MlpPair()));
  }

  @ParameterizedTest
  @MethodSource("dropping")
  void backward_dropout_isThatOfFiniteDifferencesUnderTheSameMasks(Pair pair) {
    VitShape shape = VitShapes.plain();
    Tuning tuning = Tuning.lora(4).withDropout(0.25);
    Training training = new Training(new Dialect(Variant.PLAIN, Precision.FP32), tuning, BATCH);
    TrainingLayer layer = pair.training(training, shape);
    float[] masks = GradientCheck.noise("masks", (long) BATCH * training.masks().perImage());
    for (int i = 0; i < masks.length; i++) {
      masks[i] = masks[i] > -0.67 ? 1 : 0;
    }
    finiteDifferences(pair, shape, training, layer, masks);
  }

  @ParameterizedTest
  @MethodSource("dropping")
  void forward_dropoutThatDropsNothing_scalesTheAdapter(Pair pair) {
    VitShape shape = VitShapes.plain();
    Tuning.Lora tuning = Tuning.lora(4).withDropout(0.25);
    float[] x = GradientCheck.noise("x", pair.input(shape));
    float[] dy = GradientCheck.noise("dy", pair.output(shape));
    List<Outcome> outcomes = new ArrayList<>();
    for (Tuning each : List.of(tuning, tuning.withDropout(0).withAlpha(tuning.alpha() / 0.75))) {
      Training training = new Training(new Dialect(Variant.PACKED, Precision.FP32), each, BATCH);
      TrainingLayer layer = pair.training(training, shape);
      GradientCheck check = new GradientCheck(shape.activation(), training, List.of(layer));
      float[] ones = new float[BATCH * training.masks().perImage()];
      Arrays.fill(ones, 1);
      outcomes.add(check.written(x, pair.input(shape), ones, dy, pair.output(shape), true));
    }
    close("result", outcomes.get(0).y(), outcomes.get(1).y(), 1e-6);
    close("input", outcomes.get(0).dx(), outcomes.get(1).dx(), 1e-6);
    outcomes
        .get(0)
        .gradients()
        .forEach((name, g) -> close(name, g, outcomes.get(1).gradient(name), 1e-6));
  }

  private static void finiteDifferences(
      Pair pair, VitShape shape, Training training, TrainingLayer layer, float[] masks) {
    GradientCheck check = new GradientCheck(shape.activation(), training, List.of(layer));
    float[] x = GradientCheck.noise("x", pair.input(shape));
    float[] dy = GradientCheck.noise("dy", pair.output(shape));
    Outcome middle = check.written(x, pair.input(shape), masks, dy, pair.output(shape), false);
    double size = 0;
    for (float[] gradient : middle.gradients().values()) {
      size += Math.pow(norm(gradient), 2);
    }
    // the direction is the gradient itself, so that the slope stands out of the rounding
    double scale = 2e-3 / Math.sqrt(size);
    double[] sums = new double[2];
    for (int side = 0; side < 2; side++) {
      double sign = side == 0 ? scale : -scale;
      Map<String, float[]> before = new LinkedHashMap<>();
      middle
          .gradients()
          .forEach(
              (name, gradient) -> {
                float[] values = check.value(name);
                before.put(name, values.clone());
                for (int i = 0; i < values.length; i++) {
                  values[i] += (float) (sign * gradient[i]);
                }
              });
      float[] y = check.written(x, pair.input(shape), masks, dy, pair.output(shape), false).y();
      for (int i = 0; i < y.length; i++) {
        sums[side] += (double) y[i] * dy[i];
      }
      check.values().putAll(before);
    }
    double slope = (sums[0] - sums[1]) / (2 * scale);
    assertThat(slope / size).isBetween(0.99, 1.01);
  }
}
