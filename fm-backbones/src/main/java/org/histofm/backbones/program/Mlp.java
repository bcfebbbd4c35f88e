package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;

/**
 * The MLP branch of a block with its residual: x + ls2 · fc2(activation(fc1(norm2(x)))), or with
 * timm's SwiGLUPacked x + ls2 · fc2(activation(g) · v), where g is the first half of fc1's outputs
 * and v the second. LayerScale is folded into fc2; gate and value are two linear layers, so that
 * activation and product fuse into them.
 */
final class Mlp implements Layer {
  private final VitShape shape;
  private final Dialect dialect;
  private final String name;
  private final String timm;
  private final LayerNorm norm;
  private final Linear first;
  private final Linear value;
  private final Linear second;

  Mlp(VitShape shape, Dialect dialect, int block, int rows) {
    this.shape = shape;
    this.dialect = dialect;
    name = "b" + block + "_mlp";
    timm = "blocks." + block + ".";
    norm = new LayerNorm("b" + block + "_norm2", timm + "norm2", shape.dim(), shape.normEps());
    // timm: proj_bias decides about the biases of the MLP too
    first = new Linear(dialect, name + "_fc1", shape.projBias(), rows);
    value = Linear.forTimes(dialect, name + "_value", shape.projBias(), rows);
    second = new Linear(dialect, name + "_fc2", shape.projBias(), rows);
  }

  @Override
  public String name() {
    return name;
  }

  /** Inputs of fc2. */
  private int width() {
    return shape.swiglu() ? shape.mlpHidden() / 2 : shape.mlpHidden();
  }

  @Override
  public List<ParameterSpec> parameters() {
    int dim = shape.dim();
    int hidden = shape.mlpHidden();
    List<ParameterSpec> parameters = new ArrayList<>(norm.parameters());
    parameters.add(ParameterSpec.of(timm + "mlp.fc1.weight", hidden, dim));
    if (shape.projBias()) {
      parameters.add(ParameterSpec.of(timm + "mlp.fc1.bias", hidden));
    }
    parameters.add(ParameterSpec.of(timm + "mlp.fc2.weight", dim, width()));
    if (shape.projBias()) {
      parameters.add(ParameterSpec.of(timm + "mlp.fc2.bias", dim));
    }
    if (shape.layerScale()) {
      parameters.add(ParameterSpec.of(timm + "ls2.gamma", dim));
    }
    return parameters;
  }

  @Override
  public void setup(ProgramWriter out) {
    norm.setup(out);
    if (shape.swiglu()) {
      int half = width();
      first.setup(out, rows("fc1_weight", 0, half), rows("fc1_bias", 0, half));
      value.setup(out, rows("fc1_weight", half, 2 * half), rows("fc1_bias", half, 2 * half));
    } else {
      first.setup(out, "fc1_weight", "fc1_bias");
    }
    if (shape.layerScale()) {
      out.line("fc2_weight = torch.mul(fc2_weight, torch.unsqueeze(ls2_gamma, 1))");
      if (shape.projBias()) {
        out.line("fc2_bias = torch.mul(fc2_bias, ls2_gamma)");
      }
    }
    second.setup(out, "fc2_weight", "fc2_bias");
  }

  private static String rows(String tensor, int from, int to) {
    return "torch.slice(" + tensor + ", 0, " + from + ", " + to + ")";
  }

  @Override
  public void forward(ProgramWriter out) {
    out.line("h = %s", dialect.narrow(norm.of("x")));
    if (shape.swiglu()) {
      out.line("g = %s", first.activated("h"));
      out.line("h = %s", value.times("h", "g"));
    } else {
      out.line("h = %s", first.activated("h"));
    }
    out.line("x = %s", second.addedTo("x", "h"));
  }
}
