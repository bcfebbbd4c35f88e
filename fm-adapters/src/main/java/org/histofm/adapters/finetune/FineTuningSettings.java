package org.histofm.adapters.finetune;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.histofm.InputException;
import org.histofm.backbone.Optimiser;
import org.histofm.backbone.Tuning;
import org.histofm.plugin.Options;
import org.histofm.provenance.Facts;
import org.histofm.tile.Augmentation;

/**
 * Settings of fine-tuning.
 *
 * @param id which adapter
 * @param tuning what of the backbone is trained, and the optimiser of all
 * @param rate learning rate of the backbone
 * @param headRate learning rate of the head
 * @param weightDecay of matrices
 * @param layerDecay factor of the learning rate from one parameter group to the one before it
 * @param schedule of both learning rates
 * @param epochs at most
 * @param patience epochs without a better one after which to stop; 0 for never
 * @param batch samples in a step
 * @param augmentation of training tiles
 * @param clip largest norm of a gradient; 0 for any
 * @param balanced whether every class weighs the same in the loss
 * @param given the settings as they were given
 */
record FineTuningSettings(
    String id,
    Tuning tuning,
    double rate,
    double headRate,
    double weightDecay,
    double layerDecay,
    RateSchedule schedule,
    int epochs,
    int patience,
    int batch,
    Augmentation augmentation,
    double clip,
    boolean balanced,
    Options given) {
  static final String LORA = "lora";
  static final String LAST_BLOCKS = "last-blocks";
  static final String FULL = "full";

  private static final List<String> COMMON =
      List.of(
          "augmentation",
          "batch",
          "class-weight",
          "clip",
          "epochs",
          "head-lr",
          "jitter",
          "lr",
          "optimiser",
          "patience",
          "schedule",
          "warmup",
          "weight-decay");

  /** Names of the settings of an adapter. */
  static List<String> names(String id) {
    List<String> names = new ArrayList<>(COMMON);
    names.addAll(
        switch (id) {
          case LORA -> List.of("alpha", "dropout", "rank", "targets");
          case LAST_BLOCKS -> List.of("blocks", "layer-decay");
          case FULL -> List.of("layer-decay");
          default -> throw unknown(id);
        });
    return names.stream().sorted().toList();
  }

  private static IllegalArgumentException unknown(String id) {
    return new IllegalArgumentException("'" + id + "' is no adapter that fine-tunes");
  }

  static FineTuningSettings of(String id, Options options) {
    options.allow("adapter " + id, names(id).toArray(String[]::new));
    boolean lora = id.equals(LORA);
    return new FineTuningSettings(
        id,
        tuning(id, options),
        options.number("lr", lora ? 1e-4 : 5e-5, 0, 10),
        options.number("head-lr", 1e-3, 0, 10),
        options.number("weight-decay", lora ? 0 : 0.05, 0, 10),
        lora ? 1 : options.number("layer-decay", 0.75, 0, 1),
        new RateSchedule(
            oneOf(
                options,
                "schedule",
                new TreeMap<>(
                    Map.of(
                        "cosine",
                        RateSchedule.Shape.COSINE,
                        "constant",
                        RateSchedule.Shape.CONSTANT)),
                "cosine"),
            options.number("warmup", 0.1, 0, 0.99)),
        options.integer("epochs", 10, 1, 100_000),
        options.integer("patience", 0, 0, 100_000),
        options.integer("batch", 16, 1, 65_536),
        augmentation(options),
        options.number("clip", 1, 0, 1e12),
        oneOf(
            options,
            "class-weight",
            new TreeMap<>(Map.of("none", false, "balanced", true)),
            "none"),
        options);
  }

  private static Tuning tuning(String id, Options options) {
    Map<String, Optimiser> optimisers =
        new TreeMap<>(
            Map.of("adam", Optimiser.adam(), "adamw", Optimiser.adamW(), "sgd", Optimiser.sgd()));
    Optimiser optimiser =
        oneOf(options, "optimiser", optimisers, id.equals(LORA) ? "adam" : "adamw");
    return switch (id) {
      case LORA -> {
        int rank = options.integer("rank", 16, 1, 65_536);
        yield new Tuning.Lora(
            rank,
            options.number("alpha", rank, 1e-6, 1e6),
            options.number("dropout", 0.1, 0, 0.99),
            targets(options),
            optimiser);
      }
      case LAST_BLOCKS -> new Tuning.LastBlocks(options.integer("blocks", 2, 1, 10_000), optimiser);
      case FULL -> new Tuning.Full(optimiser);
      default -> throw unknown(id);
    };
  }

  private static Set<Tuning.LoraTarget> targets(Options options) {
    String text = options.text("targets", "qkv+proj+fc1+fc2");
    Set<Tuning.LoraTarget> targets = EnumSet.noneOf(Tuning.LoraTarget.class);
    for (String name : text.split("\\+", -1)) {
      Tuning.LoraTarget target = null;
      for (Tuning.LoraTarget known : Tuning.LoraTarget.values()) {
        target = known.label().equals(name.strip()) ? known : target;
      }
      if (target == null) {
        throw new InputException(
            "setting targets=" + text + " names '" + name.strip() + "', which LoRA cannot adapt.",
            "Join any of qkv, proj, fc1 and fc2 by '+'; the default is all four.");
      }
      targets.add(target);
    }
    return targets;
  }

  private static Augmentation augmentation(Options options) {
    Map<String, Augmentation> known =
        new TreeMap<>(Map.of("none", Augmentation.none(), "standard", Augmentation.standard()));
    Augmentation chosen = oneOf(options, "augmentation", known, "standard");
    if (!options.asMap().containsKey("jitter")) {
      return chosen;
    }
    double jitter = options.number("jitter", Augmentation.standard().brightness(), 0, 0.5);
    return new Augmentation(chosen.flips(), chosen.quarterTurns(), jitter, jitter, jitter, jitter);
  }

  private static <T> T oneOf(Options options, String name, Map<String, T> known, String otherwise) {
    String text = options.text(name, otherwise).strip();
    T value = known.get(text);
    if (value == null) {
      throw new InputException(
          "setting " + name + "=" + text + " is none of " + known.keySet() + ".",
          "Its default is " + otherwise + ".");
    }
    return value;
  }

  /** Learning rate of each group's share of {@link #rate}, from the input to the output. */
  double groupFactor(int group, int groups) {
    return Math.pow(layerDecay, groups - 1 - group);
  }

  /** The settings given, and whatever else the tuning follows from: so defaults may change. */
  Options complete() {
    Options options =
        given.with("optimiser", tuning.optimiser().rule().name().toLowerCase(Locale.ROOT));
    if (tuning instanceof Tuning.Lora lora) {
      return options
          .with("rank", Integer.toString(lora.rank()))
          .with("alpha", Double.toString(lora.alpha()))
          .with("dropout", Double.toString(lora.dropout()))
          .with(
              "targets",
              lora.targets().stream()
                  .map(Tuning.LoraTarget::label)
                  .collect(Collectors.joining("+")));
    }
    return tuning instanceof Tuning.LastBlocks last
        ? options.with("blocks", Integer.toString(last.blocks()))
        : options;
  }

  Facts facts() {
    Facts facts =
        Facts.none()
            .with("tuning", tuning.describe())
            .with("head", "linear softmax from zero")
            .with("learning rate", Double.toString(rate))
            .with("head learning rate", Double.toString(headRate))
            .with("schedule", schedule.describe())
            .with("weight decay", Double.toString(weightDecay));
    if (layerDecay != 1) {
      facts = facts.with("layer decay", Double.toString(layerDecay));
    }
    return facts
        .with("batch", Integer.toString(batch))
        .with("gradient norm clipped at", clip == 0 ? "none" : Double.toString(clip))
        .with("class weight", balanced ? "balanced" : "none")
        .with("epochs at most", Integer.toString(epochs))
        .with("patience", patience == 0 ? "none" : patience + " epochs");
  }
}
