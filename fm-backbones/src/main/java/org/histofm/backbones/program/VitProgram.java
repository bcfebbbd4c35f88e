package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;

/**
 * The program of a Vision Transformer, timm 1.0.29's {@code VisionTransformer}, as the list of its
 * layers.
 *
 * <p>A program is made ready by calling, for each of {@link #setup()}, its method with its
 * parameters, float32, each in memory that nothing else writes to; {@code copy} makes such a tensor
 * from one in a reused buffer. Then these methods, which change nothing, compute:
 *
 * <table>
 * <caption>Methods; n images, t tokens</caption>
 * <tr><th>method</th><th>argument</th><th>result, float32</th></tr>
 * <tr><td>{@code embed_bytes}</td><td>uint8 [n, height, width, 3]</td><td>[n, dim]</td></tr>
 * <tr><td>{@code embed_floats}</td><td>normalised float32 [n, 3, height, width]</td><td>[n, dim]
 * </td></tr>
 * <tr><td>{@code tokens_bytes}</td><td>as above</td><td>[n, t, dim]</td></tr>
 * <tr><td>{@code tokens_floats}</td><td>as above</td><td>[n, t, dim]</td></tr>
 * </table>
 *
 * <p>{@code embed} is timm's {@code forward_head(forward_features(x), pre_logits=True)} and {@code
 * tokens} its {@code forward_features(x)}. Immutable.
 */
public final class VitProgram {
  /** Name of the program's class. */
  public static final String TYPE = "Vit";

  /**
   * A call that makes one layer ready.
   *
   * @param method of the program
   * @param parameters its arguments in order
   */
  public record SetupStep(String method, List<ParameterSpec> parameters) {
    /** Copies the list. */
    public SetupStep {
      parameters = List.copyOf(parameters);
    }
  }

  private final List<SetupStep> setup;
  private final String source;
  private final List<String> fields;

  private VitProgram(List<SetupStep> setup, String source, List<String> fields) {
    this.setup = List.copyOf(setup);
    this.source = source;
    this.fields = fields;
  }

  /** Everything a network of this shape is made of, by timm's names, in the order of use. */
  public static List<ParameterSpec> parameters(VitShape shape) {
    // Names and sizes do not depend on how the text is written.
    Dialect any = new Dialect(Variant.PLAIN, Precision.FP32);
    return new Layers(shape, any, unnormalised(shape), 1)
        .all().stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  /** Preprocessing that leaves pixels as they are, where only names and sizes matter. */
  static Preprocessing unnormalised(VitShape shape) {
    return Preprocessing.of(shape.imageHeight(), List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
  }

  /**
   * The embedding program of a shape.
   *
   * @param variant operators to write it in
   * @param precision of activations and weights: FP32 or BF16
   * @param preprocessing whose mean and std normalise 8-bit images
   * @param batch images a call is laid out for; any other number works too
   * @throws IllegalArgumentException if the shape contradicts itself
   */
  public static VitProgram of(
      VitShape shape,
      Variant variant,
      Precision precision,
      Preprocessing preprocessing,
      int batch) {
    check(shape);
    Dialect dialect = new Dialect(variant, precision);
    Layers layers = new Layers(shape, dialect, preprocessing, batch);
    ProgramWriter out = new ProgramWriter(TYPE);

    dialect.writeMethods(out, shape.activation());
    writeCopy(out);
    List<SetupStep> setup = new ArrayList<>();
    for (Layer layer : layers.all()) {
      if (!layer.parameters().isEmpty()) {
        SetupStep step = new SetupStep("setup_" + layer.name(), layer.parameters());
        setup.add(step);
        List<String> arguments =
            layer.parameters().stream().map(p -> p.argument() + ": Tensor").toList();
        out.method(
            step.method(),
            arguments,
            "NoneType",
            () -> {
              layer.setup(out);
              out.line("return None");
            });
      }
    }

    layers.patchEmbed.writeInput(out);
    List<String> x = List.of("x: Tensor");
    out.method(
        "embed",
        x,
        "Tensor",
        () -> {
          layers.writeEmbedding(out);
          out.line("return x");
        });
    out.method(
        "tokens",
        x,
        "Tensor",
        () -> {
          layers.writeTokens(out);
          out.line("return x");
        });
    for (String result : List.of("embed", "tokens")) {
      for (String pixels : List.of("bytes", "floats")) {
        out.method(
            result + "_" + pixels,
            x,
            "Tensor",
            () -> out.line("return self.%s(self.%s(x))", result, pixels));
      }
    }
    return new VitProgram(setup, out.text(), out.fields());
  }

  /** Writes the method {@code copy}, which gives a tensor memory of its own. */
  static void writeCopy(ProgramWriter out) {
    out.method(
        "copy",
        List.of("x: Tensor"),
        "Tensor",
        () -> out.line("return torch.to(x, %d, False, True)", Dialect.Format.FLOAT32));
  }

  static void check(VitShape shape) {
    if (shape.dim() % shape.heads() != 0) {
      throw new IllegalArgumentException(
          shape.heads() + " heads do not divide a width of " + shape.dim());
    }
    if (shape.swiglu() && shape.mlpHidden() % 2 != 0) {
      throw new IllegalArgumentException(
          "a gated MLP needs an even hidden width, got " + shape.mlpHidden());
    }
    if (shape.pool() == VitShape.Pool.TOKEN && !shape.classToken()) {
      throw new IllegalArgumentException("there is no class token to pool by");
    }
    if (shape.patches() < 1 || shape.depth() < 1) {
      throw new IllegalArgumentException("a network has a patch and a block at least: " + shape);
    }
  }

  /** Calls that make the program ready, in order. */
  public List<SetupStep> setup() {
    return setup;
  }

  /** TorchScript text of the class {@link #TYPE}. */
  public String source() {
    return source;
  }

  /** Tensor fields of the class, in the order of declaration. */
  public List<String> fields() {
    return fields;
  }

  /** The layers of one network. */
  private static final class Layers {
    private final boolean poolsFirstToken;
    private final PatchEmbed patchEmbed;
    private final List<Layer> before = new ArrayList<>();
    private final Attention lastAttention;
    private final Mlp lastMlp;
    private final Head head;

    Layers(VitShape shape, Dialect dialect, Preprocessing preprocessing, int batch) {
      poolsFirstToken = shape.pool() == VitShape.Pool.TOKEN;
      patchEmbed = new PatchEmbed(shape, dialect, preprocessing, batch);
      before.add(patchEmbed);
      before.add(new Tokens(shape));
      if (shape.preNorm()) {
        before.add(new LayerNorm("norm_pre", "norm_pre", shape.dim(), shape.normEps()));
      }
      int rows = batch * (shape.prefixTokens() + shape.patches());
      int last = shape.depth() - 1;
      for (int block = 0; block < last; block++) {
        before.add(new Attention(shape, dialect, block, batch, false));
        before.add(new Mlp(shape, dialect, block, rows));
      }
      lastAttention = new Attention(shape, dialect, last, batch, poolsFirstToken);
      lastMlp = new Mlp(shape, dialect, last, poolsFirstToken ? batch : rows);
      head = new Head(shape);
    }

    List<Layer> all() {
      List<Layer> all = new ArrayList<>(before);
      all.addAll(List.of(lastAttention, lastMlp, head));
      return all;
    }

    void writeEmbedding(ProgramWriter out) {
      before.forEach(layer -> layer.forward(out));
      if (poolsFirstToken) {
        lastAttention.forwardFirst(out);
      } else {
        lastAttention.forward(out);
      }
      lastMlp.forward(out);
      head.forward(out);
    }

    void writeTokens(ProgramWriter out) {
      before.forEach(layer -> layer.forward(out));
      lastAttention.forward(out);
      lastMlp.forward(out);
      head.forwardTokens(out);
    }
  }
}
