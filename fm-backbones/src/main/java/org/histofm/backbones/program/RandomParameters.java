package org.histofm.backbones.program;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.histofm.Seed;
import org.histofm.provenance.Sha256;

/**
 * Random parameters much as timm initialises a Vision Transformer, so that features differ from
 * image to image without training: weights, tokens and positions bell-shaped with standard
 * deviation 0.02, the patch embedding uniform within 1/√(fan-in), biases 0, normalisation weights
 * 1. LayerScale is 1 instead of timm's 1e-5, under which every image would get nearly the same
 * embedding.
 *
 * <p>Every parameter has its own stream, derived from the seed and its name, in integer arithmetic:
 * a seed means the same values on every platform. Immutable.
 */
public final class RandomParameters implements ParameterSource {
  private static final double STD = 0.02;

  private final Seed seed;
  private final String hash;

  private RandomParameters(Seed seed, String hash) {
    this.seed = seed;
    this.hash = hash;
  }

  /** Parameters for {@code shape} drawn from {@code seed}. */
  public static RandomParameters of(VitShape shape, Seed seed) {
    return new RandomParameters(
        seed,
        new Sha256().add("random parameters 1").add(shape.toString()).add("" + seed.value()).hex());
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
    String name = spec.name();
    SplittableRandom random = seed.derive(name).random();
    boolean vector = spec.shape().size() == 1;
    for (long left = spec.count(); left > 0; left--) {
      if (vector) {
        target.put(name.endsWith("bias") ? 0 : 1);
      } else if (name.startsWith("patch_embed.")) {
        double bound = 1 / StrictMath.sqrt((double) spec.count() / spec.shape().get(0));
        target.put((float) (bound * (2 * random.nextDouble() - 1)));
      } else {
        target.put((float) (STD * bell(random.nextLong())));
      }
    }
  }

  /**
   * A bell-shaped value of mean 0 and variance 1, within ±3.47: the sum of four uniform 16-bit
   * numbers, which needs no logarithm and is the same everywhere.
   */
  private static double bell(long bits) {
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    // Four uniforms on 0 … 65535 have mean 2 · 65535 and variance (65536² − 1) / 3.
    return (sum - 2 * 65535) * (1.7320508075688772 / 65536);
  }
}
