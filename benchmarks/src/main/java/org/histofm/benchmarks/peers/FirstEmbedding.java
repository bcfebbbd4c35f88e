package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Path;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.Precision;
import org.histofm.backbone.Weights;

/** Opens a backbone from a file, embeds one image, tells its CPU time and peak memory, and ends. */
public final class FirstEmbedding {
  private FirstEmbedding() {}

  /** Arguments: {@code BACKBONE WEIGHTS PRECISION THREADS}. */
  public static void main(String... args) throws IOException {
    Weights weights = Weights.file(Path.of(args[1]));
    Precision precision = Precision.valueOf(args[2]);
    try (Backbone backbone = EmbedWork.open(args[0], weights, precision, threads(args[3]))) {
      backbone.embed(EmbedWork.noise(backbone, 1));
    }
    System.out.println("end " + WorkerMain.cpuMillis() + " " + WorkerMain.peakKib());
  }

  private static int threads(String count) {
    return Integer.parseInt(count);
  }
}
