package org.histofm.backbones.program;

import java.util.List;
import org.histofm.backbones.program.TrainedParameters.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Part of a layer in training: layer normalisation over the last dimension, in float32. Kept are
 * the normalised input, in the format of branches, and the reciprocal of its standard deviation;
 * the gradient needs no more, since that of normalising x is 1/σ times that of normalising what is
 * already normal.
 */
final class TrainingNorm {
  private final Dialect dialect;
  private final String name;
  private final List<ParameterSpec> parameters;
  private final int width;
  private final double eps;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;

  /**
   * @param name prefix of its fields and locals
   * @param timm prefix of its parameters, such as {@code blocks.0.norm1}
   */
  TrainingNorm(Training training, String name, String timm, int width, double eps, String group) {
    this.dialect = training.dialect();
    this.name = name;
    this.width = width;
    this.eps = eps;
    parameters =
        List.of(ParameterSpec.of(timm + ".weight", width), ParameterSpec.of(timm + ".bias", width));
    boolean trains = training.weights();
    weight = trains ? training.trained().add(parameters.get(0), group) : null;
    bias = trains ? training.trained().add(parameters.get(1), group) : null;
  }

  List<ParameterSpec> parameters() {
    return parameters;
  }

  void setup(ProgramWriter out) {
    if (weight != null && bias != null) {
      TrainedParameters.setup(out, weight);
      TrainedParameters.setup(out, bias);
    } else {
      out.field(name + "_w");
      out.field(name + "_b");
      out.line("self.%s_w = %s", name, parameters.get(0).argument());
      out.line("self.%s_b = %s", name, parameters.get(1).argument());
    }
  }

  private String w() {
    return "self." + (weight != null ? weight.field() : name + "_w");
  }

  private String b() {
    return "self." + (bias != null ? bias.field() : name + "_b");
  }

  /** Writes {@code y}, float32, the normalised {@code x}. */
  void forward(ProgramWriter out, Saved saved, String x, String y) {
    out.line(
        "n, mean, r = torch.native_layer_norm(torch.to(%s, %d), [%d], None, None, %s)",
        x, Dialect.Format.FLOAT32, width, eps);
    saved.keep(out, name + " r", "r");
    saved.keep(out, name + " n", dialect.narrow("n"));
    out.line("%s = torch.addcmul(%s, n, %s)", y, b(), w());
  }

  /** Writes the taking of what was kept: the local {@code <name>_n}. */
  void take(ProgramWriter out, Saved saved) {
    saved.take(out, name + " n", name + "_n");
    if (dialect.bfloat16()) {
      out.line("%s_n = torch.to(%s_n, %d)", name, name, Dialect.Format.FLOAT32);
    }
    saved.take(out, name + " r", name + "_r");
  }

  /** After {@link #take}: the expression of the result, float32, computed again. */
  String again() {
    return "torch.addcmul(" + b() + ", " + name + "_n, " + w() + ")";
  }

  /**
   * After {@link #take}: writes the gradients of weight and bias, and into {@code dx}, if wanted,
   * that of the input, float32.
   *
   * @param dy expression of the gradient of the result, float32
   */
  void backward(ProgramWriter out, String dy, String dx, boolean input) {
    boolean trains = weight != null;
    if (!input && !trains) {
      return;
    }
    out.line(
        "dn, dw, db = torch.native_layer_norm_backward(%s, %s_n, [%d], torch.zeros_like(%s_r),"
            + " torch.ones_like(%s_r), %s, %s, [%s, %s, %s])",
        dy, name, width, name, name, w(), b(), bool(input), bool(trains), bool(trains));
    if (weight != null && bias != null) {
      TrainedParameters.accumulate(out, weight, "dw");
      TrainedParameters.accumulate(out, bias, "db");
    }
    if (input) {
      out.line("%s = torch.mul_(dn, %s_r)", dx, name);
    }
  }

  boolean trains() {
    return weight != null;
  }

  private static String bool(boolean value) {
    return value ? "True" : "False";
  }
}
