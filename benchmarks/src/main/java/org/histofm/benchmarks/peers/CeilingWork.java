package org.histofm.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.histofm.backbone.Precision;
import org.histofm.backbones.engine.Engine;
import org.histofm.backbones.engine.EngineModule;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.engine.EngineTensor;

/**
 * Bare matrix products in our engine, packed by oneDNN where that works: what this machine could do
 * if a network were nothing else. The products are the linear layers of a ViT-B/16 block for 16
 * images of 197 tokens; the fastest of them sets the ceiling.
 */
final class CeilingWork implements Work {
  /** Operations of which {@link #millis} tells the time, in 10⁹. */
  static final double GFLOP = 100;

  private static final int ROWS = 16 * 197;
  private static final int[][] OUT_IN = {{2304, 768}, {768, 768}, {3072, 768}, {768, 3072}};

  private final EngineModule module;
  private final String described;

  CeilingWork(Precision precision, int threads) {
    Engine engine = Engine.start(EngineSettings.defaults().withThreads(threads));
    boolean packed = engine.runsPacked();
    int format = precision == Precision.BF16 ? 15 : 6; // TorchScript's numbers of the formats
    described =
        (precision == Precision.BF16 ? "bfloat16" : "float32") + (packed ? ", packed" : ", plain");
    List<String> fields = new ArrayList<>();
    StringBuilder methods = new StringBuilder();
    for (int i = 0; i < OUT_IN.length; i++) {
      fields.add("x" + i);
      fields.add("w" + i);
      methods.append(methods(i, format, packed));
    }
    module = EngineModule.load(engine, "Products", source(fields, methods), fields);
    Random random = new Random(0);
    for (int i = 0; i < OUT_IN.length; i++) {
      try (EngineTensor x = noise(engine, random, ROWS, OUT_IN[i][1]);
          EngineTensor w = noise(engine, random, OUT_IN[i][0], OUT_IN[i][1])) {
        module.run("setup" + i, x, w);
      }
    }
  }

  private static String source(List<String> fields, CharSequence methods) {
    StringBuilder source = new StringBuilder("class Products(Module):\n");
    source.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    fields.forEach(field -> source.append("  ").append(field).append(" : Tensor\n"));
    return source.append(methods).toString();
  }

  /** A product is told by its first value: a whole result would be copied. */
  private static String methods(int i, int format, boolean packed) {
    String weight = packed ? "ops.mkldnn._reorder_linear_weight(w, " + ROWS + ")" : "w";
    String product =
        packed
            ? "ops.mkldnn._linear_pointwise(self.x%d, self.w%d, None, \"none\", none, \"\")"
            : "torch.linear(self.x%d, self.w%d)";
    String self = "self: __torch__.histofm.Products";
    return String.join(
        "\n",
        "  def setup" + i + "(" + self + ", x: Tensor, w: Tensor) -> NoneType:",
        "    self.x" + i + " = torch.to(x, " + format + ", False, True)",
        "    w = torch.to(w, " + format + ", False, True)",
        "    self.w" + i + " = " + weight,
        "    return None",
        "  def product" + i + "(" + self + ") -> Tensor:",
        "    none : List[Optional[number]] = []",
        "    y = " + product.replace("%d", Integer.toString(i)),
        "    return torch.to(torch.select(torch.select(y, 0, 0), 0, 0), 6)",
        "");
  }

  private static EngineTensor noise(Engine engine, Random random, int rows, int columns) {
    EngineTensor tensor = EngineTensor.allocate(engine, EngineTensor.Type.FLOAT32, rows, columns);
    var values = tensor.floats();
    for (int i = 0; i < rows * columns; i++) {
      values.put(i, random.nextFloat() - 0.5f);
    }
    return tensor;
  }

  @Override
  public String described() {
    return described;
  }

  @Override
  public double millis() {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < OUT_IN.length; i++) {
      double gflop = 2e-9 * ROWS * OUT_IN[i][0] * OUT_IN[i][1];
      long start = System.nanoTime();
      module.call("product" + i).close();
      best = Math.min(best, (System.nanoTime() - start) / 1e6 * GFLOP / gflop);
    }
    return best;
  }

  @Override
  public void close() {
    module.close();
  }
}
