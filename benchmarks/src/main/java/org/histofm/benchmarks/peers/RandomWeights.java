package org.histofm.benchmarks.peers;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.histofm.Seed;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.RandomParameters;
import org.histofm.backbones.program.VitProgram;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.timm.TimmConfig;
import org.histofm.backbones.weights.SafetensorsOutput;
import org.histofm.backbones.weights.SafetensorsOutput.Tensor;

/** A weights file of random numbers that both sides of a row read: safetensors, timm's names. */
final class RandomWeights {
  private RandomWeights() {}

  /** Writes the weights of timm's {@code architecture} unless the file is there. */
  static void writeIfAbsent(String architecture, Path file) {
    if (Files.exists(file)) {
      return;
    }
    VitShape shape = TimmConfig.of(architecture).shape();
    RandomParameters source = RandomParameters.of(shape, Seed.of(0));
    List<Tensor> tensors =
        VitProgram.parameters(shape).stream().map(spec -> tensor(source, spec)).toList();
    SafetensorsOutput.write(file, Map.of(), tensors);
  }

  private static Tensor tensor(RandomParameters source, ParameterSpec spec) {
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(spec.count()));
    source.read(spec, values);
    return new Tensor(spec.name(), spec.shape(), values.flip());
  }
}
