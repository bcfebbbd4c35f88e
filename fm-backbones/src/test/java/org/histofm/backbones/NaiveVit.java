package org.histofm.backbones;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.histofm.backbones.program.VitShape;

/**
 * The specification: a Vision Transformer as timm 1.0.29 computes it, in plain loops and float64.
 * One image at a time; tokens are [t][dim].
 */
final class NaiveVit {
  private final VitShape shape;
  private final Map<String, double[]> parameters;

  NaiveVit(VitShape shape, Map<String, double[]> parameters) {
    this.shape = shape;
    this.parameters = parameters;
  }

  /** {@code forward_head(forward_features(x), pre_logits=True)} of one image [3][h][w]. */
  double[] embed(double[][][] image) {
    double[][] x = tokens(image);
    double[] pooled;
    if (shape.pool() == VitShape.Pool.TOKEN) {
      pooled = x[0];
    } else {
      int from = shape.poolIncludesPrefix() ? 0 : shape.prefixTokens();
      pooled = new double[shape.dim()];
      for (int t = from; t < x.length; t++) {
        for (int d = 0; d < shape.dim(); d++) {
          pooled[d] += x[t][d] / (x.length - from);
        }
      }
    }
    return shape.fcNorm() ? norm("fc_norm", pooled) : pooled;
  }

  /** {@code forward_features(x)} of one image [3][h][w]. */
  double[][] tokens(double[][][] image) {
    double[][] x = position(patches(image));
    if (shape.preNorm()) {
      x = norm("norm_pre", x);
    }
    for (int block = 0; block < shape.depth(); block++) {
      String b = "blocks." + block + ".";
      add(x, attention(b, norm(b + "norm1", x)), b + "ls1.gamma");
      add(x, mlp(b, norm(b + "norm2", x)), b + "ls2.gamma");
    }
    return shape.finalNorm() ? norm("norm", x) : x;
  }

  private double[][] patches(double[][][] image) {
    int p = shape.patchSize();
    int columns = shape.imageWidth() / p;
    double[][] result = new double[shape.patches()][shape.dim()];
    double[] w = parameter("patch_embed.proj.weight");
    double[] b = shape.preNorm() ? new double[shape.dim()] : parameter("patch_embed.proj.bias");
    for (int t = 0; t < result.length; t++) {
      for (int d = 0; d < shape.dim(); d++) {
        double sum = b[d];
        for (int c = 0; c < 3; c++) {
          for (int i = 0; i < p; i++) {
            for (int j = 0; j < p; j++) {
              double pixel = image[c][t / columns * p + i][t % columns * p + j];
              sum += w[((d * 3 + c) * p + i) * p + j] * pixel;
            }
          }
        }
        result[t][d] = sum;
      }
    }
    return result;
  }

  private double[][] position(double[][] patches) {
    int dim = shape.dim();
    int prefix = shape.prefixTokens();
    double[][] x = new double[prefix + patches.length][];
    for (int t = 0; t < x.length; t++) {
      if (t >= prefix) {
        x[t] = patches[t - prefix].clone();
      } else if (shape.classToken() && t == 0) {
        x[t] = parameter("cls_token").clone();
      } else {
        x[t] = new double[dim];
        int register = t - (shape.classToken() ? 1 : 0);
        System.arraycopy(parameter("reg_token"), register * dim, x[t], 0, dim);
      }
    }
    if (shape.positionTable()) {
      double[] table = parameter("pos_embed");
      int first = shape.noEmbedClass() ? prefix : 0;
      for (int t = first; t < x.length; t++) {
        for (int d = 0; d < dim; d++) {
          x[t][d] += table[(t - first) * dim + d];
        }
      }
    }
    return x;
  }

  private double[][] attention(String b, double[][] x) {
    int dim = shape.dim();
    int width = shape.headDim();
    double[][] qkv = linear(b + "attn.qkv", x, 3 * dim, shape.qkvBias());
    double[][] mixed = new double[x.length][dim];
    for (int head = 0; head < shape.heads(); head++) {
      double[][] q = part(qkv, head * width, width);
      double[][] k = part(qkv, dim + head * width, width);
      double[][] v = part(qkv, 2 * dim + head * width, width);
      if (shape.qkNorm()) {
        q = norm(b + "attn.q_norm", q);
        k = norm(b + "attn.k_norm", k);
      }
      for (int i = 0; i < x.length; i++) {
        double[] weights = new double[x.length];
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < x.length; j++) {
          for (int d = 0; d < width; d++) {
            weights[j] += q[i][d] * k[j][d] / Math.sqrt(width);
          }
          max = Math.max(max, weights[j]);
        }
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
          weights[j] = Math.exp(weights[j] - max);
          sum += weights[j];
        }
        for (int j = 0; j < x.length; j++) {
          for (int d = 0; d < width; d++) {
            mixed[i][head * width + d] += weights[j] / sum * v[j][d];
          }
        }
      }
    }
    return linear(b + "attn.proj", mixed, dim, shape.projBias());
  }

  private double[][] mlp(String b, double[][] x) {
    double[][] h = linear(b + "mlp.fc1", x, shape.mlpHidden(), shape.projBias());
    int width = shape.swiglu() ? shape.mlpHidden() / 2 : shape.mlpHidden();
    for (int t = 0; t < h.length; t++) {
      double[] activated = new double[width];
      for (int d = 0; d < width; d++) {
        activated[d] = activation().applyAsDouble(h[t][d]) * (shape.swiglu() ? h[t][width + d] : 1);
      }
      h[t] = activated;
    }
    return linear(b + "mlp.fc2", h, shape.dim(), shape.projBias());
  }

  private DoubleUnaryOperator activation() {
    return switch (shape.activation()) {
      case GELU -> x -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
      case GELU_TANH ->
          x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SILU -> x -> x / (1 + Math.exp(-x));
      case RELU -> x -> Math.max(0, x);
    };
  }

  /** Error function by its Maclaurin series, which in float64 is good to 1e-9 below |x| = 4. */
  static double erf(double x) {
    if (Math.abs(x) > 4) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 120; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private double[][] linear(String name, double[][] x, int outputs, boolean bias) {
    double[] w = parameter(name + ".weight");
    double[] b = bias ? parameter(name + ".bias") : new double[outputs];
    double[][] y = new double[x.length][outputs];
    for (int t = 0; t < x.length; t++) {
      int inputs = x[t].length;
      for (int o = 0; o < outputs; o++) {
        double sum = b[o];
        for (int i = 0; i < inputs; i++) {
          sum += w[o * inputs + i] * x[t][i];
        }
        y[t][o] = sum;
      }
    }
    return y;
  }

  private double[][] norm(String name, double[][] x) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = norm(name, x[t]);
    }
    return y;
  }

  private double[] norm(String name, double[] x) {
    double[] w = parameter(name + ".weight");
    double[] b = parameter(name + ".bias");
    double mean = 0;
    for (double v : x) {
      mean += v / x.length;
    }
    double variance = 0;
    for (double v : x) {
      variance += (v - mean) * (v - mean) / x.length;
    }
    double[] y = new double[x.length];
    for (int d = 0; d < x.length; d++) {
      y[d] = (x[d] - mean) / Math.sqrt(variance + shape.normEps()) * w[d] + b[d];
    }
    return y;
  }

  private void add(double[][] x, double[][] branch, String scale) {
    double[] gamma = shape.layerScale() ? parameter(scale) : null;
    for (int t = 0; t < x.length; t++) {
      for (int d = 0; d < x[t].length; d++) {
        x[t][d] += branch[t][d] * (gamma == null ? 1 : gamma[d]);
      }
    }
  }

  private static double[][] part(double[][] x, int from, int width) {
    double[][] y = new double[x.length][width];
    for (int t = 0; t < x.length; t++) {
      System.arraycopy(x[t], from, y[t], 0, width);
    }
    return y;
  }

  private double[] parameter(String name) {
    double[] values = parameters.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return values;
  }
}
