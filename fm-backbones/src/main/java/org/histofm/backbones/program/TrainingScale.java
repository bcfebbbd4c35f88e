package org.histofm.backbones.program;

import java.util.List;
import org.histofm.backbones.program.TrainedParameters.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * The end of a branch in training: its result, the local {@code h}, is added to the residual stream
 * {@code x}, scaled by LayerScale if the network has it. A frozen scale is folded into the linear
 * layer before it.
 */
final class TrainingScale {
  private final Dialect dialect;
  private final @Nullable ParameterSpec gamma;
  private final @Nullable Parameter trained;
  private final String name;

  /**
   * @param timm name of the scale, such as {@code blocks.0.ls1.gamma}
   */
  TrainingScale(Training training, VitShape shape, String timm, String group) {
    dialect = training.dialect();
    name = timm;
    gamma = shape.layerScale() ? ParameterSpec.of(timm, shape.dim()) : null;
    trained = gamma != null && training.weights() ? training.trained().add(gamma, group) : null;
  }

  List<ParameterSpec> parameters() {
    return gamma == null ? List.of() : List.of(gamma);
  }

  /** Expression of the scale if it is folded into the layer before, else empty. */
  String folded() {
    return gamma == null || trained != null ? "" : gamma.argument();
  }

  void setup(ProgramWriter out) {
    if (trained != null) {
      TrainedParameters.setup(out, trained);
    }
  }

  /** Writes the addition of {@code h} to {@code x}, which changes in place. */
  void addTo(ProgramWriter out, Saved saved) {
    if (trained != null) {
      saved.keep(out, name, "h");
      out.line("h = torch.mul(h, self.%s)", trained.field());
    }
    out.line("x = torch.add_(x, h)");
  }

  /** Writes {@code e}, the gradient of the branch's result in its format, from that of x. */
  void backward(ProgramWriter out, Saved saved) {
    if (trained == null) {
      out.line("e = %s", dialect.bfloat16() ? dialect.narrow("d") : "d");
      return;
    }
    saved.take(out, name, "h");
    TrainedParameters.accumulate(out, trained, "torch.sum(torch.mul(d, h), [0, 1])");
    out.line("e = %s", dialect.narrow("torch.mul(d, self." + trained.field() + ")"));
  }
}
