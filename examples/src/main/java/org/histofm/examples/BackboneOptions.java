package org.histofm.examples;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.BackboneProvider;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Weights;
import org.histofm.plugin.Options;
import org.histofm.plugin.Providers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which backbone to open, and how. */
final class BackboneOptions {
  @Option(
      names = "--backbone",
      paramLabel = "ID",
      description = "Backbone; ./fm list shows the ids. Default: ${DEFAULT-VALUE}.",
      defaultValue = "vit-small-patch16-224")
  String id = "vit-small-patch16-224";

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Weights of the backbone: a safetensors file with timm names.")
  private @Nullable Path file;

  @Option(
      names = "--random-init",
      arity = "0..1",
      fallbackValue = "0",
      paramLabel = "SEED",
      description = "Random weights instead: a plumbing check, no finding.")
  @Nullable Long randomSeed;

  @Option(
      names = "--precision",
      description =
          "${COMPLETION-CANDIDATES}. auto is bf16 where the processor multiplies it natively."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "auto")
  Precision precision = Precision.AUTO;

  @Option(
      names = "--backbone-option",
      paramLabel = "NAME=VALUE",
      description = "A setting of the backbone itself; may be repeated.")
  Map<String, String> options = new LinkedHashMap<>();

  /** Opens the backbone; the caller closes it. */
  Backbone open() {
    BackboneProvider provider = Providers.of(BackboneProvider.class).get(id);
    Weights weights = weights();
    if (!provider.supports(weights)) {
      throw new InputException(
          "backbone " + id + " cannot be opened with " + weights + ".",
          "Choose another backbone, or other weights.");
    }
    return provider.open(
        BackboneRequest.of(id, weights).withPrecision(precision).withOptions(Options.of(options)));
  }

  private Weights weights() {
    if (file != null && randomSeed != null) {
      throw new InputException("both --weights and --random-init were given.", "Give one of them.");
    }
    if (file != null) {
      return Weights.file(file);
    }
    if (randomSeed != null) {
      return Weights.random(Seed.of(randomSeed));
    }
    throw new InputException(
        "no weights were given for backbone " + id + ".",
        "Pass --weights FILE, or --random-init for a plumbing check without a finding.");
  }
}
