package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.histofm.backbone.Tuning;
import org.histofm.backbones.program.TrainedParameters.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Part of a layer in training: y = x Wᵀ + b, where W and b are frozen, frozen beside a low-rank
 * adapter, or trained.
 *
 * <p>A frozen weight is prepared twice, as W for y and as Wᵀ for the gradient of x; a trained one
 * stays float32 and has a copy in the program's format. An adapter adds s · drop(x) Aᵀ Bᵀ to y. Its
 * scale s = alpha / rank and the dropout's 1 / (1 − p) are folded into the copy of A that computes;
 * a LayerScale that is folded into W is folded into the copy of B too.
 */
final class TrainingLinear {
  private final Training training;
  private final Dialect dialect;
  private final String name;
  private final ParameterSpec weightSpec;
  private final @Nullable ParameterSpec biasSpec;
  private final int rows;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;
  private final @Nullable Parameter down;
  private final @Nullable Parameter up;
  private final Masks.Slice masks;
  private boolean scaled;

  /**
   * @param name prefix of its fields and locals
   * @param timm prefix of its parameters, such as {@code blocks.0.attn.qkv}
   * @param tokens of an image that it is applied to
   * @param target what LoRA calls it
   */
  TrainingLinear(
      Training training,
      String name,
      String timm,
      int outputs,
      int inputs,
      boolean hasBias,
      int tokens,
      Tuning.LoraTarget target,
      String group) {
    this.training = training;
    this.dialect = training.dialect();
    this.name = name;
    rows = training.batch() * tokens;
    weightSpec = ParameterSpec.of(timm + ".weight", outputs, inputs);
    biasSpec = hasBias ? ParameterSpec.of(timm + ".bias", outputs) : null;
    TrainedParameters trained = training.trained();
    weight = training.weights() ? trained.add(weightSpec, group) : null;
    bias = training.weights() && biasSpec != null ? trained.add(biasSpec, group) : null;
    if (training.adapts(target)) {
      long rank = training.lora().orElseThrow().rank();
      down = trained.add(ParameterSpec.of(timm + ".lora_A.weight", rank, inputs), group);
      up = trained.add(ParameterSpec.of(timm + ".lora_B.weight", outputs, rank), group);
      masks = training.masks().take(drops() ? tokens * inputs : 0);
    } else {
      down = null;
      up = null;
      masks = training.masks().take(0);
    }
  }

  List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(weightSpec);
    if (biasSpec != null) {
      parameters.add(biasSpec);
    }
    if (down != null && up != null) {
      parameters.add(down.spec());
      parameters.add(up.spec());
    }
    return parameters;
  }

  boolean trains() {
    return weight != null || down != null;
  }

  /**
   * Writes the preparation of its fields.
   *
   * @param scale expression of a LayerScale [outputs] that is folded into a frozen layer, or empty
   */
  void setup(ProgramWriter out, String scale) {
    if (weight != null) {
      TrainedParameters.setup(out, weight);
      if (bias != null) {
        TrainedParameters.setup(out, bias);
      }
      declareCopies(out);
      return;
    }
    String w = weightSpec.argument();
    String b = biasSpec == null ? "" : biasSpec.argument();
    scaled = !scale.isEmpty();
    if (scaled) {
      out.line("%s = torch.mul(%s, torch.unsqueeze(%s, 1))", w, w, scale);
      if (biasSpec != null) {
        out.line("%s = torch.mul(%s, %s)", b, b, scale);
      }
    }
    out.field(name + "_w");
    out.field(name + "_wt");
    out.line("self.%s_w = self.weight(%s, %d)", name, w, rows);
    out.line("self.%s_wt = self.weight(torch.t(%s), %d)", name, w, rows);
    if (biasSpec != null) {
      out.field(name + "_b");
      out.line("self.%s_b = torch.to(%s, %d)", name, b, dialect.biasFormat());
    }
    if (down != null && up != null) {
      TrainedParameters.setup(out, down);
      TrainedParameters.setup(out, up);
      out.field(name + "_down");
      out.field(name + "_up");
      if (scaled) {
        out.field(name + "_scale");
        out.line("self.%s_scale = torch.unsqueeze(%s, 1)", name, scale);
      }
    }
  }

  private void declareCopies(ProgramWriter out) {
    if (dialect.bfloat16()) {
      out.field(name + "_w");
    }
    if (bias != null && dialect.biasFormat() != Dialect.Format.FLOAT32) {
      out.field(name + "_b");
    }
  }

  void refresh(ProgramWriter out) {
    if (weight != null) {
      if (dialect.bfloat16()) {
        out.line("self.%s_w = torch.to(self.%s, %d)", name, weight.field(), dialect.format());
      }
      if (bias != null && dialect.biasFormat() != Dialect.Format.FLOAT32) {
        out.line("self.%s_b = torch.to(self.%s, %d)", name, bias.field(), dialect.biasFormat());
      }
    } else if (down != null && up != null) {
      out.line(
          "self.%s_down = torch.to(torch.mul(self.%s, %s), %d)",
          name, down.field(), number(scale()), dialect.format());
      String b = "self." + up.field();
      if (scaled) {
        b = "torch.mul(" + b + ", self." + name + "_scale)";
      }
      out.line("self.%s_up = torch.to(%s, %d, False, True)", name, b, dialect.format());
    }
  }

  /** What A is multiplied by: alpha / rank / (1 − p). */
  private double scale() {
    Tuning.Lora lora = training.lora().orElseThrow();
    return lora.alpha() / lora.rank() / (1 - lora.dropout());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%s", value);
  }

  private String w() {
    return "self." + (weight != null && !dialect.bfloat16() ? weight.field() : name + "_w");
  }

  private String b() {
    if (biasSpec == null) {
      return "None";
    }
    boolean itself = bias != null && dialect.biasFormat() == Dialect.Format.FLOAT32;
    return "self." + (itself && bias != null ? bias.field() : name + "_b");
  }

  private boolean drops() {
    return training.lora().isPresent() && training.lora().get().dropout() > 0;
  }

  /** Writes {@code y} from {@code x}, two locals, both in the format of branches. */
  void forward(ProgramWriter out, Saved saved, String x, String y) {
    if (down == null) {
      out.line("%s = self.linear(%s, %s, %s)", y, x, w(), b());
      return;
    }
    String dropped = x;
    if (drops()) {
      String images = "torch.size(" + x + ", 0)";
      out.line(
          "m = torch.slice(masks, 0, torch.mul(%s, %d), torch.mul(%s, %d))",
          images, masks.from(), images, masks.to());
      out.line("m = torch.view(m, torch.size(%s))", x);
      saved.keep(out, name + " mask", "m");
      out.line("u = self.masked(%s, m)", x);
      dropped = "u";
    }
    out.line("u = self.few(torch.flatten(%s, 0, 1), self.%s_down)", dropped, name);
    saved.keep(out, name + " u", "u");
    out.line("%s = self.linear(%s, %s, %s)", y, x, w(), b());
    // oneDNN's product with a sum is slower than this by a quarter
    out.line("torch.addmm_(torch.flatten(%s, 0, 1), u, torch.t(self.%s_up))", y, name);
  }

  /** Writes the taking of what was kept. */
  void take(ProgramWriter out, Saved saved) {
    if (down != null) {
      saved.take(out, name + " u", name + "_u");
      if (drops()) {
        saved.take(out, name + " mask", name + "_m");
      }
    }
  }

  /**
   * After {@link #take}: writes the gradients of what is trained, and into {@code d}, if wanted,
   * that of x.
   *
   * @param d local, the gradient of y in the format of branches; becomes that of x
   * @param x expression of x in the format of branches
   */
  void backward(ProgramWriter out, String d, String x, boolean input) {
    if (weight != null) {
      TrainedParameters.accumulate(out, weight, "self.outer(" + d + ", " + x + ")");
      if (bias != null) {
        TrainedParameters.accumulate(out, bias, "self.rows_sum(" + d + ")");
      }
      if (input) {
        out.line("%s = self.through(%s, %s)", d, d, w());
      }
    } else if (down != null && up != null) {
      String ofUp = "self.outer(" + d + ", " + name + "_u)";
      if (scaled) {
        ofUp = "torch.mul_(" + ofUp + ", self." + name + "_scale)";
      }
      TrainedParameters.accumulate(out, up, ofUp);
      out.line("u = torch.matmul(torch.flatten(%s, 0, 1), self.%s_up)", d, name);
      String dropped = x;
      if (drops()) {
        out.line("m = torch.to(%s_m, %d)", name, dialect.format());
        dropped = "torch.mul(" + x + ", m)";
      }
      TrainedParameters.accumulate(
          out, down, "torch.mul_(self.outer(u, " + dropped + "), " + number(scale()) + ")");
      if (input) {
        out.line("%s = self.linear(%s, self.%s_wt, None)", d, d, name);
        if (drops()) {
          out.line("u = torch.view(torch.matmul(u, self.%s_down), torch.size(%s))", name, d);
          out.line("torch.add_(%s, torch.mul_(u, m))", d);
        } else {
          out.line("torch.addmm_(torch.flatten(%s, 0, 1), u, self.%s_down)", d, name);
        }
      }
    } else if (input) {
      out.line("%s = self.linear(%s, self.%s_wt, None)", d, d, name);
    }
  }
}
