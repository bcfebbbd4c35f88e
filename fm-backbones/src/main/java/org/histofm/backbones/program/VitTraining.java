package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.Tuning;
import org.histofm.backbones.program.TrainedParameters.Parameter;
import org.histofm.backbones.program.VitProgram.SetupStep;

/**
 * The program that trains a Vision Transformer: forward and backward passes and the optimiser, with
 * gradients written by hand. Layers below the first one that is trained are those of the embedding
 * program: nothing is kept of them and no gradient passes through them.
 *
 * <p>It is made ready like a {@link VitProgram}: for each of {@link #setup()} its method with its
 * parameters, among them the adapters' by the names {@code <layer>.lora_A.weight} and {@code
 * <layer>.lora_B.weight}; then {@code refresh}. Its methods:
 *
 * <table>
 * <caption>Methods; n images</caption>
 * <tr><th>method</th><th>arguments</th><th>result</th></tr>
 * <tr><td>{@code forward_bytes}</td><td>uint8 [n, height, width, 3], masks</td><td>
 * embedding float32 [n, dim], list of what is kept</td></tr>
 * <tr><td>{@code forward_floats}</td><td>normalised float32 [n, 3, height, width], masks</td><td>as
 * above</td></tr>
 * <tr><td>{@code backward}</td><td>what was kept, which is emptied; gradient [n, dim]</td><td>
 * none</td></tr>
 * <tr><td>{@code norm}</td><td></td><td>float32 [1]: norm of all gradients</td></tr>
 * <tr><td>{@code step}</td><td>learning rate of each group, weight decay, gradient scale, number of
 * the step from 1</td><td>none</td></tr>
 * <tr><td>{@code forget}</td><td></td><td>none: drops all gradients</td></tr>
 * <tr><td>{@code values, first_moments, second_moments, gradients}</td><td></td><td>list of
 * tensors, in the order of {@link #trained}</td></tr>
 * <tr><td>{@code assign}</td><td>values, first moments, second moments</td><td>none</td></tr>
 * </table>
 *
 * <p>Immutable.
 */
public final class VitTraining {
  /** Name of the program's class. */
  public static final String TYPE = "VitTraining";

  /** Group of what stands before the blocks. */
  static final String EMBED = "embed";

  private final List<SetupStep> setup;
  private final List<ParameterSpec> trained;
  private final List<String> groups;
  private final int masks;
  private final String source;
  private final List<String> fields;

  private VitTraining(
      List<SetupStep> setup,
      List<ParameterSpec> trained,
      List<String> groups,
      int masks,
      String source,
      List<String> fields) {
    this.setup = List.copyOf(setup);
    this.trained = List.copyOf(trained);
    this.groups = List.copyOf(groups);
    this.masks = masks;
    this.source = source;
    this.fields = fields;
  }

  /**
   * The training program of a shape.
   *
   * @param variant operators to write it in
   * @param precision of activations and of the weights that compute: FP32 or BF16; trained values,
   *     gradients of parameters and moments are float32
   * @param batch images a call is laid out for; any other number works too
   * @throws IllegalArgumentException if the shape contradicts itself, or has fewer blocks than are
   *     to be trained
   */
  public static VitTraining of(
      VitShape shape,
      Tuning tuning,
      Variant variant,
      Precision precision,
      Preprocessing preprocessing,
      int batch) {
    VitProgram.check(shape);
    Dialect dialect = new Dialect(variant, precision);
    Training training = new Training(dialect, tuning, batch);
    TrainedParameters trained = training.trained();
    Layers layers = new Layers(training, shape, preprocessing);
    ProgramWriter out = new ProgramWriter(TYPE);
    dialect.writeMethods(out, shape.activation());
    dialect.writeTrainingMethods(out);
    VitProgram.writeCopy(out);
    List<SetupStep> setup = layers.writeSetup(out);
    writeRefresh(out, layers);
    layers.patchEmbed.writeInput(out);
    writePasses(out, layers);
    List<String> groups = groups(trained);
    writeOptimiser(out, tuning.optimiser(), trained, groups);
    writeState(out, trained);
    return new VitTraining(
        setup,
        trained.all().stream().map(Parameter::spec).toList(),
        groups,
        training.masks().perImage(),
        out.text(),
        out.fields());
  }

  /**
   * What a tuning trains of a shape, in order.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static List<ParameterSpec> trained(VitShape shape, Tuning tuning) {
    // Names and sizes do not depend on how the text is written.
    Training any = new Training(new Dialect(Variant.PLAIN, Precision.FP32), tuning, 1);
    new Layers(any, shape, VitProgram.unnormalised(shape));
    return any.trained().all().stream().map(Parameter::spec).toList();
  }

  /** Calls that make the program ready, in order, before {@code refresh}. */
  public List<SetupStep> setup() {
    return setup;
  }

  /** The trained parameters in order. */
  public List<ParameterSpec> trained() {
    return trained;
  }

  /** Learning-rate groups from the input to the output. */
  public List<String> groups() {
    return groups;
  }

  /**
   * How many dropout masks an image needs: {@code masks} is uint8 [n · this], 1 for a value that is
   * kept and 0 for one that is dropped.
   */
  public int masksPerImage() {
    return masks;
  }

  /** TorchScript text of the class {@link #TYPE}. */
  public String source() {
    return source;
  }

  /** Tensor fields of the class, in the order of declaration. */
  public List<String> fields() {
    return fields;
  }

  private static List<String> groups(TrainedParameters trained) {
    LinkedHashSet<String> groups = new LinkedHashSet<>();
    trained.all().forEach(parameter -> groups.add(parameter.group()));
    return List.copyOf(groups);
  }

  private static void writeRefresh(ProgramWriter out, Layers layers) {
    out.method(
        "refresh",
        List.of(),
        "NoneType",
        () -> {
          layers.trained.forEach(layer -> layer.refresh(out));
          out.line("return None");
        });
  }

  private static void writePasses(ProgramWriter out, Layers layers) {
    Saved saved = new Saved();
    List<String> arguments = List.of("x: Tensor", "masks: Tensor");
    out.method(
        "forward",
        arguments,
        "Tuple[Tensor, List[Tensor]]",
        () -> {
          out.line("saved : List[Tensor] = []");
          layers.frozen.forEach(layer -> layer.forward(out));
          layers.trained.forEach(layer -> layer.forward(out, saved));
          out.line("return (x, saved)");
        });
    for (String pixels : List.of("bytes", "floats")) {
      out.method(
          "forward_" + pixels,
          arguments,
          "Tuple[Tensor, List[Tensor]]",
          () -> out.line("return self.forward(self.%s(x), masks)", pixels));
    }
    out.method(
        "backward",
        List.of("saved: List[Tensor]", "d: Tensor"),
        "NoneType",
        () -> {
          for (int i = layers.trained.size() - 1; i >= 0; i--) {
            boolean below = layers.trained.subList(0, i).stream().anyMatch(TrainingLayer::trains);
            layers.trained.get(i).backward(out, saved, below);
          }
          saved.requireEmpty();
          out.line("return None");
        });
  }

  private static void writeOptimiser(
      ProgramWriter out, Optimiser optimiser, TrainedParameters trained, List<String> groups) {
    out.method(
        "norm",
        List.of(),
        "Tensor",
        () -> {
          out.line("n = torch.zeros([1], dtype=%d)", Dialect.Format.FLOAT64);
          for (Parameter parameter : trained.all()) {
            out.line(
                "n = torch.add(n, torch.sum(torch.square(self.%s), dtype=%d))",
                parameter.gradient(), Dialect.Format.FLOAT64);
          }
          out.line("return torch.to(torch.sqrt(n), %d)", Dialect.Format.FLOAT32);
        });
    out.method(
        "update",
        List.of(
            "p: List[Tensor]",
            "g: List[Tensor]",
            "m: List[Tensor]",
            "v: List[Tensor]",
            "rate: float",
            "decay: float",
            "t: int"),
        "NoneType",
        () -> {
          update(out, optimiser);
          out.line("return None");
        });
    out.method(
        "step",
        List.of("rates: List[float]", "decay: float", "scale: float", "t: int"),
        "NoneType",
        () -> {
          out.line("if torch.ne(scale, 1.):");
          for (Parameter parameter : trained.all()) {
            out.line("  torch.mul_(self.%s, scale)", parameter.gradient());
          }
          for (int group = 0; group < groups.size(); group++) {
            for (boolean decays : List.of(true, false)) {
              String name = groups.get(group);
              List<Parameter> members =
                  trained.all().stream()
                      .filter(p -> p.group().equals(name) && p.decays() == decays)
                      .toList();
              if (!members.isEmpty()) {
                out.line(
                    "self.update(%s, %s, %s, %s, rates[%d], %s, t)",
                    list(members, Parameter::field),
                    list(members, Parameter::gradient),
                    list(members, Parameter::first),
                    list(members, Parameter::second),
                    group,
                    decays ? "decay" : "0.");
              }
            }
          }
          out.line("self.forget()");
          out.line("self.refresh()");
          out.line("return None");
        });
    out.method(
        "forget",
        List.of(),
        "NoneType",
        () -> {
          for (Parameter parameter : trained.all()) {
            out.line("self.%s = torch.empty([0])", parameter.gradient());
          }
          out.line("return None");
        });
  }

  /** As PyTorch's {@code _single_tensor_adam} and {@code _single_tensor_sgd} do, list by list. */
  private static void update(ProgramWriter out, Optimiser optimiser) {
    if (optimiser.rule() == Optimiser.Rule.ADAMW) {
      out.line("torch._foreach_mul_(p, torch.sub(1., torch.mul(rate, decay)))");
    } else {
      out.line("if torch.ne(decay, 0.):");
      out.line("  torch._foreach_add_(g, p, alpha=decay)");
    }
    if (optimiser.rule() == Optimiser.Rule.SGD) {
      out.line("torch._foreach_add_(p, g, alpha=torch.neg(rate))");
      return;
    }
    double beta1 = optimiser.beta1();
    double beta2 = optimiser.beta2();
    out.line("torch._foreach_lerp_(m, g, %s)", number(1 - beta1));
    out.line("torch._foreach_mul_(v, %s)", number(beta2));
    out.line("torch._foreach_addcmul_(v, g, g, %s)", number(1 - beta2));
    out.line("d = torch._foreach_sqrt(v)");
    out.line("torch._foreach_div_(d, torch.sqrt(torch.sub(1., torch.pow(%s, t))))", number(beta2));
    out.line("torch._foreach_add_(d, %s)", number(optimiser.epsilon()));
    out.line("size = torch.neg(torch.div(rate, torch.sub(1., torch.pow(%s, t))))", number(beta1));
    out.line("torch._foreach_addcdiv_(p, m, d, size)");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%s", value);
  }

  private static void writeState(ProgramWriter out, TrainedParameters trained) {
    Map<String, Function<Parameter, String>> lists = new LinkedHashMap<>();
    lists.put("values", Parameter::field);
    lists.put("first_moments", Parameter::first);
    lists.put("second_moments", Parameter::second);
    lists.put("gradients", Parameter::gradient);
    lists.forEach(
        (name, field) ->
            out.method(
                name,
                List.of(),
                "List[Tensor]",
                () -> out.line("return %s", list(trained.all(), field))));
    out.method(
        "assign",
        List.of("p: List[Tensor]", "m: List[Tensor]", "v: List[Tensor]"),
        "NoneType",
        () -> {
          List<Parameter> all = trained.all();
          for (int i = 0; i < all.size(); i++) {
            out.line("self.%s = torch.clone(p[%d])", all.get(i).field(), i);
            out.line("self.%s = torch.clone(m[%d])", all.get(i).first(), i);
            out.line("self.%s = torch.clone(v[%d])", all.get(i).second(), i);
          }
          out.line("self.refresh()");
          out.line("return None");
        });
  }

  private static String list(List<Parameter> parameters, Function<Parameter, String> field) {
    return parameters.stream()
        .map(parameter -> "self." + field.apply(parameter))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** The layers of one network: those that are computed only, then those that are trained. */
  private static final class Layers {
    private final PatchEmbed patchEmbed;
    private final List<Layer> frozen = new ArrayList<>();
    private final List<TrainingLayer> trained = new ArrayList<>();

    Layers(Training training, VitShape shape, Preprocessing preprocessing) {
      Dialect dialect = training.dialect();
      int batch = training.batch();
      int tokens = shape.prefixTokens() + shape.patches();
      boolean byToken = shape.pool() == VitShape.Pool.TOKEN;
      int firstTrained = firstTrainedBlock(training.tuning(), shape);
      patchEmbed = new PatchEmbed(shape, dialect, preprocessing, batch);
      if (training.tuning() instanceof Tuning.Full) {
        trained.add(new TrainingPatchEmbed(training, shape, patchEmbed));
        trained.add(new TrainingTokens(training, shape));
        if (shape.preNorm()) {
          trained.add(new TrainingStreamNorm(training, shape));
        }
      } else {
        frozen.add(patchEmbed);
        frozen.add(new Tokens(shape));
        if (shape.preNorm()) {
          frozen.add(new LayerNorm("norm_pre", "norm_pre", shape.dim(), shape.normEps()));
        }
      }
      for (int block = 0; block < firstTrained; block++) {
        frozen.add(new Attention(shape, dialect, block, batch, false));
        frozen.add(new Mlp(shape, dialect, block, batch * tokens));
      }
      for (int block = firstTrained; block < shape.depth(); block++) {
        boolean firstOnly = byToken && block == shape.depth() - 1;
        trained.add(new TrainingAttention(training, shape, block, firstOnly));
        trained.add(new TrainingMlp(training, shape, block, firstOnly ? 1 : tokens));
      }
      trained.add(new TrainingHead(training, shape));
    }

    private static int firstTrainedBlock(Tuning tuning, VitShape shape) {
      if (tuning instanceof Tuning.LastBlocks last) {
        if (last.blocks() > shape.depth()) {
          throw new IllegalArgumentException(
              last.blocks() + " blocks are to be trained of " + shape.depth());
        }
        return shape.depth() - last.blocks();
      }
      return 0;
    }

    List<SetupStep> writeSetup(ProgramWriter out) {
      List<SetupStep> steps = new ArrayList<>();
      for (Layer layer : frozen) {
        step(out, steps, layer.name(), layer.parameters(), () -> layer.setup(out));
      }
      for (TrainingLayer layer : trained) {
        step(out, steps, layer.name(), layer.parameters(), () -> layer.setup(out));
      }
      return steps;
    }

    private static void step(
        ProgramWriter out,
        List<SetupStep> steps,
        String layer,
        List<ParameterSpec> parameters,
        Runnable body) {
      if (!parameters.isEmpty()) {
        SetupStep step = new SetupStep("setup_" + layer, parameters);
        steps.add(step);
        List<String> arguments = parameters.stream().map(p -> p.argument() + ": Tensor").toList();
        out.method(
            step.method(),
            arguments,
            "NoneType",
            () -> {
              body.run();
              out.line("return None");
            });
      }
    }
  }
}
