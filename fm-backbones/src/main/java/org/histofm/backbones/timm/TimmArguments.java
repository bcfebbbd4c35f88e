package org.histofm.backbones.timm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.histofm.InputException;
import org.histofm.backbones.program.VitShape;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of timm's {@code VisionTransformer}, the architecture's and the user's, read as a
 * shape. Every value is checked; what is not supported is refused by name.
 */
final class TimmArguments {
  private static final int IMAGE_MAX = 1 << 14;
  private static final int DIM_MAX = 1 << 16;
  private static final int HIDDEN_MAX = 1 << 20;

  /** Epsilon of timm's own LayerNorm, which is what its name stands for. */
  private static final double LAYER_NORM_EPS = 1e-6;

  private static final List<String> IGNORED_RATES =
      List.of(
          "drop_rate",
          "pos_drop_rate",
          "patch_drop_rate",
          "proj_drop_rate",
          "attn_drop_rate",
          "drop_path_rate");

  private final String where;
  private final String architecture;
  private final TreeMap<String, JsonNode> values;
  private final Map<String, JsonNode> own;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param where the file, for messages
   * @param architecture its name, for messages
   * @param defaults every argument
   * @param own those that the user set
   */
  TimmArguments(
      String where,
      String architecture,
      Map<String, JsonNode> defaults,
      Map<String, JsonNode> own) {
    this.where = where;
    this.architecture = architecture;
    this.own = own;
    TreeSet<String> unknown = new TreeSet<>(own.keySet());
    unknown.removeAll(defaults.keySet());
    if (!unknown.isEmpty()) {
      TreeSet<String> known = new TreeSet<>(defaults.keySet());
      throw new InputException(
          where + " sets " + unknown + ", which timm's VisionTransformer does not take.",
          "Its arguments are " + known + ".");
    }
    values = new TreeMap<>(defaults);
    values.putAll(own);
  }

  /** What was ignored, one sentence each; complete after {@link #shape}. */
  List<String> notes() {
    return notes;
  }

  VitShape shape() {
    ignore();
    refuseUnsupported();
    int dim = whole("embed_dim", 1, DIM_MAX);
    int heads = whole("num_heads", 1, DIM_MAX);
    if (dim % heads != 0) {
      throw wrong("num_heads", "that does not divide embed_dim " + dim, "Set both to fit.");
    }
    List<Integer> patch = pair("patch_size");
    if (!patch.get(0).equals(patch.get(1))) {
      throw wrong("patch_size", "that is not square", "Supported are square patches.");
    }
    int patchSize = patch.get(0);
    List<Integer> image = pair("img_size");
    if (image.get(0) % patchSize != 0 || image.get(1) % patchSize != 0) {
      throw wrong(
          "img_size",
          "that is no multiple of patch_size " + patchSize,
          "Supported are images that patches cover exactly.");
    }
    boolean classToken = flag("class_token");
    VitShape.Pool pool = pool(classToken);
    boolean finalNorm = flag("final_norm");
    // timm: the norm moves behind the pooling where that averages, unless fc_norm says otherwise.
    JsonNode fcNorm = value("fc_norm");
    boolean normAfterPool = fcNorm.isNull() ? pool == VitShape.Pool.AVG : flag("fc_norm");
    int registers = whole("reg_tokens", 0, 4096);
    boolean swiglu = swiglu();
    return new VitShape(
        image.get(0),
        image.get(1),
        patchSize,
        dim,
        whole("depth", 1, 1024),
        heads,
        hidden(dim, swiglu),
        swiglu,
        activation(),
        flag("qkv_bias"),
        flag("proj_bias"),
        flag("qk_norm"),
        layerScale(),
        classToken,
        registers,
        positionTable(),
        flag("no_embed_class"),
        flag("pre_norm"),
        finalNorm && !normAfterPool,
        finalNorm && normAfterPool,
        pool,
        flag("pool_include_prefix"),
        normEps());
  }

  private void ignore() {
    for (String name : IGNORED_RATES) {
      if (own.containsKey(name)) {
        number(name, 0, 1);
        note(name, "is ignored: it plays no part in inference.");
      }
    }
    if (own.containsKey("num_classes")) {
      if (!value("num_classes").isNull()) {
        whole("num_classes", 0, Integer.MAX_VALUE);
      }
      note("num_classes", "is ignored: the classifier is no part of a backbone.");
    }
    if (own.containsKey("weight_init")) {
      text("weight_init");
      note("weight_init", "is ignored: weights come from a file.");
    }
    if (own.containsKey("fix_init")) {
      flag("fix_init");
      note("fix_init", "is ignored: weights come from a file.");
    }
    for (String name : List.of("dynamic_img_size", "dynamic_img_pad")) {
      if (flag(name) && own.containsKey(name)) {
        note(name, "changes nothing here: images are taken at img_size only.");
      }
    }
  }

  private void note(String name, String what) {
    notes.add("\"" + name + "\": " + value(name) + " " + what);
  }

  private void refuseUnsupported() {
    if (whole("in_chans", 1, 1 << 10) != 3) {
      throw unsupported("in_chans", "3");
    }
    for (String name : List.of("scale_attn_norm", "scale_mlp_norm")) {
      if (flag(name)) {
        throw unsupported(name, "false");
      }
    }
    for (String name : List.of("embed_norm_layer", "device", "dtype")) {
      if (!value(name).isNull()) {
        throw unsupported(name, "null");
      }
    }
    requireLayer("embed_layer", "PatchEmbed");
    requireLayer("block_fn", "Block");
    // timm's own short names for its Attention
    requireLayer("attn_layer", "Attention", "attn", "");
  }

  private void requireLayer(String name, String... supported) {
    String layer = layer(name);
    for (String candidate : supported) {
      if (layer.equals(candidate.toLowerCase(Locale.ROOT))) {
        return;
      }
    }
    throw unsupported(name, supported[0]);
  }

  private VitShape.Pool pool(boolean classToken) {
    switch (text("global_pool")) {
      case "token" -> {
        if (!classToken) {
          throw wrong(
              "global_pool",
              "without a class token",
              "Set \"class_token\": true or \"global_pool\": \"avg\".");
        }
        return VitShape.Pool.TOKEN;
      }
      case "avg" -> {
        return VitShape.Pool.AVG;
      }
      default -> throw unsupported("global_pool", "\"token\", \"avg\"");
    }
  }

  private boolean positionTable() {
    return switch (text("pos_embed")) {
      case "learn" -> true;
      case "", "none" -> false;
      default -> throw unsupported("pos_embed", "\"learn\", \"none\", \"\"");
    };
  }

  private boolean layerScale() {
    // Python's truth: null and 0 both mean no LayerScale.
    return !value("init_values").isNull()
        && number("init_values", -Double.MAX_VALUE, Double.MAX_VALUE) != 0;
  }

  private boolean swiglu() {
    return switch (layer("mlp_layer")) {
      case "mlp" -> false;
      case "swiglupacked" -> true;
      default -> throw unsupported("mlp_layer", "\"Mlp\", \"SwiGLUPacked\"");
    };
  }

  private int hidden(int dim, boolean swiglu) {
    double hidden = dim * number("mlp_ratio", 0, HIDDEN_MAX);
    if (!(hidden >= 1 && hidden <= HIDDEN_MAX)) {
      throw wrong(
          "mlp_ratio",
          "that makes " + hidden + " hidden units",
          "Possible are 1 to " + HIDDEN_MAX + ".");
    }
    if (swiglu && (int) hidden % 2 != 0) {
      throw wrong(
          "mlp_ratio",
          "that makes " + (int) hidden + " hidden units, which SwiGLUPacked cannot halve",
          "Choose a ratio that makes an even number.");
    }
    return (int) hidden;
  }

  private VitShape.Activation activation() {
    if (value("act_layer").isNull()) {
      return VitShape.Activation.GELU;
    }
    return switch (layer("act_layer").replace("_", "")) {
      case "", "gelu" -> VitShape.Activation.GELU;
      case "gelutanh" -> VitShape.Activation.GELU_TANH;
      case "silu", "swish" -> VitShape.Activation.SILU;
      case "relu" -> VitShape.Activation.RELU;
      default ->
          throw unsupported("act_layer", "\"gelu\", \"gelu_tanh\", \"silu\", \"relu\" and null");
    };
  }

  private double normEps() {
    JsonNode norm = value("norm_layer");
    if (norm.isNull()) {
      return LAYER_NORM_EPS;
    }
    boolean withEps = norm.isObject() && norm.size() == 2 && norm.path("eps").isNumber();
    JsonNode name = withEps ? norm.path("name") : norm;
    String plain = name.asText().replace("_", "").toLowerCase(Locale.ROOT);
    if (!name.isTextual() || !(plain.isEmpty() || plain.equals("layernorm"))) {
      throw unsupported(
          "norm_layer", "\"LayerNorm\", {\"name\": \"LayerNorm\", \"eps\": 1e-5} and null");
    }
    if (!withEps) {
      return LAYER_NORM_EPS;
    }
    double eps = norm.path("eps").asDouble();
    if (!(eps > 0 && eps < 1)) {
      throw wrong("norm_layer", "whose eps is out of range", "Possible is 0 < eps < 1.");
    }
    return eps;
  }

  private JsonNode value(String name) {
    JsonNode node = values.get(name);
    if (node == null) {
      throw new IllegalStateException("architectures.json has no default for " + name);
    }
    return node;
  }

  /** A layer's name in lower case, without the Python module in front. */
  private String layer(String name) {
    String text = text(name);
    return text.substring(text.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private String text(String name) {
    JsonNode node = value(name);
    if (!node.isTextual()) {
      throw mistyped(name, "a text");
    }
    return node.asText();
  }

  private boolean flag(String name) {
    JsonNode node = value(name);
    if (!node.isBoolean()) {
      throw mistyped(name, "true or false");
    }
    return node.asBoolean();
  }

  private int whole(String name, int min, int max) {
    return whole(name, value(name), min, max);
  }

  private int whole(String name, JsonNode node, int min, int max) {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw mistyped(name, "a whole number from " + min + " to " + max);
    }
    int number = node.asInt();
    if (number < min || number > max) {
      throw mistyped(name, "a whole number from " + min + " to " + max);
    }
    return number;
  }

  private double number(String name, double min, double max) {
    JsonNode node = value(name);
    double number = node.asDouble(Double.NaN);
    if (!node.isNumber() || !(number >= min && number <= max)) {
      throw mistyped(
          name,
          max == Double.MAX_VALUE
              ? "a finite number"
              : String.format(Locale.ROOT, "a number from %.0f to %.0f", min, max));
    }
    return number;
  }

  /** One size for both sides, or [height, width]. */
  private List<Integer> pair(String name) {
    JsonNode node = value(name);
    if (!node.isArray()) {
      int side = whole(name, 1, IMAGE_MAX);
      return List.of(side, side);
    }
    if (node.size() != 2) {
      throw mistyped(name, "one size in pixels, or [height, width]");
    }
    return List.of(whole(name, node.get(0), 1, IMAGE_MAX), whole(name, node.get(1), 1, IMAGE_MAX));
  }

  private InputException mistyped(String name, String expected) {
    return wrong(name, null, "It is " + expected + ".");
  }

  private InputException unsupported(String name, String supported) {
    return wrong(name, "which is not supported", "Supported: " + supported + ".");
  }

  private InputException wrong(String name, @Nullable String what, String remedy) {
    String source =
        own.containsKey(name)
            ? where + " sets \"" + name + "\": " + value(name)
            : where
                + " names architecture "
                + architecture
                + ", whose \""
                + name
                + "\" is "
                + value(name);
    return new InputException(
        source + (what == null ? ", which is no possible value." : ", " + what + "."), remedy);
  }
}
