package org.histofm.backbones.program;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.histofm.Seed;
import org.histofm.backbone.Tuning;
import org.histofm.backbones.engine.Autograd;
import org.histofm.backbones.engine.Engine;
import org.histofm.backbones.engine.EngineList;
import org.histofm.backbones.engine.EngineModule;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.engine.EngineTensor;
import org.histofm.backbones.program.TrainedParameters.Parameter;
import org.histofm.backbones.program.VitShape.Activation;

/**
 * Training layers on their own, held against the layers of the embedding program, which libtorch
 * differentiates, and against finite differences of their own results.
 */
final class GradientCheck {
  private static final Engine ENGINE = Engine.start(EngineSettings.defaults());

  /**
   * What comes out of a layer and its backward text.
   *
   * @param y result
   * @param dx gradient of the input, or empty
   * @param gradients of the trained parameters, by name
   */
  record Outcome(float[] y, float[] dx, Map<String, float[]> gradients) {
    float[] gradient(String name) {
      return Objects.requireNonNull(gradients.get(name), name);
    }
  }

  private final Activation activation;
  private final Training training;
  private final List<TrainingLayer> layers;
  private final Map<String, float[]> values = new LinkedHashMap<>();

  /**
   * @param layers that {@code training} was given to
   */
  GradientCheck(Activation activation, Training training, List<TrainingLayer> layers) {
    this.activation = activation;
    this.training = training;
    this.layers = layers;
    for (TrainingLayer layer : layers) {
      for (ParameterSpec spec : layer.parameters()) {
        values.put(spec.name(), draw(spec));
      }
    }
  }

  private static float[] draw(ParameterSpec spec) {
    SplittableRandom random = Seed.of(5).derive(spec.name()).random();
    boolean vector = spec.shape().size() == 1;
    double scale = vector ? 0.3 : 1 / Math.sqrt(spec.shape().get(spec.shape().size() - 1));
    double centre = vector && !spec.name().endsWith("bias") ? 1 : 0;
    float[] drawn = new float[Math.toIntExact(spec.count())];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (float) (centre + scale * random.nextGaussian());
    }
    return drawn;
  }

  static float[] noise(String name, long... shape) {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    SplittableRandom random = Seed.of(6).derive(name).random();
    float[] drawn = new float[Math.toIntExact(count)];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (float) random.nextGaussian();
    }
    return drawn;
  }

  float[] value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  Map<String, float[]> values() {
    return values;
  }

  /** Runs the texts under test. */
  Outcome written(
      float[] x, long[] shape, float[] masks, float[] dy, long[] dyShape, boolean input) {
    ProgramWriter out = new ProgramWriter("Written");
    training.dialect().writeMethods(out, activation);
    training.dialect().writeTrainingMethods(out);
    VitProgram.writeCopy(out);
    for (TrainingLayer layer : layers) {
      out.method(
          "setup_" + layer.name(),
          layer.parameters().stream().map(p -> p.argument() + ": Tensor").toList(),
          "NoneType",
          () -> {
            layer.setup(out);
            out.line("return None");
          });
    }
    out.method(
        "refresh",
        List.of(),
        "NoneType",
        () -> {
          layers.forEach(layer -> layer.refresh(out));
          out.line("return None");
        });
    Saved saved = new Saved();
    out.method(
        "forward",
        List.of("x: Tensor", "masks: Tensor"),
        "Tuple[Tensor, List[Tensor]]",
        () -> {
          // patches come in the format of branches
          boolean patches = layers.get(0) instanceof TrainingPatchEmbed;
          out.line("x = %s", patches ? training.dialect().narrow("x") : "torch.clone(x)");
          out.line("masks = torch.to(masks, 0)");
          out.line("saved : List[Tensor] = []");
          layers.forEach(layer -> layer.forward(out, saved));
          out.line("return (torch.contiguous(torch.to(x, 6)), saved)");
        });
    out.method(
        "backward",
        List.of("saved: List[Tensor]", "d: Tensor"),
        "Tensor",
        () -> {
          for (int i = layers.size() - 1; i >= 0; i--) {
            layers.get(i).backward(out, saved, i > 0 || input);
          }
          saved.requireEmpty();
          out.line("return torch.contiguous(torch.to(d, 6))");
        });
    List<Parameter> trained = training.trained().all();
    out.method(
        "gradients",
        List.of(),
        "List[Tensor]",
        () ->
            out.line(
                "return [%s]",
                String.join(", ", trained.stream().map(p -> "self." + p.gradient()).toList())));
    try (EngineModule module = EngineModule.load(ENGINE, "Written", out.text(), out.fields())) {
      for (TrainingLayer layer : layers) {
        List<EngineTensor> arguments = new ArrayList<>();
        for (ParameterSpec spec : layer.parameters()) {
          arguments.add(tensor(module, value(spec.name()), sizes(spec)));
        }
        module.run("setup_" + layer.name(), arguments.toArray(EngineTensor[]::new));
        arguments.forEach(EngineTensor::close);
      }
      module.run("refresh");
      try (EngineTensor in = tensor(module, x, shape);
          EngineTensor m = tensor(module, masks, masks.length);
          EngineTensor d = tensor(module, dy, dyShape)) {
        EngineModule.Kept kept = module.callKeeping("forward", in, m);
        try (EngineTensor y = kept.tensor();
            EngineList list = kept.kept();
            EngineTensor dx = module.call("backward", list, d)) {
          Map<String, float[]> gradients = new LinkedHashMap<>();
          try (EngineList all = module.callForList("gradients")) {
            List<EngineTensor> tensors = all.tensors();
            for (int i = 0; i < tensors.size(); i++) {
              gradients.put(trained.get(i).spec().name(), array(tensors.get(i)));
            }
            tensors.forEach(EngineTensor::close);
          }
          if (!list.tensors().isEmpty()) {
            throw new AssertionError("backward has left something on the list");
          }
          return new Outcome(array(y), input ? array(dx) : new float[0], gradients);
        }
      }
    }
  }

  private static float[] array(EngineTensor tensor) {
    FloatBuffer buffer = tensor.floats();
    float[] copy = new float[buffer.remaining()];
    buffer.get(copy);
    return copy;
  }

  private static EngineTensor tensor(EngineModule module, float[] values, long... shape) {
    try (EngineTensor tensor = EngineTensor.allocate(ENGINE, EngineTensor.Type.FLOAT32, shape)) {
      tensor.floats().put(values);
      return module.call("copy", tensor);
    }
  }

  private static long[] sizes(ParameterSpec spec) {
    return spec.shape().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Differentiates the same in the engine.
   *
   * @param reference layers of the embedding program, in plain float32
   * @param forward writes their computation
   */
  Outcome oracle(
      List<Layer> reference,
      Consumer<ProgramWriter> forward,
      float[] x,
      long[] shape,
      float[] dy,
      long[] dyShape,
      boolean input) {
    Dialect plain = new Dialect(Variant.PLAIN, org.histofm.backbone.Precision.FP32);
    ProgramWriter out = new ProgramWriter("Oracle");
    plain.writeMethods(out, activation);
    for (Layer layer : reference) {
      List<ParameterSpec> specs = layer.parameters();
      List<String> arguments = new ArrayList<>();
      specs.forEach(spec -> arguments.add(spec.argument() + ": Tensor"));
      List<ParameterSpec> adapters = adapters(layer);
      adapters.forEach(spec -> arguments.add(spec.argument() + ": Tensor"));
      out.method(
          "setup_" + layer.name(),
          arguments,
          "NoneType",
          () -> {
            mergeAdapters(out, adapters);
            layer.setup(out);
            out.line("return None");
          });
    }
    List<String> names = new ArrayList<>(List.of("x: Tensor", "dy: Tensor"));
    List<String> trained = training.trained().all().stream().map(p -> p.spec().name()).toList();
    List<Autograd.Value> arguments = new ArrayList<>();
    arguments.add(new Autograd.Value(shape, x));
    arguments.add(new Autograd.Value(dyShape, dy));
    for (Layer layer : reference) {
      for (ParameterSpec spec : all(layer)) {
        names.add(local(spec) + ": Tensor");
        arguments.add(new Autograd.Value(sizes(spec), value(spec.name())));
      }
    }
    out.method(
        "forward",
        names,
        "List[Tensor]",
        () -> {
          out.line("torch.set_grad_enabled(True)");
          out.line("x0 = torch.requires_grad_(torch.detach(torch.clone(x)), True)");
          List<String> inputs = new ArrayList<>();
          if (input) {
            inputs.add("x0");
          }
          for (Layer layer : reference) {
            for (ParameterSpec spec : all(layer)) {
              if (trained.contains(spec.name())) {
                String p = local(spec);
                out.line("%s = torch.requires_grad_(torch.detach(torch.clone(%s)), True)", p, p);
              }
            }
            out.line(
                "self.setup_%s(%s)",
                layer.name(),
                String.join(", ", all(layer).stream().map(GradientCheck::local).toList()));
          }
          trained.forEach(name -> inputs.add("p_" + name.replace('.', '_')));
          out.line("x = torch.mul(x0, 1)");
          forward.accept(out);
          out.line("go : List[Optional[Tensor]] = [dy]");
          out.line("gi : List[Tensor] = [%s]", String.join(", ", inputs));
          out.line("g = torch.autograd.grad([x], gi, go)");
          out.line("r : List[Tensor] = [torch.detach(x)]");
          out.line("for o in g:");
          out.line("  if torch.__isnot__(o, None):");
          out.line("    r.append(unchecked_cast(Tensor, o))");
          out.line("torch.set_grad_enabled(False)");
          out.line("return r");
        });
    try (Autograd autograd = new Autograd(ENGINE, "Oracle", out.text(), out.fields())) {
      List<float[]> results = autograd.call("forward", arguments);
      Map<String, float[]> gradients = new LinkedHashMap<>();
      int first = input ? 2 : 1;
      for (int i = 0; i < trained.size(); i++) {
        gradients.put(trained.get(i), results.get(first + i));
      }
      return new Outcome(results.get(0), input ? results.get(1) : new float[0], gradients);
    }
  }

  private static String local(ParameterSpec spec) {
    return "p_" + spec.name().replace('.', '_');
  }

  private List<ParameterSpec> all(Layer layer) {
    List<ParameterSpec> all = new ArrayList<>(layer.parameters());
    all.addAll(adapters(layer));
    return all;
  }

  /** The adapters of the weights of a layer. */
  private List<ParameterSpec> adapters(Layer layer) {
    List<String> owners =
        layer.parameters().stream().map(spec -> spec.name().replace(".weight", ".lora_")).toList();
    return training.trained().all().stream()
        .map(Parameter::spec)
        .filter(spec -> spec.name().contains(".lora_"))
        .filter(spec -> owners.stream().anyMatch(spec.name()::startsWith))
        .toList();
  }

  private void mergeAdapters(ProgramWriter out, List<ParameterSpec> adapters) {
    Tuning.Lora lora = training.lora().orElse(null);
    for (ParameterSpec spec : adapters) {
      String down = spec.argument();
      if (down.contains("lora_A") && lora != null) {
        String weight = down.replace("lora_A_", "");
        out.line(
            "%s = torch.add(%s, torch.mul(torch.matmul(%s, %s), %s))",
            weight, weight, down.replace("lora_A", "lora_B"), down, lora.alpha() / lora.rank());
      }
    }
  }
}
