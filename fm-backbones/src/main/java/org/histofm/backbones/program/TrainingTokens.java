package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.histofm.backbones.program.TrainedParameters.Parameter;

/** Positions, class token and registers in training; see {@link Tokens}. */
final class TrainingTokens implements TrainingLayer {
  private final VitShape shape;
  private final List<ParameterSpec> parameters;
  private final Map<String, Parameter> trained = new LinkedHashMap<>();

  TrainingTokens(Training training, VitShape shape) {
    this.shape = shape;
    parameters = new Tokens(shape).parameters();
    parameters.forEach(
        spec -> trained.put(spec.name(), training.trained().add(spec, VitTraining.EMBED)));
  }

  @Override
  public String name() {
    return "tokens";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return parameters;
  }

  @Override
  public boolean trains() {
    return !trained.isEmpty();
  }

  @Override
  public void setup(ProgramWriter out) {
    trained.values().forEach(parameter -> TrainedParameters.setup(out, parameter));
  }

  @Override
  public void refresh(ProgramWriter out) {
    // nothing is derived from its parameters
  }

  private boolean prefixHasPositions() {
    return shape.positionTable() && !shape.noEmbedClass();
  }

  /** Positions of the table from one on, to another. */
  private String positions(int from, int to) {
    return "torch.slice(self." + parameter("pos_embed").field() + ", 1, " + from + ", " + to + ")";
  }

  private Parameter parameter(String name) {
    Parameter parameter = trained.get(name);
    if (parameter == null) {
      throw new IllegalStateException("this network has no " + name);
    }
    return parameter;
  }

  @Override
  public void forward(ProgramWriter out, Saved saved) {
    int prefix = shape.prefixTokens();
    int inTable = prefixHasPositions() ? prefix : 0;
    if (shape.positionTable()) {
      out.line("x = torch.add(x, %s)", positions(inTable, inTable + shape.patches()));
    } else {
      out.line("x = torch.to(x, %d)", Dialect.Format.FLOAT32);
    }
    if (prefix > 0) {
      List<String> tokens = new ArrayList<>();
      if (shape.classToken()) {
        tokens.add("self." + parameter("cls_token").field());
      }
      if (shape.registers() > 0) {
        tokens.add("self." + parameter("reg_token").field());
      }
      out.line("h = torch.cat([%s], 1)", String.join(", ", tokens));
      if (prefixHasPositions()) {
        out.line("h = torch.add(h, %s)", positions(0, prefix));
      }
      out.line("x = torch.cat([torch.expand(h, [torch.size(x, 0), -1, -1]), x], 1)");
    }
  }

  @Override
  public void backward(ProgramWriter out, Saved saved, boolean input) {
    int prefix = shape.prefixTokens();
    int end = prefix + shape.patches();
    out.line("e = torch.sum(d, [0], True)");
    if (shape.classToken()) {
      accumulate(out, "cls_token", "torch.clone(torch.slice(e, 1, 0, 1))");
    }
    if (shape.registers() > 0) {
      int first = shape.classToken() ? 1 : 0;
      accumulate(out, "reg_token", "torch.clone(torch.slice(e, 1, " + first + ", " + prefix + "))");
    }
    if (shape.positionTable()) {
      int from = prefixHasPositions() ? 0 : prefix;
      accumulate(out, "pos_embed", "torch.clone(torch.slice(e, 1, " + from + ", " + end + "))");
    }
    if (input && prefix > 0) {
      out.line("d = torch.slice(d, 1, %d, %d)", prefix, end);
    }
  }

  private void accumulate(ProgramWriter out, String name, String expression) {
    TrainedParameters.accumulate(out, parameter(name), expression);
  }
}
