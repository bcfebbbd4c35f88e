package org.histofm.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.StepSpec;
import org.histofm.backbone.TrainingPass;
import org.histofm.backbone.TrainingSession;
import org.histofm.backbone.Tuning;
import org.histofm.tile.PixelBatch;
import org.jspecify.annotations.Nullable;

/** Trains the toy network by a backward written by hand. */
final class ToySession implements TrainingSession {
  private static final int DIM = ToyTrainableBackbone.DIM;

  private final ToyTrainableBackbone base;
  private final Tuning tuning;
  private final Seed seed;
  private final ToyParameters parameters;
  private final List<Pass> open = new ArrayList<>();
  private long steps;
  private int passes; // begun since the last step
  private boolean gradients;
  private boolean closed;

  ToySession(ToyTrainableBackbone base, Tuning tuning, Seed seed) {
    this.base = base;
    this.tuning = tuning;
    this.seed = seed;
    this.parameters = ToyParameters.of(base, tuning, seed);
  }

  @Override
  public Tuning tuning() {
    return tuning;
  }

  @Override
  public List<String> groups() {
    return parameters.trained().stream().map(p -> p.group).distinct().toList();
  }

  @Override
  public long trainedValues() {
    return parameters.trained().stream().mapToLong(p -> p.values.length).sum();
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public TrainingPass forward(PixelBatch batch) {
    requireOpen();
    EmbeddingMatrix input = base.features(batch);
    Pass pass = new Pass(input, seed.derive("step " + steps + " pass " + passes++).random());
    open.add(pass);
    return pass;
  }

  @Override
  public double gradientNorm() {
    requireOpen();
    double squares = 0;
    for (ToyParameters.Parameter parameter : parameters.trained()) {
      for (double g : parameter.gradient) {
        squares += g * g;
      }
    }
    return Math.sqrt(squares);
  }

  @Override
  public void step(StepSpec spec) {
    requireOpen();
    if (!groups().containsAll(spec.rates().keySet())) {
      throw new IllegalArgumentException(
          "rates name the groups " + spec.rates().keySet() + "; there are " + groups());
    }
    if (!gradients) {
      throw new IllegalStateException("no gradient to step by: call backward first");
    }
    steps++;
    for (ToyParameters.Parameter parameter : parameters.trained()) {
      parameter.step(tuning.optimiser(), spec, steps);
      Arrays.fill(parameter.gradient, 0);
    }
    gradients = false;
    passes = 0;
  }

  @Override
  public Backbone snapshot() {
    requireOpen();
    return base.with(parameters.merged());
  }

  @Override
  public void save(Path file) {
    requireOpen();
    ToyFile.writeParameters(file, base.weightsHash(), tuning, parameters);
  }

  @Override
  public void saveState(Path file) {
    requireOpen();
    if (gradients || !open.isEmpty()) {
      throw new IllegalStateException("a state holds no gradients and no open passes; step first");
    }
    ToyFile.writeState(file, base.weightsHash(), tuning, parameters, steps);
  }

  @Override
  public void restore(Path file) {
    requireOpen();
    steps = ToyFile.readState(file, base.weightsHash(), tuning, parameters);
    parameters.trained().forEach(p -> Arrays.fill(p.gradient, 0));
    gradients = false;
    passes = 0;
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(open).forEach(Pass::close);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this training session is closed");
    }
  }

  private final class Pass implements TrainingPass {
    private final EmbeddingMatrix embedding;
    private @Nullable List<Saved[]> images;

    Pass(EmbeddingMatrix input, SplittableRandom random) {
      float[] rows = new float[input.rows() * DIM];
      float[] row = new float[DIM];
      List<Saved[]> all = new ArrayList<>();
      for (int i = 0; i < input.rows(); i++) {
        input.copyRow(i, row, 0);
        Saved[] saved = new Saved[parameters.blocks().size()];
        double[] h = ToyBlock.widened(row);
        for (int b = 0; b < saved.length; b++) {
          saved[b] = new Saved(parameters.blocks().get(b), h, random);
          h = saved[b].output();
        }
        all.add(saved);
        for (int d = 0; d < DIM; d++) {
          rows[i * DIM + d] = (float) h[d];
        }
      }
      embedding = EmbeddingMatrix.wrap(input.rows(), DIM, rows);
      images = all;
    }

    @Override
    public EmbeddingMatrix embedding() {
      return embedding;
    }

    @Override
    public void backward(EmbeddingMatrix gradient) {
      List<Saved[]> saved = images;
      if (saved == null) {
        throw new IllegalStateException("this pass is closed, or its gradient was taken before");
      }
      if (gradient.rows() != embedding.rows() || gradient.dim() != DIM) {
        throw new IllegalArgumentException(
            "the gradient is " + gradient + ", the embedding " + embedding);
      }
      float[] row = new float[DIM];
      for (int i = 0; i < gradient.rows(); i++) {
        gradient.copyRow(i, row, 0);
        double[] g = ToyBlock.widened(row);
        for (int b = saved.get(i).length - 1; b >= 0 && !saved.get(i)[b].block.frozen(); b--) {
          g = saved.get(i)[b].backward(g);
        }
      }
      gradients = true;
      close();
    }

    @Override
    public void close() {
      images = null;
      open.remove(this);
    }
  }

  /** What the gradient of one image through one block needs. */
  private final class Saved {
    private final ToyParameters.Block block;
    private final double[] input;
    private final double[] kept; // factor of each input value on its way to A
    private final double[] low; // A · the input kept
    private final double[] tanh;

    Saved(ToyParameters.Block block, double[] input, SplittableRandom random) {
      this.block = block;
      this.input = input;
      this.kept = new double[DIM];
      double[] out = block.block().affine(input);
      ToyParameters.Parameter a = block.a();
      ToyParameters.Parameter b = block.b();
      this.low = new double[a == null ? 0 : a.values.length / DIM];
      if (a != null && b != null && tuning instanceof Tuning.Lora lora) {
        for (int i = 0; i < DIM; i++) {
          kept[i] = random.nextDouble() < lora.dropout() ? 0 : 1 / (1 - lora.dropout());
        }
        ToyBlock.addProduct(low, a.values, keptInput(), 1);
        ToyBlock.addProduct(out, b.values, low, parameters.scale());
      }
      for (int o = 0; o < DIM; o++) {
        out[o] = Math.tanh(out[o]);
      }
      this.tanh = out;
    }

    private double[] keptInput() {
      double[] x = new double[DIM];
      for (int i = 0; i < DIM; i++) {
        x[i] = kept[i] * input[i];
      }
      return x;
    }

    double[] output() {
      double[] out = new double[DIM];
      for (int d = 0; d < DIM; d++) {
        out[d] = input[d] + tanh[d];
      }
      return out;
    }

    /** Adds to the gradients of this block and returns that of its input. */
    double[] backward(double[] gradient) {
      double[] before = new double[DIM]; // of W h + b
      for (int o = 0; o < DIM; o++) {
        before[o] = gradient[o] * (1 - tanh[o] * tanh[o]);
      }
      double[] below = gradient.clone();
      ToyBlock.addTransposed(below, block.block().weight(), before, 1);
      ToyParameters.Parameter weight = block.weight();
      ToyParameters.Parameter bias = block.bias();
      if (weight != null && bias != null) {
        ToyBlock.addOuter(weight.gradient, before, input, 1);
        for (int o = 0; o < DIM; o++) {
          bias.gradient[o] += before[o];
        }
      }
      ToyParameters.Parameter a = block.a();
      ToyParameters.Parameter b = block.b();
      if (a != null && b != null) {
        double[] ofLow = new double[low.length];
        ToyBlock.addTransposed(ofLow, b.values, before, parameters.scale());
        ToyBlock.addOuter(b.gradient, before, low, parameters.scale());
        ToyBlock.addOuter(a.gradient, ofLow, keptInput(), 1);
        double[] ofKept = new double[DIM];
        ToyBlock.addTransposed(ofKept, a.values, ofLow, 1);
        for (int i = 0; i < DIM; i++) {
          below[i] += kept[i] * ofKept[i];
        }
      }
      return below;
    }
  }
}
