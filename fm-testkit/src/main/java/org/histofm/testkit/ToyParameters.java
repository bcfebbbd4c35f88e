package org.histofm.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.histofm.Seed;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.Tuning;
import org.jspecify.annotations.Nullable;

/** The blocks of the toy network while they are trained, and what of them is trained. */
final class ToyParameters {
  private static final int DIM = ToyTrainableBackbone.DIM;

  private final List<Block> blocks = new ArrayList<>();
  private final List<Parameter> trained = new ArrayList<>();
  private final double scale;

  /** One trained array. */
  static final class Parameter {
    final String group;
    final float[] values;
    final double[] gradient;
    final float[] moment1;
    final float[] moment2;
    private final boolean decayed;

    private Parameter(String group, float[] values, boolean decayed) {
      this.group = group;
      this.values = values;
      this.decayed = decayed;
      this.gradient = new double[values.length];
      this.moment1 = new float[values.length];
      this.moment2 = new float[values.length];
    }

    /** One step of {@code torch.optim}; {@code t} counts from 1. */
    void step(Optimiser rule, StepSpec spec, long t) {
      double rate = spec.learningRate(group);
      double decay = decayed ? spec.weightDecay() : 0;
      double correction1 = 1 - Math.pow(rule.beta1(), (double) t);
      double correction2 = 1 - Math.pow(rule.beta2(), (double) t);
      for (int i = 0; i < values.length; i++) {
        double g = spec.gradientScale() * gradient[i];
        double value = values[i];
        if (rule.rule() == Optimiser.Rule.ADAMW) {
          value *= 1 - rate * decay;
        } else {
          g += decay * value;
        }
        if (rule.rule() == Optimiser.Rule.SGD) {
          values[i] = (float) (value - rate * g);
          continue;
        }
        moment1[i] = (float) (rule.beta1() * moment1[i] + (1 - rule.beta1()) * g);
        moment2[i] = (float) (rule.beta2() * moment2[i] + (1 - rule.beta2()) * g * g);
        double root = Math.sqrt(moment2[i] / correction2) + rule.epsilon();
        values[i] = (float) (value - rate * moment1[i] / correction1 / root);
      }
    }
  }

  /**
   * A block and its adapter, if it has one.
   *
   * @param block with arrays that training changes
   * @param weight as trained, or null if it is frozen
   * @param bias as trained, or null if it is frozen
   * @param a LoRA's A, [rank, DIM]
   * @param b LoRA's B, [DIM, rank]
   */
  record Block(
      ToyBlock block,
      @Nullable Parameter weight,
      @Nullable Parameter bias,
      @Nullable Parameter a,
      @Nullable Parameter b) {
    boolean frozen() {
      return weight == null && a == null;
    }
  }

  private ToyParameters(double scale) {
    this.scale = scale;
  }

  static ToyParameters of(ToyTrainableBackbone base, Tuning tuning, Seed seed) {
    boolean adapters = tuning instanceof Tuning.Lora;
    int frozen =
        tuning instanceof Tuning.LastBlocks last ? base.blocks().size() - last.blocks() : 0;
    ToyParameters parameters =
        new ToyParameters(tuning instanceof Tuning.Lora lora ? lora.alpha() / lora.rank() : 0);
    for (int i = 0; i < base.blocks().size(); i++) {
      ToyBlock block = base.blocks().get(i);
      String group = "block-" + i;
      if (adapters) {
        parameters.add(group, block, ((Tuning.Lora) tuning).rank(), seed.derive("A of " + group));
      } else if (i < frozen) {
        parameters.blocks.add(new Block(block, null, null, null, null));
      } else {
        parameters.add(group, block);
      }
    }
    return parameters;
  }

  private void add(String group, ToyBlock block) {
    Parameter weight = new Parameter(group, block.weight().clone(), true);
    Parameter bias = new Parameter(group, block.bias().clone(), false);
    trained.addAll(List.of(weight, bias));
    blocks.add(new Block(new ToyBlock(weight.values, bias.values), weight, bias, null, null));
  }

  private void add(String group, ToyBlock block, int rank, Seed seed) {
    SplittableRandom random = seed.random();
    float[] values = new float[rank * DIM];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) / Math.sqrt(DIM));
    }
    Parameter a = new Parameter(group, values, true);
    Parameter b = new Parameter(group, new float[DIM * rank], true);
    trained.addAll(List.of(a, b));
    blocks.add(new Block(block, null, null, a, b));
  }

  List<Block> blocks() {
    return blocks;
  }

  /** All that is trained, from the input to the output. */
  List<Parameter> trained() {
    return trained;
  }

  /** What B A is multiplied by. */
  double scale() {
    return scale;
  }

  /** Copies of the blocks as they are now, adapters merged. */
  List<ToyBlock> merged() {
    List<ToyBlock> merged = new ArrayList<>();
    for (Block block : blocks) {
      float[] weight = block.block.weight().clone();
      if (block.a != null && block.b != null) {
        int rank = block.a.values.length / DIM;
        for (int i = 0; i < weight.length; i++) {
          double sum = 0;
          for (int r = 0; r < rank; r++) {
            sum += block.b.values[i / DIM * rank + r] * (double) block.a.values[r * DIM + i % DIM];
          }
          weight[i] = (float) (weight[i] + scale * sum);
        }
      }
      merged.add(new ToyBlock(weight, block.block.bias().clone()));
    }
    return merged;
  }
}
