package org.histofm.backbones;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.program.RandomParameters;
import org.histofm.backbones.program.VitShape;
import org.histofm.backbones.timm.TimmConfig;
import org.histofm.backbones.weights.TimmWeights;
import org.histofm.plugin.Options;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vision Transformers by timm's architecture names with hyphens ({@code vit-base-patch16-224}),
 * with weights from a safetensors file in timm's names, loaded strictly, or random ones.
 *
 * <p>Its settings:
 *
 * <ul>
 *   <li>every argument of timm's {@code VisionTransformer} that {@link TimmConfig} takes, such as
 *       {@code init_values=1e-5} or {@code global_pool=avg};
 *   <li>{@code mean, std} (three numbers, commas between), {@code resize} (pixels of the shorter
 *       side), {@code filter} ({@code bicubic} or {@code bilinear}): preprocessing where the
 *       checkpoint's is not timm's default for the architecture;
 *   <li>{@code batch} (images computed at a time), {@code variant} ({@code auto, packed, plain}),
 *       {@code threads} (default: one per processor; the same throughout a process).
 * </ul>
 */
public final class VitProvider implements BackboneProvider {
  private static final Logger LOG = LoggerFactory.getLogger(VitProvider.class);
  private static final List<String> PREPROCESSING = List.of("mean", "std", "resize", "filter");
  private static final List<String> ENGINE = List.of("batch", "variant", "threads");

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return TimmConfig.ids();
  }

  @Override
  public String summary(String id) {
    VitShape shape = TimmConfig.of(TimmConfig.architectureOf(id)).shape();
    return String.format(
        Locale.ROOT,
        "timm's %s: ViT, %d values, %d blocks, patches of %d in %d px",
        TimmConfig.architectureOf(id),
        shape.dim(),
        shape.depth(),
        shape.patchSize(),
        shape.imageWidth());
  }

  @Override
  public BackboneCard card(String id) {
    return TimmConfig.of(TimmConfig.architectureOf(id)).card();
  }

  @Override
  public boolean supports(Weights weights) {
    return weights instanceof Weights.File || weights instanceof Weights.Random;
  }

  @Override
  public Backbone open(BackboneRequest request) {
    Options options = request.options();
    List<String> known = new ArrayList<>(TimmConfig.argumentNames());
    known.addAll(PREPROCESSING);
    known.addAll(ENGINE);
    options.allow("backbone " + request.id(), known.toArray(String[]::new));

    Map<String, String> arguments = new TreeMap<>();
    Options computing = Options.none();
    for (Map.Entry<String, String> option : options.asMap().entrySet()) {
      String name = option.getKey();
      if (name.equals("batch") || name.equals("variant")) {
        computing = computing.with(name, option.getValue());
      } else if (!PREPROCESSING.contains(name) && !name.equals("threads")) {
        arguments.put(name, option.getValue());
      }
    }
    TimmConfig config =
        TimmConfig.of(TimmConfig.architectureOf(request.id())).withArguments(arguments);
    config.notes().forEach(note -> LOG.info("{}: {}", request.id(), note));
    BackboneCard card =
        config.card().withPreprocessing(preprocessing(config.preprocessing(), options));
    EngineSettings settings = EngineSettings.defaults();
    settings = settings.withThreads(options.integer("threads", settings.threads(), 1, 1024));
    BackboneRequest rest = request.withOptions(computing);

    if (request.weights() instanceof Weights.Random random) {
      RandomParameters source = RandomParameters.of(config.shape(), random.seed());
      return VitBackbone.open(card, config.shape(), () -> source, rest, settings);
    }
    if (request.weights() instanceof Weights.File file) {
      AtomicBoolean said = new AtomicBoolean();
      return VitBackbone.open(
          card,
          config.shape(),
          () -> {
            TimmWeights source = TimmWeights.open(file.path(), config.shape());
            if (!said.getAndSet(true)) {
              source.notes().forEach(note -> LOG.info("{}: {}", request.id(), note));
            }
            return source;
          },
          rest,
          settings);
    }
    throw new IllegalArgumentException(
        "backbone " + request.id() + " takes no weights of this kind: " + request.weights());
  }

  private static Preprocessing preprocessing(Preprocessing timm, Options options) {
    List<Double> mean = triple(options, "mean", timm.mean());
    List<Double> std = triple(options, "std", timm.std());
    if (std.stream().anyMatch(v -> v <= 0)) {
      throw new InputException(
          "setting std=" + options.text("std", "") + " is not positive.",
          "Its default is " + timm.std() + ".");
    }
    String filter = options.text("filter", timm.filter().name()).strip().toUpperCase(Locale.ROOT);
    for (Preprocessing.Filter known : Preprocessing.Filter.values()) {
      if (known.name().equals(filter)) {
        return Preprocessing.of(timm.crop(), mean, std)
            .withResize(options.integer("resize", timm.resize(), timm.crop(), 1 << 16))
            .withFilter(known);
      }
    }
    throw new InputException(
        "setting filter=" + options.text("filter", "") + " is none of bicubic, bilinear.",
        "Its default is " + timm.filter().name().toLowerCase(Locale.ROOT) + ".");
  }

  private static List<Double> triple(Options options, String name, List<Double> otherwise) {
    String text = options.text(name, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    List<Double> numbers = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      try {
        numbers.add(Double.parseDouble(part.strip()));
      } catch (NumberFormatException e) {
        numbers.clear();
        break;
      }
    }
    if (numbers.size() != 3 || !numbers.stream().allMatch(Double::isFinite)) {
      throw new InputException(
          "setting " + name + "=" + text + " is not three numbers with commas between.",
          "Its default is " + otherwise + ".");
    }
    return numbers;
  }
}
