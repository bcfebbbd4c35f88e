package com.example.lab;

import java.nio.file.*;
import org.histofm.*;
import org.histofm.adapter.*;
import org.histofm.backbone.*;
import org.histofm.backbones.embedding.BackboneSampleReader;
import org.histofm.dataset.*;
import org.histofm.eval.split.*;
import org.histofm.plugin.*;

public final class EmbedAndProbe {
  public static void main(String... args) throws Exception {
    Path out = Files.createDirectories(Path.of(args[0]));
    DatasetProvider tiles = Providers.of(DatasetProvider.class).get("synthetic-he");
    BackboneProvider vits = Providers.of(BackboneProvider.class).get("vit-tiny-patch16-224");
    Adapter probe =
        Providers.of(AdapterProvider.class).get("linear-probe").create("linear-probe", Options.none());

    Cohort cohort = tiles.open(DatasetRequest.of("synthetic-he"));
    Fold fold = Fold.byGroup(cohort, "scanner-a", Seed.of(1)); // whole patients are held out
    LabelDraw half = LabelDraw.of(fold, 0.5, LabelDraw.Validation.GROUPED, LabelDraw.FractionOf.LABELS, Seed.of(1));

    Weights weights = Weights.random(Seed.of(0)); // Weights.file(Path.of("model.safetensors"))
    try (Backbone backbone = vits.open(BackboneRequest.of("vit-tiny-patch16-224", weights));
        BackboneSampleReader reader = BackboneSampleReader.of(backbone, out.resolve("embeddings"));
        FittedAdapter fitted =
            probe.fit(
                FitRequest.of(backbone, reader, half.train(), out)
                    .withValidation(half.validation()))) {
      System.out.println(fitted.facts());
      fitted.predict(fold.test().samples(), reader, System.out::println, Progress.NONE);
      fitted.save(out);
    }
  }
}
