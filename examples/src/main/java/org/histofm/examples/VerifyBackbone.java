package org.histofm.examples;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.histofm.backbone.Precision;
import org.histofm.backbones.BackboneVerification;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.plugin.Options;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares a backbone with the numbers that Python gave for the same weights and pixels. */
@Command(
    name = "verify-backbone",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares a backbone with the numbers that timm gave for the same weights and pixels.",
      "Exit code 0: within the tolerance; 1: outside; 2: a file or setting cannot be used."
    })
public final class VerifyBackbone implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "config.json: {\"architecture\": \"vit_base_patch16_224\", \"model_args\": {...}} with the"
              + " arguments of timm's VisionTransformer, or {\"id\": \"vit-base-patch16-224\"}.")
  private Path model = Path.of("");

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = "The model's state_dict as safetensors.")
  private Path weights = Path.of("");

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "FILE",
      description =
          "safetensors with pixels [n, 3, h, w] (normalised float32), embedding [n, d] and, if you"
              + " like, tokens [n, t, d].")
  private Path reference = Path.of("");

  @Option(
      names = "--precision",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
      defaultValue = "fp32")
  private Precision precision = Precision.FP32;

  @Option(
      names = "--backbone-option",
      paramLabel = "NAME=VALUE",
      description = "variant=packed|plain (how the program is written), batch=N; may be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  /** The command line. */
  public static void main(String... args) {
    Cli.main(new VerifyBackbone(), args);
  }

  @Override
  public Integer call() {
    BackboneVerification.Report report =
        BackboneVerification.compare(
            model, weights, reference, precision, Options.of(options), EngineSettings.defaults());
    report.lines().forEach(System.out::println);
    return report.within() ? Cli.GOOD : Cli.CHECK_FAILED;
  }
}
