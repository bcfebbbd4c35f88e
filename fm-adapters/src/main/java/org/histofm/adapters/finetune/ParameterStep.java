package org.histofm.adapters.finetune;

import org.histofm.backbone.Optimiser;

/**
 * Steps one array of parameters in the arithmetic of PyTorch's optimisers on the CPU: float32
 * element by element, multiply and add fused where {@code add}, {@code lerp} and {@code addcmul}
 * fuse them, scalars computed in double and rounded once. PyTorch's vector square root is not
 * always the nearest float32 (1 in 6 differs in the last bit), ours is; the rest is equal bit for
 * bit.
 *
 * @see "torch.optim.Adam, AdamW and SGD of PyTorch 2.13, the single-tensor functions"
 */
final class ParameterStep {
  private final Optimiser optimiser;
  private final double rate;
  private final double weightDecay;
  private final float scale;
  private final long step;

  /**
   * @param gradientScale what the gradient is multiplied by first
   * @param step which step this is, from 1
   */
  ParameterStep(
      Optimiser optimiser, double rate, double weightDecay, double gradientScale, long step) {
    this.optimiser = optimiser;
    this.rate = rate;
    this.weightDecay = weightDecay;
    this.scale = (float) gradientScale;
    this.step = step;
  }

  /**
   * Changes parameters and moments in place; SGD leaves the moments alone.
   *
   * @param moment1 of the gradient, of equal length
   * @param moment2 of its square, of equal length
   */
  void apply(float[] parameters, float[] gradient, float[] moment1, float[] moment2) {
    boolean decoupled = optimiser.rule() == Optimiser.Rule.ADAMW;
    float shrink = (float) (1 - rate * weightDecay);
    float beta2 = (float) optimiser.beta2();
    float toward1 = (float) (1 - optimiser.beta1());
    float toward2 = (float) (1 - optimiser.beta2());
    float root2 = (float) Math.sqrt(1 - Math.pow(optimiser.beta2(), (double) step));
    float stepSize = (float) -(rate / (1 - Math.pow(optimiser.beta1(), (double) step)));
    float epsilon = (float) optimiser.epsilon();
    for (int i = 0; i < parameters.length; i++) {
      float g = gradient[i] * scale;
      if (weightDecay != 0) {
        if (decoupled) {
          parameters[i] *= shrink;
        } else {
          g = Math.fma((float) weightDecay, parameters[i], g);
        }
      }
      if (optimiser.rule() == Optimiser.Rule.SGD) {
        parameters[i] = Math.fma((float) -rate, g, parameters[i]);
        continue;
      }
      moment1[i] = Math.fma(toward1, g - moment1[i], moment1[i]);
      moment2[i] = Math.fma(toward2 * g, g, moment2[i] * beta2);
      float denominator = (float) Math.sqrt(moment2[i]) / root2 + epsilon;
      parameters[i] += stepSize * moment1[i] / denominator;
    }
  }
}
