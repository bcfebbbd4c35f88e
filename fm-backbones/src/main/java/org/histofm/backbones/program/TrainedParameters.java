package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;

/**
 * The parameters that a program trains, in the order of the network. Each has four fields: its
 * value, float32, under {@link Parameter#field}, its gradient since the last step ({@code g_…},
 * empty if there is none) and its two moments ({@code m_…}, {@code v_…}).
 */
final class TrainedParameters {
  /**
   * A trained parameter.
   *
   * @param spec its name and shape
   * @param group learning-rate group it belongs to
   * @param decays whether weight decay applies to it: to matrices, as timm's {@code
   *     param_groups_weight_decay} has it
   */
  record Parameter(ParameterSpec spec, String group, boolean decays) {
    private String suffix() {
      return spec.name().replace('.', '_');
    }

    /** Field of the value. */
    String field() {
      return "p_" + suffix();
    }

    /** Field of the gradient. */
    String gradient() {
      return "g_" + suffix();
    }

    /** Field of the first moment. */
    String first() {
      return "m_" + suffix();
    }

    /** Field of the second moment. */
    String second() {
      return "v_" + suffix();
    }
  }

  private final List<Parameter> all = new ArrayList<>();

  /** Adds a parameter of a group. */
  Parameter add(ParameterSpec spec, String group) {
    List<String> undecayed = List.of("cls_token", "reg_token", "pos_embed");
    boolean decays = spec.shape().size() > 1 && !undecayed.contains(spec.name());
    Parameter parameter = new Parameter(spec, group, decays);
    all.add(parameter);
    return parameter;
  }

  /** All parameters in order. */
  List<Parameter> all() {
    return List.copyOf(all);
  }

  /** Writes the declaration of a parameter's fields and its value, which {@code setup} is given. */
  static void setup(ProgramWriter out, Parameter parameter) {
    out.field(parameter.field());
    out.field(parameter.gradient());
    out.field(parameter.first());
    out.field(parameter.second());
    out.line("self.%s = %s", parameter.field(), parameter.spec().argument());
    out.line("self.%s = torch.zeros_like(self.%s)", parameter.first(), parameter.field());
    out.line("self.%s = torch.zeros_like(self.%s)", parameter.second(), parameter.field());
  }

  /** Writes the addition of {@code expression}, float32 memory of its own, to the gradient. */
  static void accumulate(ProgramWriter out, Parameter parameter, String expression) {
    String field = parameter.gradient();
    out.line("self.%s = self.accumulate(self.%s, %s)", field, field, expression);
  }
}
