package org.histofm.backbones.program;

import java.util.List;

/**
 * Layer normalisation over the last dimension. Weight and bias are float32 in every dialect; the
 * result has the format of the input.
 */
final class LayerNorm implements Layer {
  private final String name;
  private final List<ParameterSpec> parameters;
  private final int width;
  private final double eps;

  /**
   * @param name prefix of its fields
   * @param timm prefix of its parameters, such as {@code blocks.0.norm1}
   */
  LayerNorm(String name, String timm, int width, double eps) {
    this.name = name;
    this.width = width;
    this.eps = eps;
    parameters =
        List.of(ParameterSpec.of(timm + ".weight", width), ParameterSpec.of(timm + ".bias", width));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return parameters;
  }

  @Override
  public void setup(ProgramWriter out) {
    out.field(name + "_w");
    out.field(name + "_b");
    out.line("self.%s_w = %s", name, parameters.get(0).argument());
    out.line("self.%s_b = %s", name, parameters.get(1).argument());
  }

  @Override
  public void forward(ProgramWriter out) {
    out.line("x = %s", of("x"));
  }

  /** The expression of the normalised {@code x}. */
  String of(String x) {
    return "torch.layer_norm("
        + x
        + ", ["
        + width
        + "], self."
        + name
        + "_w, self."
        + name
        + "_b, "
        + eps
        + ", False)";
  }
}
