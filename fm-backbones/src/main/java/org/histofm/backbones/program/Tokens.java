package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;

/**
 * Adds positions to the patch tokens and puts class token and registers, in this order, in front,
 * as timm's {@code _pos_embed} does. A position table either covers the prefix too, whose positions
 * are then added at setup, or ({@code noEmbedClass}) the patches alone. From here on the tokens are
 * float32.
 */
final class Tokens implements Layer {
  private final VitShape shape;

  Tokens(VitShape shape) {
    this.shape = shape;
  }

  @Override
  public String name() {
    return "tokens";
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    if (shape.classToken()) {
      parameters.add(ParameterSpec.of("cls_token", 1, 1, shape.dim()));
    }
    if (shape.registers() > 0) {
      parameters.add(ParameterSpec.of("reg_token", 1, shape.registers(), shape.dim()));
    }
    if (shape.positionTable()) {
      int positions = shape.patches() + (prefixHasPositions() ? shape.prefixTokens() : 0);
      parameters.add(ParameterSpec.of("pos_embed", 1, positions, shape.dim()));
    }
    return parameters;
  }

  private boolean prefixHasPositions() {
    return shape.positionTable() && !shape.noEmbedClass();
  }

  private boolean hasPrefix() {
    return shape.prefixTokens() > 0;
  }

  @Override
  public void setup(ProgramWriter out) {
    if (hasPrefix()) {
      List<String> prefix = new ArrayList<>();
      if (shape.classToken()) {
        prefix.add("cls_token");
      }
      if (shape.registers() > 0) {
        prefix.add("reg_token");
      }
      out.line("prefix = torch.cat([%s], 1)", String.join(", ", prefix));
      if (prefixHasPositions()) {
        out.line(
            "prefix = torch.add(prefix, torch.slice(pos_embed, 1, 0, %d))", shape.prefixTokens());
        out.line(
            "pos_embed = torch.slice(pos_embed, 1, %d, %d)",
            shape.prefixTokens(), shape.prefixTokens() + shape.patches());
      }
      out.field("tokens_prefix");
      out.line("self.tokens_prefix = prefix");
    }
    if (shape.positionTable()) {
      out.field("tokens_pos");
      out.line("self.tokens_pos = pos_embed");
    }
  }

  @Override
  public void forward(ProgramWriter out) {
    if (shape.positionTable()) {
      // float32 positions make the sum float32 in every dialect
      out.line("x = torch.add(x, self.tokens_pos)");
    } else {
      out.line("x = torch.to(x, %d)", Dialect.Format.FLOAT32);
    }
    if (hasPrefix()) {
      out.line("prefix = torch.expand(self.tokens_prefix, [torch.size(x, 0), -1, -1])");
      out.line("x = torch.cat([prefix, x], 1)");
    }
  }
}
