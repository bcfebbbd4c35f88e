package org.histofm.backbones;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;
import org.histofm.InputException;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.Precision;
import org.histofm.backbones.engine.Engine;
import org.histofm.backbones.engine.EngineModule;
import org.histofm.backbones.engine.EngineTensor;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.Variant;
import org.histofm.backbones.program.VitProgram.SetupStep;
import org.histofm.backbones.program.VitShape;
import org.histofm.provenance.Facts;

/**
 * What a Vision Transformer is opened from, again and again: for embedding, for training, and with
 * other parameters.
 *
 * @param card what it is
 * @param shape of its network
 * @param parameters opens the parameters anew; whoever calls it closes them
 * @param engine that it runs in
 * @param variant operators of its programs
 * @param precision FP32 or BF16
 * @param batch images that its programs are laid out for
 * @param facts how it computes
 */
record VitModel(
    BackboneCard card,
    VitShape shape,
    Supplier<ParameterSource> parameters,
    Engine engine,
    Variant variant,
    Precision precision,
    int batch,
    Facts facts) {

  /** The same network with other parameters. */
  VitModel withParameters(Supplier<ParameterSource> other) {
    return new VitModel(card, shape, other, engine, variant, precision, batch, facts);
  }

  /**
   * Opens the parameters, which must be the same as before.
   *
   * @param hash theirs when the backbone was opened
   * @throws InputException if they have changed
   */
  ParameterSource reopen(String hash) {
    ParameterSource source = parameters.get();
    if (!source.hash().equals(hash)) {
      source.close();
      throw new InputException(
          "the weights of backbone "
              + card.id()
              + " have changed since it was opened (SHA-256 was "
              + hash.substring(0, 12)
              + "…, is "
              + source.hash().substring(0, 12)
              + "…).",
          "Leave the file alone while it is in use, and start again.");
    }
    return source;
  }

  /** Reads every parameter through one staging tensor as large as the largest. */
  void setUp(EngineModule module, List<SetupStep> setup, ParameterSource source) {
    long largest =
        setup.stream()
            .flatMap(step -> step.parameters().stream())
            .mapToLong(ParameterSpec::count)
            .max()
            .orElse(1);
    try (EngineTensor staging = EngineTensor.allocate(engine, EngineTensor.Type.FLOAT32, largest)) {
      for (SetupStep step : setup) {
        ArrayDeque<EngineTensor> arguments = new ArrayDeque<>();
        try {
          for (ParameterSpec spec : step.parameters()) {
            arguments.add(read(module, staging, source, spec));
          }
          module.run(step.method(), arguments.toArray(EngineTensor[]::new));
        } finally {
          arguments.forEach(EngineTensor::close);
        }
      }
    }
  }

  private static EngineTensor read(
      EngineModule module, EngineTensor staging, ParameterSource source, ParameterSpec spec) {
    int count = Math.toIntExact(spec.count());
    FloatBuffer target = staging.floats().limit(count);
    source.read(spec, target);
    if (target.hasRemaining()) {
      throw new IllegalStateException(
          "the source of " + spec.name() + " left " + target.remaining() + " values out");
    }
    long[] sizes = spec.shape().stream().mapToLong(Long::longValue).toArray();
    try (EngineTensor view = staging.view(sizes)) {
      return module.call("copy", view);
    }
  }

  /**
   * Refuses images of another size than the network's.
   *
   * @throws IllegalArgumentException naming both
   */
  void requireSize(int height, int width) {
    if (height != shape.imageHeight() || width != shape.imageWidth()) {
      throw new IllegalArgumentException(
          "backbone "
              + card.id()
              + " takes images of "
              + shape.imageWidth()
              + " x "
              + shape.imageHeight()
              + " px, got "
              + width
              + " x "
              + height);
    }
  }
}
