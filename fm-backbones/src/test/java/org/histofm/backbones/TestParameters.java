package org.histofm.backbones;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.histofm.Seed;
import org.histofm.backbones.program.ParameterSource;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.VitProgram;
import org.histofm.backbones.program.VitShape;
import org.histofm.provenance.Sha256;

/**
 * Random parameters in which every tensor has an effect of order one, unlike an initialisation,
 * whose zero biases and unit scales would hide a program that drops them.
 */
final class TestParameters implements ParameterSource {
  private final Map<String, double[]> values = new HashMap<>();
  private final String hash;

  TestParameters(VitShape shape, long seed) {
    hash = Sha256.of("test parameters " + seed);
    for (ParameterSpec spec : VitProgram.parameters(shape)) {
      SplittableRandom random = Seed.of(seed).derive(spec.name()).random();
      double scale = 0.3;
      double centre = 0;
      if (spec.shape().size() == 1) {
        centre = spec.name().endsWith("bias") ? 0 : 1;
      } else if (spec.name().endsWith("weight")) {
        scale = 1 / Math.sqrt((double) spec.count() / spec.shape().get(0));
      } else {
        scale = 0.6;
      }
      double[] drawn = new double[Math.toIntExact(spec.count())];
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = (float) (centre + scale * random.nextGaussian());
      }
      values.put(spec.name(), drawn);
    }
  }

  Map<String, double[]> values() {
    return values;
  }

  @Override
  public String hash() {
    return hash;
  }

  @Override
  public boolean random() {
    return true;
  }

  @Override
  public void read(ParameterSpec spec, FloatBuffer target) {
    for (double v : Objects.requireNonNull(values.get(spec.name()))) {
      target.put((float) v);
    }
  }
}
