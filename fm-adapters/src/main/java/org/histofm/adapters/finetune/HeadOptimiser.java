package org.histofm.adapters.finetune;

import org.histofm.backbone.Optimiser;

/** A head in training: its parameters and their moments, stepped together. Confined to a thread. */
final class HeadOptimiser {
  private final Optimiser optimiser;
  private final LinearHead head;
  private final float[][] moments; // of weight, of bias: first and second each

  /** Takes the head over and changes it. */
  HeadOptimiser(Optimiser optimiser, LinearHead head) {
    this(
        optimiser,
        head,
        new float[][] {
          new float[head.weight().length],
          new float[head.weight().length],
          new float[head.bias().length],
          new float[head.bias().length]
        });
  }

  /** Goes on where another one was. */
  HeadOptimiser(Optimiser optimiser, LinearHead head, float[][] moments) {
    this.optimiser = optimiser;
    this.head = head;
    this.moments = moments;
  }

  LinearHead head() {
    return head;
  }

  /** First and second moment of the weight, then of the bias; not copied. */
  float[][] moments() {
    return moments;
  }

  /**
   * One step; the bias does not decay.
   *
   * @param step which step this is, from 1
   */
  void step(SoftmaxLoss loss, double rate, double weightDecay, double gradientScale, long step) {
    new ParameterStep(optimiser, rate, weightDecay, gradientScale, step)
        .apply(head.weight(), loss.weightGradient(), moments[0], moments[1]);
    new ParameterStep(optimiser, rate, 0, gradientScale, step)
        .apply(head.bias(), loss.biasGradient(), moments[2], moments[3]);
  }
}
