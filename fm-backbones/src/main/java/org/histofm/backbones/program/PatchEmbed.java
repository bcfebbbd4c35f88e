package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;
import org.histofm.backbone.Preprocessing;

/**
 * Cuts an image into patches and maps each to a token: timm's convolution with stride = kernel, as
 * a linear layer on the values of a patch in the order row, column, channel.
 *
 * <p>Patch values are bytes less an integer per channel, the rounded mean: exact in float32 and in
 * bfloat16. What is left of the normalisation, (v − (mean · 255 − integer)) / (std · 255), is
 * folded into weight and bias in float64. Images that come normalised are brought back to that
 * scale first, so that both kinds of input share one weight, and pixels that were bytes are exact
 * again.
 */
final class PatchEmbed implements Layer {
  private final VitShape shape;
  private final Dialect dialect;
  private final Preprocessing preprocessing;
  private final Linear projection;

  PatchEmbed(VitShape shape, Dialect dialect, Preprocessing preprocessing, int batch) {
    this.shape = shape;
    this.dialect = dialect;
    this.preprocessing = preprocessing;
    projection = new Linear(dialect, "patch", true, batch * shape.patches());
  }

  @Override
  public String name() {
    return "patch";
  }

  @Override
  public List<ParameterSpec> parameters() {
    int size = shape.patchSize();
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(ParameterSpec.of("patch_embed.proj.weight", shape.dim(), 3, size, size));
    // timm: no bias in front of norm_pre, which would only shift it
    if (!shape.preNorm()) {
      parameters.add(ParameterSpec.of("patch_embed.proj.bias", shape.dim()));
    }
    return parameters;
  }

  @Override
  public void setup(ProgramWriter out) {
    fold(out, "proj_weight", shape.preNorm() ? "" : "proj_bias");
    projection.setup(out, "torch.flatten(w, 1)", "b");
    setupInput(out);
  }

  /**
   * Writes the locals {@code w} [dim, row, column, channel] and {@code b} [dim], float64: weight
   * and bias with the rest of the normalisation folded in.
   *
   * @param bias its expression, or empty if there is none
   */
  void fold(ProgramWriter out, String weight, String bias) {
    out.line("gain = torch.tensor(%s, dtype=%d)", gains(), Dialect.Format.FLOAT64);
    out.line("shift = torch.tensor(%s, dtype=%d)", shifts(), Dialect.Format.FLOAT64);
    out.line(
        "w = torch.div(torch.permute(torch.to(%s, %d), [0, 2, 3, 1]), gain)",
        weight, Dialect.Format.FLOAT64);
    out.line("b = torch.neg(torch.sum(torch.mul(w, shift), [1, 2, 3]))");
    if (!bias.isEmpty()) {
      out.line("b = torch.add(b, %s)", bias);
    }
  }

  /** Writes the preparation of what {@link #writeInput} needs. */
  void setupInput(ProgramWriter out) {
    out.line("offset = torch.tensor(%s, dtype=%d)", offsets(), dialect.format());
    out.field("patch_offset");
    out.line(
        "self.patch_offset = torch.repeat(offset, [%d])", shape.patchSize() * shape.patchSize());
    constant(out, "patch_gain", gains());
    constant(out, "patch_shift", shifts());
  }

  private static void constant(ProgramWriter out, String field, List<Double> values) {
    out.field(field);
    out.line(
        "self.%s = torch.reshape(torch.tensor(%s, dtype=%d), [3, 1, 1])",
        field, values, Dialect.Format.FLOAT32);
  }

  /** The rounded mean of each channel in bytes. */
  private List<Double> offsets() {
    return preprocessing.mean().stream().map(mean -> Math.rint(mean * 255)).toList();
  }

  private List<Double> gains() {
    return preprocessing.std().stream().map(std -> std * 255).toList();
  }

  /** What is left of the mean. */
  private List<Double> shifts() {
    return preprocessing.mean().stream().map(mean -> mean * 255 - Math.rint(mean * 255)).toList();
  }

  /**
   * Writes the methods {@code bytes} and {@code floats}: image to patch values [n, patches,
   * values].
   */
  void writeInput(ProgramWriter out) {
    int size = shape.patchSize();
    int rows = shape.imageHeight() / size;
    int columns = shape.imageWidth() / size;
    // [n, h, w, 3] uint8
    out.method(
        "bytes",
        List.of("x: Tensor"),
        "Tensor",
        () -> {
          crop(out, 1, rows * size, columns * size);
          out.line("x = torch.reshape(x, [-1, %d, %d, %d, %d, 3])", rows, size, columns, size);
          out.line("x = torch.permute(x, [0, 1, 3, 2, 4, 5])");
          out.line(
              "x = torch.to(torch.reshape(x, [-1, %d, %d]), %d)",
              rows * columns, size * size * 3, dialect.format());
          out.line("return torch.sub_(x, self.patch_offset)");
        });
    // [n, 3, h, w] float32, normalised
    out.method(
        "floats",
        List.of("x: Tensor"),
        "Tensor",
        () -> {
          crop(out, 2, rows * size, columns * size);
          out.line("x = torch.add_(torch.mul(x, self.patch_gain), self.patch_shift)");
          out.line("x = torch.reshape(x, [-1, 3, %d, %d, %d, %d])", rows, size, columns, size);
          out.line("x = torch.permute(x, [0, 2, 4, 3, 5, 1])");
          out.line(
              "return torch.to(torch.reshape(x, [-1, %d, %d]), %d)",
              rows * columns, size * size * 3, dialect.format());
        });
  }

  /** Drops the pixels that fill no patch, as a convolution does. */
  private void crop(ProgramWriter out, int dimension, int height, int width) {
    if (height < shape.imageHeight()) {
      out.line("x = torch.slice(x, %d, 0, %d)", dimension, height);
    }
    if (width < shape.imageWidth()) {
      out.line("x = torch.slice(x, %d, 0, %d)", dimension + 1, width);
    }
  }

  @Override
  public void forward(ProgramWriter out) {
    out.line("x = %s", projection.of("x"));
  }
}
