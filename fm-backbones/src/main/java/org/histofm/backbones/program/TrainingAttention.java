package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.histofm.backbone.Tuning;
import org.jspecify.annotations.Nullable;

/**
 * The attention branch of a block in training, with its residual: x + ls1 · proj(attention(norm1(
 * x))).
 *
 * <p>Where only the first token is read afterwards (the last block of a network pooled by its class
 * token), query, projection and all that follows run on that token alone; gradients are the same.
 */
final class TrainingAttention implements TrainingLayer {
  private final VitShape shape;
  private final Dialect dialect;
  private final String name;
  private final boolean firstOnly;
  private final TrainingNorm norm;
  private final TrainingLinear qkv;
  private final @Nullable TrainingNorm queryNorm;
  private final @Nullable TrainingNorm keyNorm;
  private final TrainingLinear projection;
  private final TrainingScale scale;

  TrainingAttention(Training training, VitShape shape, int block, boolean firstOnly) {
    this.shape = shape;
    this.firstOnly = firstOnly;
    dialect = training.dialect();
    name = "b" + block + "_attn";
    String timm = "blocks." + block + ".";
    String group = "block " + block;
    int dim = shape.dim();
    norm =
        new TrainingNorm(
            training, "b" + block + "_norm1", timm + "norm1", dim, shape.normEps(), group);
    qkv =
        new TrainingLinear(
            training,
            name + "_qkv",
            timm + "attn.qkv",
            3 * dim,
            dim,
            shape.qkvBias(),
            tokens(),
            Tuning.LoraTarget.QKV,
            group);
    queryNorm = headNorm(training, timm, "q_norm", group);
    keyNorm = headNorm(training, timm, "k_norm", group);
    projection =
        new TrainingLinear(
            training,
            name + "_proj",
            timm + "attn.proj",
            dim,
            dim,
            shape.projBias(),
            queries(),
            Tuning.LoraTarget.PROJ,
            group);
    scale = new TrainingScale(training, shape, timm + "ls1.gamma", group);
  }

  private @Nullable TrainingNorm headNorm(
      Training training, String timm, String which, String group) {
    return shape.qkNorm()
        ? new TrainingNorm(
            training,
            name + "_" + which,
            timm + "attn." + which,
            shape.headDim(),
            shape.normEps(),
            group)
        : null;
  }

  private int tokens() {
    return shape.prefixTokens() + shape.patches();
  }

  private int queries() {
    return firstOnly ? 1 : tokens();
  }

  private boolean materialised() {
    return tokens() <= Attention.MATERIALISED_TOKENS;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>(norm.parameters());
    parameters.addAll(qkv.parameters());
    if (queryNorm != null && keyNorm != null) {
      parameters.addAll(queryNorm.parameters());
      parameters.addAll(keyNorm.parameters());
    }
    parameters.addAll(projection.parameters());
    parameters.addAll(scale.parameters());
    return parameters;
  }

  @Override
  public boolean trains() {
    return qkv.trains() || projection.trains();
  }

  @Override
  public void setup(ProgramWriter out) {
    norm.setup(out);
    qkv.setup(out, "");
    if (queryNorm != null && keyNorm != null) {
      queryNorm.setup(out);
      keyNorm.setup(out);
    }
    projection.setup(out, scale.folded());
    scale.setup(out);
  }

  @Override
  public void refresh(ProgramWriter out) {
    qkv.refresh(out);
    projection.refresh(out);
  }

  @Override
  public void forward(ProgramWriter out, Saved saved) {
    norm.forward(out, saved, "x", "h");
    out.line("h = %s", dialect.narrow("h"));
    qkv.forward(out, saved, "h", "h");
    // [n, tokens, 3 · dim] to [3, n, heads, tokens, head width]
    out.line("h = torch.view(h, [-1, %d, 3, %d, %d])", tokens(), shape.heads(), shape.headDim());
    out.line("h = torch.contiguous(torch.permute(h, [2, 0, 3, 1, 4]))");
    for (int part = 0; part < 3; part++) {
      out.line("%s = torch.select(h, 0, %d)", List.of("q", "k", "v").get(part), part);
    }
    if (queryNorm != null && keyNorm != null) {
      queryNorm.forward(out, saved, "q", "q");
      out.line("q = %s", dialect.narrow("q"));
      keyNorm.forward(out, saved, "k", "k");
      out.line("k = %s", dialect.narrow("k"));
    }
    if (firstOnly) {
      out.line("q = torch.contiguous(torch.slice(q, 2, 0, 1))");
    }
    attend(out, saved);
    projection.forward(out, saved, "h", "h");
    if (firstOnly) {
      out.line("x = torch.contiguous(torch.slice(x, 1, 0, 1))");
    }
    scale.addTo(out, saved);
  }

  /** From q, k, v [n, heads, tokens, head width] to h [n, queries, dim]. */
  private void attend(ProgramWriter out, Saved saved) {
    if (materialised()) {
      // q is this layer's own memory: a part of what was made contiguous, or normalised
      out.line("q = torch.mul_(torch.flatten(q, 0, 1), %s)", factor());
      out.line("k = torch.flatten(k, 0, 1)");
      out.line("v = torch.flatten(v, 0, 1)");
      out.line("a = torch.softmax(torch.bmm(q, torch.transpose(k, 1, 2)), -1)");
      out.line("h = torch.bmm(a, v)");
      out.line("h = torch.view(h, [-1, %d, %d, %d])", shape.heads(), queries(), shape.headDim());
    } else {
      out.line("h, a = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v)");
    }
    out.line("h = torch.reshape(torch.transpose(h, 1, 2), [-1, %d, %d])", queries(), shape.dim());
    for (String kept : List.of("q", "k", "v", "a", "h")) {
      saved.keep(out, name + " " + kept, kept);
    }
  }

  private String factor() {
    return String.format(Locale.ROOT, "%s", 1 / Math.sqrt(shape.headDim()));
  }

  @Override
  public void backward(ProgramWriter out, Saved saved, boolean input) {
    boolean throughQkv = input || qkv.trains() || norm.trains();
    scale.backward(out, saved);
    projection.take(out, saved);
    for (String kept : List.of("h", "a", "v", "k", "q")) {
      saved.take(out, name + " " + kept, kept);
    }
    projection.backward(out, "e", "h", throughQkv);
    if (keyNorm != null && queryNorm != null) {
      keyNorm.take(out, saved);
      queryNorm.take(out, saved);
    }
    qkv.take(out, saved);
    norm.take(out, saved);
    if (!throughQkv) {
      return;
    }
    attendBackward(out);
    out.line("h = %s", dialect.narrow(norm.again()));
    qkv.backward(out, "e", "h", input || norm.trains());
    if (firstOnly && input) {
      out.line("h = torch.zeros([torch.size(d, 0), %d, %d])", tokens(), shape.dim());
      out.line("torch.copy_(torch.slice(h, 1, 0, 1), d)");
      out.line("d = h");
    }
    norm.backward(out, "torch.to(e, " + Dialect.Format.FLOAT32 + ")", "e", input);
    if (input) {
      out.line("d = torch.add_(e, d)");
    }
  }

  /** From e, the gradient of h [n, queries, dim], to e, that of qkv's output. */
  private void attendBackward(ProgramWriter out) {
    int width = shape.headDim();
    out.line("e = torch.view(e, [-1, %d, %d, %d])", queries(), shape.heads(), width);
    out.line("e = torch.transpose(e, 1, 2)");
    if (materialised()) {
      out.line("e = torch.flatten(torch.contiguous(e), 0, 1)");
      out.line(
          "dq = torch.empty([3, torch.size(k, 0), %d, %d], dtype=%d)",
          tokens(), width, dialect.format());
      out.line("dk = torch.select(dq, 0, 1)");
      out.line("dv = torch.select(dq, 0, 2)");
      out.line("torch.bmm(torch.transpose(a, 1, 2), e, out=dv)");
      out.line(
          "a = torch._softmax_backward_data(torch.bmm(e, torch.transpose(v, 1, 2)), a, -1, %d)",
          dialect.format());
      out.line("torch.bmm(torch.transpose(a, 1, 2), q, out=dk)");
      out.line("q = torch.mul_(torch.bmm(a, k), %s)", factor());
      if (firstOnly) {
        out.line("torch.zero_(torch.select(dq, 0, 0))");
        out.line("torch.copy_(torch.slice(torch.select(dq, 0, 0), 1, 0, 1), q)");
      } else {
        out.line("torch.copy_(torch.select(dq, 0, 0), q)");
      }
      out.line("e = torch.view(dq, [3, -1, %d, %d, %d])", shape.heads(), tokens(), width);
    } else {
      out.line(
          "h = torch.transpose(torch.view(h, [-1, %d, %d, %d]), 1, 2)",
          queries(), shape.heads(), width);
      out.line(
          "dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward(e, q, k, v, h,"
              + " a, 0., False)");
      if (firstOnly) {
        out.line("q = torch.zeros_like(dk)");
        out.line("torch.copy_(torch.slice(q, 2, 0, 1), dq)");
        out.line("dq = q");
      }
      out.line("e = torch.stack([dq, dk, dv])");
    }
    if (queryNorm != null && keyNorm != null) {
      out.line("dq = torch.to(torch.select(e, 0, 0), %d)", Dialect.Format.FLOAT32);
      out.line("dk = torch.to(torch.select(e, 0, 1), %d)", Dialect.Format.FLOAT32);
      queryNorm.backward(out, "dq", "dq", true);
      keyNorm.backward(out, "dk", "dk", true);
      out.line(
          "e = torch.stack([%s, %s, torch.select(e, 0, 2)])",
          dialect.narrow("dq"), dialect.narrow("dk"));
    }
    out.line("e = torch.permute(e, [1, 3, 0, 2, 4])");
    out.line("e = torch.reshape(e, [-1, %d, %d])", tokens(), 3 * shape.dim());
  }
}
