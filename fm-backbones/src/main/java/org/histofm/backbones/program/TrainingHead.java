package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of a network in training: final normalisation, pooling, normalisation of the vector. */
final class TrainingHead implements TrainingLayer {
  private final VitShape shape;
  private final @Nullable TrainingNorm norm;
  private final @Nullable TrainingNorm pooledNorm;

  TrainingHead(Training training, VitShape shape) {
    this.shape = shape;
    int dim = shape.dim();
    double eps = shape.normEps();
    norm =
        shape.finalNorm()
            ? new TrainingNorm(training.inFloat32(), "head_norm", "norm", dim, eps, "head")
            : null;
    pooledNorm =
        shape.fcNorm()
            ? new TrainingNorm(training.inFloat32(), "head_fc_norm", "fc_norm", dim, eps, "head")
            : null;
  }

  @Override
  public String name() {
    return "head";
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    if (norm != null) {
      parameters.addAll(norm.parameters());
    }
    if (pooledNorm != null) {
      parameters.addAll(pooledNorm.parameters());
    }
    return parameters;
  }

  @Override
  public boolean trains() {
    return (norm != null && norm.trains()) || (pooledNorm != null && pooledNorm.trains());
  }

  @Override
  public void setup(ProgramWriter out) {
    if (norm != null) {
      norm.setup(out);
    }
    if (pooledNorm != null) {
      pooledNorm.setup(out);
    }
  }

  @Override
  public void refresh(ProgramWriter out) {
    // nothing is derived from its parameters
  }

  private boolean dropsPrefix() {
    return !shape.poolIncludesPrefix() && shape.prefixTokens() > 0;
  }

  private int pooled() {
    return shape.patches() + (dropsPrefix() ? 0 : shape.prefixTokens());
  }

  private boolean byToken() {
    return shape.pool() == VitShape.Pool.TOKEN;
  }

  @Override
  public void forward(ProgramWriter out, Saved saved) {
    if (byToken()) {
      out.line("x = torch.select(x, 1, 0)");
    } else if (dropsPrefix()) {
      out.line(
          "x = torch.slice(x, 1, %d, %d)",
          shape.prefixTokens(), shape.prefixTokens() + shape.patches());
    }
    if (norm != null) {
      norm.forward(out, saved, "x", "x");
    }
    if (!byToken()) {
      out.line("x = torch.mean(x, [1], False)");
    }
    if (pooledNorm != null) {
      pooledNorm.forward(out, saved, "x", "x");
    }
    out.line("x = torch.contiguous(x)");
  }

  /** Reads d [n, dim]; leaves d [n, tokens, dim], with one token where only that is read. */
  @Override
  public void backward(ProgramWriter out, Saved saved, boolean input) {
    boolean throughNorm = input || (norm != null && norm.trains());
    if (pooledNorm != null) {
      pooledNorm.take(out, saved);
      pooledNorm.backward(out, "d", "d", throughNorm);
    }
    if (norm != null) {
      norm.take(out, saved);
    }
    if (!throughNorm) {
      return;
    }
    if (!byToken()) {
      out.line("d = torch.mul(torch.unsqueeze(d, 1), %s)", 1.0 / pooled());
      out.line("d = torch.contiguous(torch.expand(d, [-1, %d, -1]))", pooled());
    }
    if (norm != null) {
      norm.backward(out, "d", "d", input);
    }
    if (input && byToken()) {
      out.line("d = torch.unsqueeze(d, 1)");
    } else if (input && dropsPrefix()) {
      out.line(
          "d = torch.cat([torch.zeros([torch.size(d, 0), %d, %d]), d], 1)",
          shape.prefixTokens(), shape.dim());
    }
  }
}
