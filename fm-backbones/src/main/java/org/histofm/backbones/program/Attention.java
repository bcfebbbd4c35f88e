package org.histofm.backbones.program;

import java.util.ArrayList;
import java.util.List;

/**
 * The attention branch of a block with its residual: x + ls1 · proj(attention(norm1(x))).
 * LayerScale is folded into the projection.
 *
 * <p>Where only the first token is read afterwards (the last block of a network pooled by its class
 * token), query and projection can run on that token alone, since keys and values are all that it
 * takes from the others; the result is the same. Such a block keeps the query's weight apart.
 */
final class Attention implements Layer {
  /**
   * Up to this many tokens, bfloat16 scores are materialised: oneDNN's batched product is twice as
   * fast there as the fused operator, whose products run in MKL. Beyond, memory decides: scores
   * grow with the square.
   */
  static final int MATERIALISED_TOKENS = 1024;

  private final VitShape shape;
  private final Dialect dialect;
  private final String name;
  private final String timm;
  private final boolean firstOnly;
  private final LayerNorm norm;
  private final Linear qkv;
  private final Linear query;
  private final Linear projection;
  private final LayerNorm queryNorm;
  private final LayerNorm keyNorm;

  /**
   * @param firstOnly whether {@link #forwardFirst} will be written too
   */
  Attention(VitShape shape, Dialect dialect, int block, int batch, boolean firstOnly) {
    this.shape = shape;
    this.dialect = dialect;
    this.firstOnly = firstOnly;
    name = "b" + block + "_attn";
    timm = "blocks." + block + ".";
    int rows = batch * tokens();
    norm = new LayerNorm("b" + block + "_norm1", timm + "norm1", shape.dim(), shape.normEps());
    qkv = new Linear(dialect, name + (firstOnly ? "_kv" : "_qkv"), shape.qkvBias(), rows);
    query = new Linear(dialect, name + "_q", shape.qkvBias(), batch);
    projection = new Linear(dialect, name + "_proj", shape.projBias(), firstOnly ? batch : rows);
    queryNorm =
        new LayerNorm(name + "_qnorm", timm + "attn.q_norm", shape.headDim(), shape.normEps());
    keyNorm =
        new LayerNorm(name + "_knorm", timm + "attn.k_norm", shape.headDim(), shape.normEps());
  }

  private int tokens() {
    return shape.prefixTokens() + shape.patches();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<ParameterSpec> parameters() {
    int dim = shape.dim();
    List<ParameterSpec> parameters = new ArrayList<>(norm.parameters());
    parameters.add(ParameterSpec.of(timm + "attn.qkv.weight", 3L * dim, dim));
    if (shape.qkvBias()) {
      parameters.add(ParameterSpec.of(timm + "attn.qkv.bias", 3L * dim));
    }
    if (shape.qkNorm()) {
      parameters.addAll(queryNorm.parameters());
      parameters.addAll(keyNorm.parameters());
    }
    parameters.add(ParameterSpec.of(timm + "attn.proj.weight", dim, dim));
    if (shape.projBias()) {
      parameters.add(ParameterSpec.of(timm + "attn.proj.bias", dim));
    }
    if (shape.layerScale()) {
      parameters.add(ParameterSpec.of(timm + "ls1.gamma", dim));
    }
    return parameters;
  }

  @Override
  public void setup(ProgramWriter out) {
    norm.setup(out);
    int dim = shape.dim();
    if (firstOnly) {
      query.setup(out, rows("qkv_weight", 0, dim), rows("qkv_bias", 0, dim));
      qkv.setup(out, rows("qkv_weight", dim, 3 * dim), rows("qkv_bias", dim, 3 * dim));
    } else {
      qkv.setup(out, "qkv_weight", "qkv_bias");
    }
    if (shape.qkNorm()) {
      queryNorm.setup(out);
      keyNorm.setup(out);
    }
    if (shape.layerScale()) {
      out.line("proj_weight = torch.mul(proj_weight, torch.unsqueeze(ls1_gamma, 1))");
      if (shape.projBias()) {
        out.line("proj_bias = torch.mul(proj_bias, ls1_gamma)");
      }
    }
    projection.setup(out, "proj_weight", "proj_bias");
  }

  private static String rows(String tensor, int from, int to) {
    return "torch.slice(" + tensor + ", 0, " + from + ", " + to + ")";
  }

  @Override
  public void forward(ProgramWriter out) {
    out.line("h = %s", dialect.narrow(norm.of("x")));
    if (firstOnly) {
      keysAndValues(out);
      queries(out, "h", tokens());
    } else {
      split(out, qkv.of("h"), 3);
      out.line("q = torch.select(qkv, 0, 0)");
      out.line("k = torch.select(qkv, 0, 1)");
      out.line("v = torch.select(qkv, 0, 2)");
    }
    attend(out, tokens());
    out.line("x = %s", projection.addedTo("x", "h"));
  }

  /** Writes the computation of the first token alone: x becomes [n, 1, dim]. */
  void forwardFirst(ProgramWriter out) {
    out.line("h = %s", dialect.narrow(norm.of("x")));
    keysAndValues(out);
    queries(out, "torch.contiguous(torch.slice(h, 1, 0, 1))", 1);
    attend(out, 1);
    out.line("x = torch.contiguous(torch.slice(x, 1, 0, 1))");
    out.line("x = %s", projection.addedTo("x", "h"));
  }

  private void keysAndValues(ProgramWriter out) {
    split(out, qkv.of("h"), 2);
    out.line("k = torch.select(qkv, 0, 0)");
    out.line("v = torch.select(qkv, 0, 1)");
  }

  private void queries(ProgramWriter out, String x, int count) {
    out.line("q = torch.view(%s, [-1, %d, %d, %d])", query.of(x), count, heads(), width());
    out.line("q = torch.transpose(q, 1, 2)");
  }

  /** [n, tokens, parts · dim] to [parts, n, heads, tokens, head width]. */
  private void split(ProgramWriter out, String joined, int parts) {
    out.line(
        "qkv = torch.view(%s, [-1, %d, %d, %d, %d])", joined, tokens(), parts, heads(), width());
    out.line("qkv = torch.permute(qkv, [2, 0, 3, 1, 4])");
  }

  /** From q, k, v [n, heads, tokens, head width] to h [n, queries, dim]. */
  private void attend(ProgramWriter out, int queries) {
    if (shape.qkNorm()) {
      out.line("q = %s", queryNorm.of("q"));
      out.line("k = %s", keyNorm.of("k"));
    }
    if (dialect.bfloat16() && tokens() <= MATERIALISED_TOKENS) {
      out.line("q = torch.flatten(torch.mul(q, %s), 0, 1)", 1 / Math.sqrt(width()));
      out.line("k = torch.transpose(torch.flatten(k, 0, 1), 1, 2)");
      out.line("s = torch.softmax(torch.bmm(q, k), -1)");
      out.line("h = torch.bmm(s, torch.flatten(v, 0, 1))");
      out.line("h = torch.view(h, [-1, %d, %d, %d])", heads(), queries, width());
    } else {
      out.line("h = torch.scaled_dot_product_attention(q, k, v)");
    }
    out.line("h = torch.reshape(torch.transpose(h, 1, 2), [-1, %d, %d])", queries, shape.dim());
  }

  private int heads() {
    return shape.heads();
  }

  private int width() {
    return shape.headDim();
  }
}
