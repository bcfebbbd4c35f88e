package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;

/**
 * The end of a network: final normalisation, pooling, normalisation of the pooled vector, each if
 * the shape has it; float32 in every dialect.
 */
final class Head implements Layer {
  private final VitShape shape;
  private final LayerNorm norm;
  private final LayerNorm pooledNorm;

  Head(VitShape shape) {
    this.shape = shape;
    norm = new LayerNorm("head_norm", "norm", shape.dim(), shape.normEps());
    pooledNorm = new LayerNorm("head_fc_norm", "fc_norm", shape.dim(), shape.normEps());
  }

  @Override
  public String name() {
    return "head";
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    if (shape.finalNorm()) {
      parameters.addAll(norm.parameters());
    }
    if (shape.fcNorm()) {
      parameters.addAll(pooledNorm.parameters());
    }
    return parameters;
  }

  @Override
  public void setup(ProgramWriter out) {
    if (shape.finalNorm()) {
      norm.setup(out);
    }
    if (shape.fcNorm()) {
      pooledNorm.setup(out);
    }
  }

  /** Writes the pooling: x [n, tokens, dim], or the first token alone, becomes [n, dim]. */
  @Override
  public void forward(ProgramWriter out) {
    if (shape.pool() == VitShape.Pool.TOKEN) {
      out.line("x = torch.select(x, 1, 0)");
      forwardTokens(out);
    } else {
      if (!shape.poolIncludesPrefix() && shape.prefixTokens() > 0) {
        out.line(
            "x = torch.slice(x, 1, %d, %d)",
            shape.prefixTokens(), shape.prefixTokens() + shape.patches());
      }
      forwardTokens(out);
      out.line("x = torch.mean(x, [1], False)");
    }
    if (shape.fcNorm()) {
      pooledNorm.forward(out);
    }
  }

  /** Writes the normalisation of every token. */
  void forwardTokens(ProgramWriter out) {
    if (shape.finalNorm()) {
      norm.forward(out);
    }
  }
}
