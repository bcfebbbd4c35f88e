package org.histofm.backbone;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** How large one step of a {@link TrainingSession} is. Immutable. */
public final class StepSpec {
  private final double learningRate;
  private final double weightDecay;
  private final double gradientScale;
  private final Map<String, Double> rates;

  private StepSpec(
      double learningRate, double weightDecay, double gradientScale, Map<String, Double> rates) {
    this.learningRate = learningRate;
    this.weightDecay = weightDecay;
    this.gradientScale = gradientScale;
    this.rates = Collections.unmodifiableMap(rates);
  }

  /**
   * A step at one learning rate for all parameter groups, without weight decay, with the gradient
   * as it is.
   *
   * @throws IllegalArgumentException if the rate is negative or not finite
   */
  public static StepSpec of(double learningRate) {
    return new StepSpec(checked("learning rate", learningRate), 0, 1, new TreeMap<>());
  }

  /**
   * A copy with weight decay: on matrices, not on biases, normalisation weights, tokens and
   * positions.
   *
   * @see "timm.optim.param_groups_weight_decay"
   */
  public StepSpec withWeightDecay(double decay) {
    return new StepSpec(learningRate, checked("weight decay", decay), gradientScale, rates);
  }

  /** A copy that multiplies the gradient first, such as by max norm / norm to clip it. */
  public StepSpec withGradientScale(double scale) {
    return new StepSpec(learningRate, weightDecay, checked("gradient scale", scale), rates);
  }

  /**
   * A copy in which one group has a learning rate of its own.
   *
   * @param group one of {@link TrainingSession#groups}
   */
  public StepSpec withRate(String group, double rate) {
    Map<String, Double> more = new TreeMap<>(rates);
    more.put(Objects.requireNonNull(group), checked("learning rate of " + group, rate));
    return new StepSpec(learningRate, weightDecay, gradientScale, more);
  }

  private static double checked(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " is finite and not negative, got " + value);
    }
    return value;
  }

  /** Learning rate of a group. */
  public double learningRate(String group) {
    return rates.getOrDefault(group, learningRate);
  }

  /** Groups with a learning rate of their own, and that rate; sorted, unmodifiable. */
  public Map<String, Double> rates() {
    return rates;
  }

  /** Weight decay. */
  public double weightDecay() {
    return weightDecay;
  }

  /** What the gradient is multiplied by. */
  public double gradientScale() {
    return gradientScale;
  }
}
