package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;
import org.histofm.backbone.Tuning;

/**
 * The MLP branch of a block in training, with its residual: x + ls2 · fc2(activation(fc1(norm2(x
 * )))), or with timm's SwiGLUPacked x + ls2 · fc2(activation(g) · v), where g is the first half of
 * fc1's outputs and v the second. Kept is the output of fc1; the activation is computed again.
 */
final class TrainingMlp implements TrainingLayer {
  private final VitShape shape;
  private final Dialect dialect;
  private final String name;
  private final TrainingNorm norm;
  private final TrainingLinear first;
  private final TrainingLinear second;
  private final TrainingScale scale;

  /**
   * @param tokens of an image that reach it
   */
  TrainingMlp(Training training, VitShape shape, int block, int tokens) {
    this.shape = shape;
    dialect = training.dialect();
    name = "b" + block + "_mlp";
    String timm = "blocks." + block + ".";
    String group = "block " + block;
    int dim = shape.dim();
    norm =
        new TrainingNorm(
            training, "b" + block + "_norm2", timm + "norm2", dim, shape.normEps(), group);
    first =
        new TrainingLinear(
            training,
            name + "_fc1",
            timm + "mlp.fc1",
            shape.mlpHidden(),
            dim,
            shape.projBias(),
            tokens,
            Tuning.LoraTarget.FC1,
            group);
    int inputs = shape.swiglu() ? shape.mlpHidden() / 2 : shape.mlpHidden();
    second =
        new TrainingLinear(
            training,
            name + "_fc2",
            timm + "mlp.fc2",
            dim,
            inputs,
            shape.projBias(),
            tokens,
            Tuning.LoraTarget.FC2,
            group);
    scale = new TrainingScale(training, shape, timm + "ls2.gamma", group);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>(norm.parameters());
    parameters.addAll(first.parameters());
    parameters.addAll(second.parameters());
    parameters.addAll(scale.parameters());
    return parameters;
  }

  @Override
  public boolean trains() {
    return first.trains() || second.trains();
  }

  @Override
  public void setup(ProgramWriter out) {
    norm.setup(out);
    first.setup(out, "");
    second.setup(out, scale.folded());
    scale.setup(out);
  }

  @Override
  public void refresh(ProgramWriter out) {
    first.refresh(out);
    second.refresh(out);
  }

  @Override
  public void forward(ProgramWriter out, Saved saved) {
    norm.forward(out, saved, "x", "h");
    out.line("h = %s", dialect.narrow("h"));
    first.forward(out, saved, "h", "h");
    saved.keep(out, name + " f", "h");
    activate(out, "h");
    second.forward(out, saved, "h", "h");
    scale.addTo(out, saved);
  }

  /** Writes {@code h}, what fc2 is given, from {@code f}, what fc1 gave. */
  private void activate(ProgramWriter out, String f) {
    if (shape.swiglu()) {
      out.line("gate, value = torch.chunk(%s, 2, -1)", f);
      out.line("h = torch.mul(%s, value)", activation("gate"));
    } else {
      out.line("h = %s", activation(f));
    }
  }

  private String activation(String x) {
    return switch (shape.activation()) {
      case GELU -> "torch.gelu(" + x + ", approximate=\"none\")";
      case GELU_TANH -> "torch.gelu(" + x + ", approximate=\"tanh\")";
      case SILU -> "torch.silu(" + x + ")";
      case RELU -> "torch.relu(" + x + ")";
    };
  }

  private String activationBackward(String dy, String x) {
    return switch (shape.activation()) {
      case GELU -> "torch.gelu_backward(" + dy + ", " + x + ", approximate=\"none\")";
      case GELU_TANH -> "torch.gelu_backward(" + dy + ", " + x + ", approximate=\"tanh\")";
      case SILU -> "torch.silu_backward(" + dy + ", " + x + ")";
      case RELU -> "torch.threshold_backward(" + dy + ", " + x + ", 0)";
    };
  }

  @Override
  public void backward(ProgramWriter out, Saved saved, boolean input) {
    boolean throughFirst = input || first.trains() || norm.trains();
    scale.backward(out, saved);
    second.take(out, saved);
    saved.take(out, name + " f", "f");
    activate(out, "f");
    second.backward(out, "e", "h", throughFirst);
    first.take(out, saved);
    norm.take(out, saved);
    if (!throughFirst) {
      return;
    }
    if (shape.swiglu()) {
      out.line(
          "e = torch.cat([%s, torch.mul(e, %s)], -1)",
          activationBackward("torch.mul(e, value)", "gate"), activation("gate"));
    } else {
      out.line("e = %s", activationBackward("e", "f"));
    }
    out.line("h = %s", dialect.narrow(norm.again()));
    first.backward(out, "e", "h", input || norm.trains());
    norm.backward(out, "torch.to(e, " + Dialect.Format.FLOAT32 + ")", "e", input);
    if (input) {
      out.line("d = torch.add_(e, d)");
    }
  }
}
