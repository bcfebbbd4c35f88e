package org.histofm.backbones.program;

/**
 * Part of a layer: y = x Wᵀ + b, optionally with what follows it. Its fields are {@code <name>_w},
 * in the program's format and packed if the dialect packs, and {@code <name>_b}.
 */
final class Linear {
  private final Dialect dialect;
  private final String name;
  private final boolean bias;
  private final int rows;
  private final int biasFormat;

  private Linear(Dialect dialect, String name, boolean bias, int rows, int biasFormat) {
    this.dialect = dialect;
    this.name = name;
    this.bias = bias;
    this.rows = rows;
    this.biasFormat = biasFormat;
  }

  /**
   * @param rows rows of x it is packed for; others give the same numbers, perhaps slower
   */
  Linear(Dialect dialect, String name, boolean bias, int rows) {
    this(dialect, name, bias, rows, dialect.biasFormat());
  }

  /** A linear layer for {@link #times}: oneDNN wants its bias in the format of x. */
  static Linear forTimes(Dialect dialect, String name, boolean bias, int rows) {
    return new Linear(dialect, name, bias, rows, dialect.format());
  }

  /**
   * Writes the preparation of its fields.
   *
   * @param weight expression of W, [outputs, inputs] float32
   * @param offset expression of b, [outputs] float32; ignored without a bias
   */
  void setup(ProgramWriter out, String weight, String offset) {
    out.field(name + "_w");
    out.line("self.%s_w = self.weight(%s, %d)", name, weight, rows);
    if (bias) {
      out.field(name + "_b");
      out.line("self.%s_b = torch.to(%s, %d)", name, offset, biasFormat);
    }
  }

  /** The expression of x Wᵀ + b. */
  String of(String x) {
    return "self.linear(" + x + ", " + fields() + ")";
  }

  /** The expression of the network's activation of x Wᵀ + b. */
  String activated(String x) {
    return "self.linear_activation(" + x + ", " + fields() + ")";
  }

  /**
   * The expression of the residual stream y after x Wᵀ + b is added to it. In bfloat16 y itself
   * changes, so that the wide stream is not allocated anew in every branch.
   */
  String addedTo(String y, String x) {
    if (dialect.bfloat16()) {
      return "torch.add_(" + y + ", " + of(x) + ")";
    }
    return "self.linear_add(" + x + ", " + y + ", " + fields() + ")";
  }

  /** The expression of (x Wᵀ + b) · y, element by element. */
  String times(String x, String y) {
    return "self.linear_mul(" + x + ", " + y + ", " + fields() + ")";
  }

  private String fields() {
    return "self." + name + "_w, " + (bias ? "self." + name + "_b" : "None");
  }
}
