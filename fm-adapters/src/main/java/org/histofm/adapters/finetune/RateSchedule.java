package org.histofm.adapters.finetune;

import java.util.Locale;

/**
 * How the learning rate goes over the steps of a fit: a linear rise, then constant or half a cosine
 * down to zero.
 *
 * @param shape after the rise
 * @param warmup share of all steps that rise, in [0, 1)
 */
record RateSchedule(Shape shape, double warmup) {
  enum Shape {
    COSINE,
    CONSTANT
  }

  /**
   * Factor of the learning rate, in (0, 1]. With W steps of rise, step i has (i + 1) / W before W;
   * the cosine is 1 at step W and would be 0 at {@code total}.
   *
   * @param step from 0
   * @param total steps of the whole fit
   */
  double factor(long step, long total) {
    long rise = (long) Math.ceil(warmup * total);
    if (step < rise) {
      return (step + 1.0) / rise;
    }
    return shape == Shape.CONSTANT
        ? 1
        : 0.5 * (1 + Math.cos(Math.PI * (step - rise) / (total - rise)));
  }

  String describe() {
    return shape.name().toLowerCase(Locale.ROOT) + ", warmup " + warmup;
  }
}
