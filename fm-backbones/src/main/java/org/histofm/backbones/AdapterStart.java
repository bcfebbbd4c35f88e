package org.histofm.backbones;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.histofm.Seed;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;

/**
 * A base's parameters, and those that new adapters start with: A uniform within 1/√inputs, each
 * from a stream of its own, and B zero.
 *
 * @see "PEFT's reset_lora_parameters"
 */
record AdapterStart(ParameterSource base, Seed seed) implements ParameterSource {
  @Override
  public String hash() {
    return base.hash();
  }

  @Override
  public boolean random() {
    return base.random();
  }

  @Override
  public void read(ParameterSpec spec, FloatBuffer target) {
    if (spec.name().endsWith(".lora_A.weight")) {
      double bound = 1 / StrictMath.sqrt(spec.shape().get(1));
      SplittableRandom random = seed.derive(spec.name()).random();
      for (long left = spec.count(); left > 0; left--) {
        target.put((float) (bound * (2 * random.nextDouble() - 1)));
      }
    } else if (spec.name().endsWith(".lora_B.weight")) {
      target.put(new float[Math.toIntExact(spec.count())]);
    } else {
      base.read(spec, target);
    }
  }
}
