package org.histofm.backbone;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which parameters of a backbone are trained, and by which optimiser. Cases may be added; a
 * backbone says by {@link TrainableBackbone#supports} which it takes. Immutable.
 */
public sealed interface Tuning {
  /**
   * Low-rank adaptation: the weight W of each target becomes W + (alpha / rank) · B A, of which
   * only A [rank, inputs] and B [outputs, rank] are trained. A starts uniform within 1/√inputs and
   * B at zero, so that step 0 is the base. In training the input of A is dropped out.
   *
   * @param rank at least 1
   * @param alpha positive
   * @param dropout probability that an input value of A is dropped in training, in [0, 1)
   * @param targets linear layers that are adapted, at least one
   * @param optimiser of A and B
   * @see "Hu et al. 2022, LoRA, section 4.1; PEFT's LoraConfig"
   */
  record Lora(int rank, double alpha, double dropout, Set<LoraTarget> targets, Optimiser optimiser)
      implements Tuning {
    /**
     * Copies the targets.
     *
     * @throws IllegalArgumentException if a number is out of its range or there is no target
     */
    public Lora {
      if (rank < 1 || !(alpha > 0 && Double.isFinite(alpha)) || !(dropout >= 0 && dropout < 1)) {
        throw new IllegalArgumentException(
            "LoRA takes a rank of at least 1, a positive alpha and a dropout in [0, 1), got "
                + rank
                + ", "
                + alpha
                + " and "
                + dropout);
      }
      if (targets.isEmpty()) {
        throw new IllegalArgumentException("LoRA adapts at least one kind of layer");
      }
      targets = java.util.Collections.unmodifiableSet(EnumSet.copyOf(targets));
      Objects.requireNonNull(optimiser);
    }

    /** A copy with another scale; alpha / rank multiplies B A. */
    public Lora withAlpha(double other) {
      return new Lora(rank, other, dropout, targets, optimiser);
    }

    /** A copy with another dropout. */
    public Lora withDropout(double other) {
      return new Lora(rank, alpha, other, targets, optimiser);
    }

    /** A copy that adapts other layers. */
    public Lora withTargets(Set<LoraTarget> other) {
      return new Lora(rank, alpha, dropout, other, optimiser);
    }

    /** A copy with another optimiser. */
    public Lora withOptimiser(Optimiser other) {
      return new Lora(rank, alpha, dropout, targets, other);
    }

    @Override
    public String describe() {
      return "LoRA, rank "
          + rank
          + ", alpha "
          + alpha
          + ", dropout "
          + dropout
          + ", targets "
          + targets.stream().map(LoraTarget::label).collect(Collectors.joining("+"))
          + ", "
          + optimiser.describe();
    }
  }

  /**
   * The last blocks and what follows them are trained, the rest is frozen.
   *
   * @param blocks how many, at least 1
   * @param optimiser of their parameters
   */
  record LastBlocks(int blocks, Optimiser optimiser) implements Tuning {
    /**
     * @throws IllegalArgumentException if there is no block
     */
    public LastBlocks {
      if (blocks < 1) {
        throw new IllegalArgumentException("at least 1 block is trained, got " + blocks);
      }
      Objects.requireNonNull(optimiser);
    }

    @Override
    public String describe() {
      return "last " + blocks + " blocks, " + optimiser.describe();
    }
  }

  /**
   * Every parameter is trained.
   *
   * @param optimiser of them
   */
  record Full(Optimiser optimiser) implements Tuning {
    /** Checks that there is an optimiser. */
    public Full {
      Objects.requireNonNull(optimiser);
    }

    @Override
    public String describe() {
      return "full, " + optimiser.describe();
    }
  }

  /** Linear layers of a transformer block that LoRA can adapt, by timm's names. */
  enum LoraTarget {
    /** Query, key and value together, {@code attn.qkv}. */
    QKV,
    /** The attention's projection, {@code attn.proj}. */
    PROJ,
    /** The MLP's first layer, {@code mlp.fc1}. */
    FC1,
    /** The MLP's second layer, {@code mlp.fc2}. */
    FC2;

    /** Its timm name, in lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** LoRA of all four layers of every block with alpha = rank, dropout 0.1 and Adam. */
  static Lora lora(int rank) {
    return new Lora(rank, rank, 0.1, EnumSet.allOf(LoraTarget.class), Optimiser.adam());
  }

  /** The last {@code blocks} blocks, by AdamW. */
  static LastBlocks lastBlocks(int blocks) {
    return new LastBlocks(blocks, Optimiser.adamW());
  }

  /** Everything, by AdamW. */
  static Full full() {
    return new Full(Optimiser.adamW());
  }

  /** How the trained parameters step. */
  Optimiser optimiser();

  /** The tuning in a few words; equal text means an equal tuning. */
  String describe();
}
