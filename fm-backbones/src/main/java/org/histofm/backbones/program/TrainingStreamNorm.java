package org.histofm.backbones.program;

import java.util.List;

/** The normalisation of all tokens before the first block, in training. */
final class TrainingStreamNorm implements TrainingLayer {
  private final TrainingNorm norm;

  TrainingStreamNorm(Training training, VitShape shape) {
    norm =
        new TrainingNorm(
            training.inFloat32(),
            "norm_pre",
            "norm_pre",
            shape.dim(),
            shape.normEps(),
            VitTraining.EMBED);
  }

  @Override
  public String name() {
    return "norm_pre";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return norm.parameters();
  }

  @Override
  public boolean trains() {
    return norm.trains();
  }

  @Override
  public void setup(ProgramWriter out) {
    norm.setup(out);
  }

  @Override
  public void refresh(ProgramWriter out) {
    // nothing is derived from its parameters
  }

  @Override
  public void forward(ProgramWriter out, Saved saved) {
    norm.forward(out, saved, "x", "x");
  }

  @Override
  public void backward(ProgramWriter out, Saved saved, boolean input) {
    norm.take(out, saved);
    norm.backward(out, "d", "d", input);
  }
}
