package org.histofm.backbones.program;

import java.util.List;
import org.histofm.backbone.Precision;

/**
 * How the layers of a program are written: in which operators and in which number format. Linear
 * layers go through a few methods of the program, which this writes; their packed form fuses what
 * follows the product, in float32 and before rounding, into oneDNN's operator.
 *
 * <p>In bfloat16 the factors of products are bfloat16 and their sums float32. The residual stream,
 * to which every block adds, stays float32, as do normalisation, positions and pooling: rounding
 * the stream after each block doubles the error of an embedding and saves 3 % of the time.
 *
 * @param variant operators
 * @param precision {@link Precision#FP32} or {@link Precision#BF16}
 */
record Dialect(Variant variant, Precision precision) {
  Dialect {
    if (precision == Precision.AUTO) {
      throw new IllegalArgumentException(
          "the precision must be chosen before a program is written");
    }
  }

  boolean bfloat16() {
    return precision == Precision.BF16;
  }

  /** TorchScript's number for the format in which branches compute, and of weights. */
  int format() {
    return bfloat16() ? Format.BFLOAT16 : Format.FLOAT32;
  }

  /** That of biases: PyTorch's own operators want the format of the weight, oneDNN's do not. */
  int biasFormat() {
    return packed() ? Format.FLOAT32 : format();
  }

  /** The expression that brings a float32 tensor into the format of branches. */
  String narrow(String x) {
    return bfloat16() ? "torch.to(" + x + ", " + Format.BFLOAT16 + ")" : x;
  }

  /** Numbers of TorchScript's formats. */
  static final class Format {
    static final int FLOAT32 = 6;
    static final int FLOAT64 = 7;
    static final int BFLOAT16 = 15;

    private Format() {}
  }

  /** Writes the methods that {@link Linear} calls. */
  void writeMethods(ProgramWriter out, VitShape.Activation activation) {
    String x = "x: Tensor";
    String w = "w: Tensor";
    String b = "b: Optional[Tensor]";
    out.method(
        "weight",
        List.of(w, "rows: int"),
        "Tensor",
        () -> {
          out.line("w = torch.contiguous(torch.to(w, %d))", format());
          out.line("return %s", packed() ? "ops.mkldnn._reorder_linear_weight(w, rows)" : "w");
        });
    if (packed()) {
      out.method("linear", List.of(x, w, b), "Tensor", () -> packedLinear(out, "none", ""));
      out.method(
          "linear_activation",
          List.of(x, w, b),
          "Tensor",
          () -> {
            switch (activation) {
              case GELU -> packedLinear(out, "gelu", "none");
              case GELU_TANH -> packedLinear(out, "gelu", "tanh");
              case SILU -> packedLinear(out, "swish", "");
              case RELU -> packedLinear(out, "relu", "");
            }
          });
      for (String operation : List.of("add", "mul")) {
        out.method(
            "linear_" + operation,
            List.of(x, "y: Tensor", w, b),
            "Tensor",
            () -> out.line("return ops.mkldnn._linear_pointwise(x, y, w, b, \"%s\")", operation));
      }
    } else {
      out.method(
          "linear", List.of(x, w, b), "Tensor", () -> out.line("return torch.linear(x, w, b)"));
      out.method(
          "linear_activation",
          List.of(x, w, b),
          "Tensor",
          () -> {
            out.line("x = torch.linear(x, w, b)");
            switch (activation) {
              case GELU -> out.line("return torch.gelu(x, approximate=\"none\")");
              case GELU_TANH -> out.line("return torch.gelu(x, approximate=\"tanh\")");
              case SILU -> out.line("return torch.silu_(x)");
              case RELU -> out.line("return torch.relu_(x)");
            }
          });
      for (String operation : List.of("add", "mul")) {
        out.method(
            "linear_" + operation,
            List.of(x, "y: Tensor", w, b),
            "Tensor",
            () -> out.line("return torch.%s_(torch.linear(x, w, b), y)", operation));
      }
    }
  }

  /** Writes the methods that the layers of a training program call besides. */
  void writeTrainingMethods(ProgramWriter out) {
    out.method(
        "accumulate",
        List.of("sum: Tensor", "more: Tensor"),
        "Tensor",
        () -> {
          out.line("if torch.eq(torch.numel(sum), 0):");
          out.line("  sum = more");
          out.line("else:");
          out.line("  sum = torch.add_(sum, more)");
          out.line("return sum");
        });
    // the sum over all rows of dy [.., outputs]
    out.method(
        "rows_sum",
        List.of("dy: Tensor"),
        "Tensor",
        () ->
            out.line(
                "return torch.sum(torch.flatten(dy, 0, -2), [0], False, dtype=%d)",
                Format.FLOAT32));
    // dyᵀ x over all rows; both [.., columns], the narrower one first: that is faster
    out.method(
        "outer",
        List.of("dy: Tensor", "x: Tensor"),
        "Tensor",
        () -> {
          out.line("dy = torch.flatten(dy, 0, -2)");
          out.line("x = torch.flatten(x, 0, -2)");
          out.line("if torch.gt(torch.size(dy, 1), torch.size(x, 1)):");
          out.line("  r = torch.t(%s)", transposedProduct("x", "dy"));
          out.line("else:");
          out.line("  r = %s", transposedProduct("dy", "x"));
          out.line("return torch.to(torch.contiguous(r), %d)", Format.FLOAT32);
        });
    // dy w
    out.method(
        "through",
        List.of("dy: Tensor", w()),
        "Tensor",
        () ->
            out.line(
                ownFloat32()
                    ? "return self.linear(dy, torch.t(w), None)"
                    : "return torch.matmul(dy, w)"));
    // x wᵀ where w has few rows
    out.method(
        "few",
        List.of("x: Tensor", w()),
        "Tensor",
        () ->
            out.line(
                ownFloat32()
                    ? "return self.linear(x, w, None)"
                    : "return torch.matmul(x, torch.t(w))"));
    out.method(
        "masked",
        List.of("x: Tensor", "mask: Tensor"),
        "Tensor",
        () -> out.line("return torch.mul_(torch.to(mask, %d), x)", format()));
  }

  /** Whether float32 products go to oneDNN, which is faster than the library PyTorch takes. */
  private boolean ownFloat32() {
    return packed() && !bfloat16();
  }

  /** The expression of aᵀ b; oneDNN takes transposed tensors as they are. */
  private String transposedProduct(String a, String b) {
    return ownFloat32()
        ? "self.linear(torch.t(" + a + "), torch.t(" + b + "), None)"
        : "torch.matmul(torch.t(" + a + "), " + b + ")";
  }

  private static String w() {
    return "w: Tensor";
  }

  private static void packedLinear(ProgramWriter out, String function, String algorithm) {
    // The loader cannot guess the element type of an empty list.
    out.line("none : List[Optional[number]] = []");
    out.line(
        "return ops.mkldnn._linear_pointwise(x, w, b, \"%s\", none, \"%s\")", function, algorithm);
  }

  private boolean packed() {
    return variant == Variant.PACKED;
  }
}
