package org.histofm.backbones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.histofm.Seed;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.BackboneRequest;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.Weights;
import org.histofm.backbones.engine.EngineSettings;
import org.histofm.backbones.program.RandomParameters;
import org.histofm.backbones.program.VitShape;
import org.histofm.tile.PixelBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to end while it embeds ends quietly. */
class EngineExitTest {
  private static final int TERMINATED = 128 + 15;

  @Test
  void process_terminatedWhileItEmbeds_endsWithoutACrashReport(@TempDir Path folder)
      throws IOException, InterruptedException {
    assumeThat(System.getProperty("os.name")).as("signals are POSIX's").startsWith("Linux");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Embedding.class.getName())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      List<String> before = out.lines().takeWhile(line -> !line.equals("embedding")).toList();
      assertThat(process.isAlive()).as(String.join("\n", before)).isTrue();
      process.destroy();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(folder).isEmptyDirectory();
  }

  /** Embeds until it is ended. */
  static final class Embedding {
    private Embedding() {}

    public static void main(String[] arguments) {
      VitShape shape = VitShapes.with(s -> s.depth = 8);
      List<Double> half = List.of(0.5, 0.5, 0.5);
      try (VitBackbone backbone =
          VitBackbone.open(
              BackboneCard.of("tiny", shape.dim(), Preprocessing.of(32, half, half)),
              shape,
              () -> RandomParameters.of(shape, Seed.of(1)),
              BackboneRequest.of("tiny", Weights.random(Seed.of(1))),
              EngineSettings.defaults())) {
        PixelBatch images = PixelBatch.ofBytes(64, 32, 32, new byte[64 * 3 * 32 * 32]);
        backbone.embed(images);
        System.out.println("embedding");
        while (true) {
          backbone.embed(images);
        }
      }
    }
  }
}
