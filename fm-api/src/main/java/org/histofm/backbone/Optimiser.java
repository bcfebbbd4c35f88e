package org.histofm.backbone;

import java.util.Locale;

/**
 * How gradients become a step of the parameters, in PyTorch's arithmetic.
 *
 * @param rule the update rule
 * @param beta1 decay of the first moment, in [0, 1); unused by SGD
 * @param beta2 decay of the second moment, in [0, 1); unused by SGD
 * @param epsilon added to the root of the second moment, positive; unused by SGD
 * @see "Kingma and Ba 2015, Adam, algorithm 1; Loshchilov and Hutter 2019, AdamW, algorithm 2;
 *     torch.optim.Adam, AdamW and SGD of PyTorch 2.13"
 */
public record Optimiser(Rule rule, double beta1, double beta2, double epsilon) {
  /** Update rules. */
  public enum Rule {
    /** Adam; weight decay is added to the gradient. */
    ADAM,
    /** Adam; weight decay shrinks the parameters directly. */
    ADAMW,
    /** Gradient descent without momentum; weight decay is added to the gradient. */
    SGD
  }

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public Optimiser {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "moment decays lie in [0, 1), got " + beta1 + " and " + beta2);
    }
    if (!(epsilon > 0 && Double.isFinite(epsilon))) {
      throw new IllegalArgumentException("epsilon is positive and finite, got " + epsilon);
    }
  }

  /** Adam with PyTorch's defaults: 0.9, 0.999, 1e-8. */
  public static Optimiser adam() {
    return new Optimiser(Rule.ADAM, 0.9, 0.999, 1e-8);
  }

  /** AdamW with PyTorch's defaults: 0.9, 0.999, 1e-8. */
  public static Optimiser adamW() {
    return new Optimiser(Rule.ADAMW, 0.9, 0.999, 1e-8);
  }

  /** Gradient descent without momentum. */
  public static Optimiser sgd() {
    return new Optimiser(Rule.SGD, 0.9, 0.999, 1e-8);
  }

  /** The optimiser in a few words; equal text means an equal optimiser. */
  public String describe() {
    return switch (rule) {
      case SGD -> "sgd";
      default ->
          rule.name().toLowerCase(Locale.ROOT) + "(" + beta1 + ", " + beta2 + ", " + epsilon + ")";
    };
  }
}
