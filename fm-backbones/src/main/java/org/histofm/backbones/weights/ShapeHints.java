package org.histofm.backbones.weights;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.histofm.backbones.program.ParameterSpec;
import org.histofm.backbones.program.VitProgram;
import org.histofm.backbones.program.VitShape;

/** Reads off a weights file which of timm's arguments it was made with, where they differ. */
final class ShapeHints {
  private static final String BLOCK = "blocks.0.";

  private final SafetensorsFile file;
  private final VitShape shape;
  private final Set<String> settings = new LinkedHashSet<>();

  ShapeHints(SafetensorsFile file, VitShape shape) {
    this.file = file;
    this.shape = shape;
  }

  /** One sentence: the arguments to set, or what else to do. */
  String remedy() {
    Optional<String> prefix = prefix();
    if (prefix.isPresent()) {
      return "All names begin with '" + prefix.get() + "': remove that, they are timm's otherwise.";
    }
    if (names("blocks.").isEmpty()) {
      return "Name a file with timm's tensor names, such as blocks.0.attn.qkv.weight.";
    }
    compareSizes();
    comparePresence();
    return settings.isEmpty()
        ? "Name the weights of the configured model, or correct architecture and model_args."
        : "If these are the right weights, set " + String.join(", ", settings) + " in model_args.";
  }

  /** What stands before timm's names in every one of them, if something does. */
  private Optional<String> prefix() {
    List<ParameterSpec> parameters = VitProgram.parameters(shape);
    String last = parameters.get(parameters.size() - 1).name();
    String probe = BLOCK + "norm1.weight";
    if (file.find(probe).isPresent() || file.find(last).isPresent()) {
      return Optional.empty();
    }
    return file.tensors().stream()
        .map(TensorEntry::name)
        .filter(name -> name.endsWith("." + probe))
        .map(name -> name.substring(0, name.length() - probe.length()))
        .filter(found -> file.tensors().stream().allMatch(t -> t.name().startsWith(found)))
        .findFirst();
  }

  private List<String> names(String start) {
    return file.tensors().stream()
        .map(TensorEntry::name)
        .filter(name -> name.startsWith(start))
        .toList();
  }

  private void set(String argument, Object value) {
    settings.add("\"" + argument + "\": " + value);
  }

  private void compareSizes() {
    long dim = size(BLOCK + "norm1.weight", 0).orElse((long) shape.dim());
    if (dim != shape.dim()) {
      set("embed_dim", dim);
    }
    int depth = 0;
    while (!names("blocks." + depth + ".").isEmpty()) {
      depth++;
    }
    if (depth != shape.depth()) {
      set("depth", depth);
    }
    long registers = size("reg_token", 1).orElse(0L);
    if (registers != shape.registers()) {
      set("reg_tokens", registers);
    }
    long patch = size("patch_embed.proj.weight", 3).orElse((long) shape.patchSize());
    if (patch != shape.patchSize()) {
      set("patch_size", patch);
    }
    size("pos_embed", 1).ifPresent(rows -> comparePositions(rows, patch, registers));
    compareMlp(dim);
  }

  private void comparePositions(long rows, long patch, long registers) {
    long prefix = (file.find("cls_token").isPresent() ? 1 : 0) + registers;
    long patches = (shape.imageHeight() / patch) * (shape.imageWidth() / patch);
    boolean outside = shape.noEmbedClass();
    if (rows == patches + (outside ? 0 : prefix)) {
      return;
    }
    if (rows == patches + (outside ? prefix : 0)) {
      set("no_embed_class", !outside);
      return;
    }
    for (boolean candidate : new boolean[] {outside, !outside}) {
      long grid = Math.round(Math.sqrt(rows - (candidate ? 0 : prefix)));
      if (grid * grid == rows - (candidate ? 0 : prefix)) {
        set("img_size", grid * patch);
        if (candidate != outside) {
          set("no_embed_class", candidate);
        }
        return;
      }
    }
  }

  private void compareMlp(long dim) {
    Optional<Long> hidden = size(BLOCK + "mlp.fc1.weight", 0);
    Optional<Long> inner = size(BLOCK + "mlp.fc2.weight", 1);
    if (hidden.isEmpty() || inner.isEmpty()) {
      return;
    }
    boolean swiglu = hidden.get() == 2 * inner.get();
    if (swiglu != shape.swiglu()) {
      set("mlp_layer", swiglu ? "\"SwiGLUPacked\"" : "\"Mlp\"");
    }
    if (hidden.get() != Math.round((double) dim * shape.mlpHidden() / shape.dim())) {
      set("mlp_ratio", ratio(hidden.get(), dim));
    }
  }

  /** A ratio with which {@code int(dim * ratio)} is {@code hidden}. */
  private static String ratio(long hidden, long dim) {
    return hidden % dim == 0
        ? Long.toString(hidden / dim)
        // half a unit above, so that no rounding falls below
        : String.format(Locale.ROOT, "%.7f", (hidden + 0.5) / dim);
  }

  private Optional<Long> size(String name, int axis) {
    return file.find(name).filter(t -> t.shape().size() > axis).map(t -> t.shape().get(axis));
  }

  private void comparePresence() {
    compare("cls_token", shape.classToken(), "class_token", "true", "false");
    compare("pos_embed", shape.positionTable(), "pos_embed", "\"learn\"", "\"none\"");
    compare("norm_pre.weight", shape.preNorm(), "pre_norm", "true", "false");
    compare(BLOCK + "ls1.gamma", shape.layerScale(), "init_values", "1e-5", "null");
    compare(BLOCK + "attn.qkv.bias", shape.qkvBias(), "qkv_bias", "true", "false");
    compare(BLOCK + "attn.proj.bias", shape.projBias(), "proj_bias", "true", "false");
    compare(BLOCK + "attn.q_norm.weight", shape.qkNorm(), "qk_norm", "true", "false");
    boolean norm = file.find("norm.weight").isPresent();
    boolean fcNorm = file.find("fc_norm.weight").isPresent();
    if (!norm && !fcNorm) {
      if (shape.finalNorm() || shape.fcNorm()) {
        set("final_norm", false);
      }
    } else if (!shape.finalNorm() && !shape.fcNorm()) {
      set("final_norm", true);
    } else if (norm != fcNorm && fcNorm != shape.fcNorm()) {
      set("fc_norm", fcNorm);
    }
  }

  private void compare(
      String tensor, boolean expected, String argument, String present, String absent) {
    boolean found = file.find(tensor).isPresent();
    if (found != expected) {
      set(argument, found ? present : absent);
    }
  }
}
