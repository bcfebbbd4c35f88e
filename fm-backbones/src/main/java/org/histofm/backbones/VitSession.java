package org.histofm.backbones;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.backbones.engine.EngineList;
import org.histofm.backbones.engine.EngineModule;
import org.histofm.backbones.engine.EngineTensor;
import org.histofm.backbones.engine.EngineValue;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.VitTraining;
import org.histofm.backbones.weights.SafetensorsOutput;
import org.histofm.tile.PixelBatch;
import org.jspecify.annotations.Nullable;

/**
 * Training of a Vision Transformer in the engine. Parameters, gradients and moments live in the
 * module of a {@link VitTraining}; what a pass keeps is a native list that the pass owns.
 */
final class VitSession implements TrainingSession {
  private final VitModel model;
  private final String baseHash;
  private final Tuning tuning;
  private final Seed masks;
  private final VitTraining program;
  private final EngineModule module;
  private final Set<Pass> passes = new LinkedHashSet<>();
  private long steps;
  private long passesSinceStep;
  private @Nullable EngineTensor idleMasks;
  private boolean gradients;
  private boolean open = true;

  private VitSession(
      VitModel model,
      String baseHash,
      Tuning tuning,
      Seed seed,
      VitTraining program,
      EngineModule module) {
    this.model = model;
    this.baseHash = baseHash;
    this.tuning = tuning;
    this.masks = seed.derive("masks");
    this.program = program;
    this.module = module;
  }

  /** Opens a session at the parameters of {@code source}, which is read and not kept. */
  static VitSession open(VitModel model, ParameterSource source, Tuning tuning, Seed seed) {
    VitTraining program =
        VitTraining.of(
            model.shape(),
            tuning,
            model.variant(),
            model.precision(),
            model.card().preprocessing(),
            model.batch());
    EngineModule module =
        EngineModule.load(model.engine(), VitTraining.TYPE, program.source(), program.fields());
    try {
      model.setUp(module, program.setup(), new AdapterStart(source, seed.derive("adapters")));
      module.run("refresh");
      return new VitSession(model, source.hash(), tuning, seed, program, module);
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  @Override
  public Tuning tuning() {
    return tuning;
  }

  @Override
  public List<String> groups() {
    return program.groups();
  }

  @Override
  public long trainedValues() {
    return program.trained().stream().mapToLong(ParameterSpec::count).sum();
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public TrainingPass forward(PixelBatch batch) {
    requireOpen();
    model.requireSize(batch.height(), batch.width());
    EngineTensor drawn = drawMasks(batch.count(), masks.derive(steps + " " + passesSinceStep));
    passesSinceStep++;
    try {
      Pass pass = forward(batch, drawn);
      passes.add(pass);
      return pass;
    } catch (RuntimeException | Error e) {
      drawn.close();
      throw e;
    }
  }

  private Pass forward(PixelBatch batch, EngineTensor drawn) {
    try (EngineTensor pixels = stage(batch)) {
      String method = batch.isNormalised() ? "forward_floats" : "forward_bytes";
      EngineModule.Kept result = module.callKeeping(method, pixels, drawn);
      try (EngineTensor computed = result.tensor()) {
        float[] values = new float[batch.count() * model.shape().dim()];
        computed.floats().get(values);
        EmbeddingMatrix embedding =
            EmbeddingMatrix.wrap(batch.count(), model.shape().dim(), values);
        return new Pass(embedding, drawn, result.kept());
      } catch (RuntimeException | Error e) {
        result.kept().close();
        throw e;
      }
    }
  }

  private EngineTensor stage(PixelBatch batch) {
    int height = batch.height();
    int width = batch.width();
    if (batch.isNormalised()) {
      EngineTensor pixels =
          EngineTensor.allocate(
              model.engine(), EngineTensor.Type.FLOAT32, batch.count(), 3, height, width);
      pixels.floats().put(batch.floats());
      return pixels;
    }
    EngineTensor pixels =
        EngineTensor.allocate(
            model.engine(), EngineTensor.Type.UINT8, batch.count(), height, width, 3);
    pixels.bytes().put(batch.bytes());
    return pixels;
  }

  /** Draws into the memory of an earlier pass, if that is through: fresh pages are not free. */
  private EngineTensor drawMasks(int images, Seed seed) {
    long count = (long) images * program.masksPerImage();
    EngineTensor drawn = idleMasks;
    idleMasks = null;
    if (drawn == null || drawn.shape()[0] != count) {
      if (drawn != null) {
        drawn.close();
      }
      drawn = EngineTensor.allocate(model.engine(), EngineTensor.Type.UINT8, count);
    }
    if (count > 0 && tuning instanceof Tuning.Lora lora) {
      DropoutMasks.of(seed, lora.dropout()).fill(drawn.bytes());
    }
    return drawn;
  }

  /** Keeps the masks' memory for the next pass, or frees it if there is some already. */
  private void releaseMasks(EngineTensor drawn) {
    if (idleMasks == null) {
      idleMasks = drawn;
    } else {
      drawn.close();
    }
  }

  @Override
  public double gradientNorm() {
    requireOpen();
    if (!gradients) {
      return 0;
    }
    try (EngineTensor norm = module.call("norm")) {
      return norm.floats().get(0);
    }
  }

  @Override
  public void step(StepSpec spec) {
    requireOpen();
    for (String group : spec.rates().keySet()) {
      if (!groups().contains(group)) {
        throw new IllegalArgumentException(
            "there is no parameter group '" + group + "'; the groups are " + groups());
      }
    }
    if (!gradients) {
      throw new IllegalStateException("there is no gradient to step by");
    }
    double[] rates = groups().stream().mapToDouble(spec::learningRate).toArray();
    module.run(
        "step",
        EngineValue.of(rates),
        EngineValue.of(spec.weightDecay()),
        EngineValue.of(spec.gradientScale()),
        EngineValue.of(steps + 1));
    steps++;
    passesSinceStep = 0;
    gradients = false;
  }

  @Override
  public Backbone snapshot() {
    requireOpen();
    try (Values values = new Values("values");
        ParameterSource source =
            new AdaptedParameters(
                model.reopen(baseHash), tuning, program.trained(), values.source())) {
      return VitBackbone.open(model, source, false);
    }
  }

  @Override
  public void save(Path parameters) {
    requireOpen();
    try (Values values = new Values("values")) {
      TrainedFile.write(parameters, baseHash, tuning, steps, values.tensors(""));
    }
  }

  @Override
  public void saveState(Path state) {
    requireOpen();
    if (gradients || !passes.isEmpty()) {
      throw new IllegalStateException(
          "a state holds no gradients and no open passes: save it after a step");
    }
    try (Values values = new Values("values");
        Values first = new Values("first_moments");
        Values second = new Values("second_moments")) {
      List<SafetensorsOutput.Tensor> tensors = new ArrayList<>(values.tensors(""));
      tensors.addAll(first.tensors(TrainedFile.FIRST));
      tensors.addAll(second.tensors(TrainedFile.SECOND));
      TrainedFile.write(state, baseHash, tuning, steps, tensors);
    }
  }

  @Override
  public void restore(Path state) {
    requireOpen();
    List<String> suffixes = List.of("", TrainedFile.FIRST, TrainedFile.SECOND);
    List<ParameterSpec> wanted =
        suffixes.stream()
            .flatMap(suffix -> program.trained().stream().map(spec -> behind(spec, suffix)))
            .toList();
    try (TrainedFile file = TrainedFile.open(state, baseHash, tuning, wanted)) {
      long steps = file.steps();
      List<EngineTensor> tensors = new ArrayList<>();
      try {
        for (ParameterSpec spec : wanted) {
          tensors.add(read(file, spec));
        }
        assign(tensors);
      } finally {
        tensors.forEach(EngineTensor::close);
      }
      this.steps = steps;
    }
    List.copyOf(passes).forEach(Pass::close);
    passesSinceStep = 0;
    if (gradients) {
      module.run("forget");
      gradients = false;
    }
  }

  private static ParameterSpec behind(ParameterSpec spec, String suffix) {
    return new ParameterSpec(spec.name() + suffix, spec.shape());
  }

  private EngineTensor read(ParameterSource source, ParameterSpec spec) {
    long[] sizes = spec.shape().stream().mapToLong(Long::longValue).toArray();
    EngineTensor tensor = EngineTensor.allocate(model.engine(), EngineTensor.Type.FLOAT32, sizes);
    source.read(spec, tensor.floats());
    return tensor;
  }

  /** Takes values, first and second moments over, which stand one after the other. */
  private void assign(List<EngineTensor> tensors) {
    int n = program.trained().size();
    try (EngineList values = EngineList.of(model.engine(), tensors.subList(0, n));
        EngineList first = EngineList.of(model.engine(), tensors.subList(n, 2 * n));
        EngineList second = EngineList.of(model.engine(), tensors.subList(2 * n, 3 * n))) {
      module.run("assign", values, first, second);
    }
  }

  /** Names of the trained parameters in order. */
  List<String> parameterNames() {
    return program.trained().stream().map(ParameterSpec::name).toList();
  }

  /** A copy of a trained parameter. */
  float[] value(String name) {
    return copy("values", name);
  }

  /** A copy of the gradient of a trained parameter since the last step. */
  float[] gradient(String name) {
    return copy("gradients", name);
  }

  private float[] copy(String list, String name) {
    requireOpen();
    try (Values values = new Values(list)) {
      FloatBuffer buffer = values.tensors.get(parameterNames().indexOf(name)).floats();
      float[] copy = new float[buffer.remaining()];
      buffer.get(copy);
      return copy;
    }
  }

  /** Gives a trained parameter other values. */
  void setValue(String name, float[] other) {
    requireOpen();
    List<EngineTensor> tensors = new ArrayList<>();
    try {
      for (String list : List.of("values", "first_moments", "second_moments")) {
        try (EngineList all = module.callForList(list)) {
          tensors.addAll(all.tensors());
        }
      }
      tensors.get(parameterNames().indexOf(name)).floats().put(other);
      assign(tensors);
    } finally {
      tensors.forEach(EngineTensor::close);
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException(
          "the training session of backbone " + model.card().id() + " is closed");
    }
  }

  @Override
  public void close() {
    if (open) {
      List.copyOf(passes).forEach(Pass::close);
      open = false;
      if (idleMasks != null) {
        idleMasks.close();
      }
      module.close();
    }
  }

  /** Native tensors of all trained parameters, for as long as it is open. */
  private final class Values implements AutoCloseable {
    private final List<EngineTensor> tensors;

    Values(String method) {
      try (EngineList list = module.callForList(method)) {
        tensors = list.tensors();
      }
    }

    List<SafetensorsOutput.Tensor> tensors(String suffix) {
      List<SafetensorsOutput.Tensor> named = new ArrayList<>();
      for (int i = 0; i < tensors.size(); i++) {
        ParameterSpec spec = program.trained().get(i);
        named.add(
            new SafetensorsOutput.Tensor(
                spec.name() + suffix, spec.shape(), tensors.get(i).floats()));
      }
      return named;
    }

    ParameterSource source() {
      return new ParameterSource() {
        @Override
        public String hash() {
          throw new AssertionError("these are part of a source with a hash");
        }

        @Override
        public boolean random() {
          return false;
        }

        @Override
        public void read(ParameterSpec spec, FloatBuffer target) {
          target.put(tensors.get(parameterNames().indexOf(spec.name())).floats());
        }
      };
    }

    @Override
    public void close() {
      tensors.forEach(EngineTensor::close);
    }
  }

  /** A batch on its way; its native list is freed by backward or close. */
  private final class Pass implements TrainingPass {
    private final EmbeddingMatrix embedding;
    private final EngineTensor drawn;
    private @Nullable EngineList kept;

    Pass(EmbeddingMatrix embedding, EngineTensor drawn, EngineList kept) {
      this.embedding = embedding;
      this.drawn = drawn;
      this.kept = kept;
    }

    @Override
    public EmbeddingMatrix embedding() {
      return embedding;
    }

    @Override
    public void backward(EmbeddingMatrix gradient) {
      if (kept == null) {
        throw new IllegalStateException("this pass is closed, or has gone backward already");
      }
      int dim = embedding.dim();
      if (gradient.rows() != embedding.rows() || gradient.dim() != dim) {
        throw new IllegalArgumentException(
            "the gradient is " + gradient + ", the embedding " + embedding);
      }
      try (EngineTensor tensor =
          EngineTensor.allocate(model.engine(), EngineTensor.Type.FLOAT32, gradient.rows(), dim)) {
        tensor.floats().put(gradient.toArray());
        gradients = true;
        module.run("backward", kept, tensor);
      } finally {
        close();
      }
    }

    @Override
    public void close() {
      if (kept != null) {
        kept.close();
        kept = null;
        passes.remove(this);
        releaseMasks(drawn);
      }
    }
  }
}
