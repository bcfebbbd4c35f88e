package org.histofm.adapters.probe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import org.histofm.backbone.EmbeddingMatrix;

/**
 * Times the fit at C = 1 on the data that {@code scripts/fixtures/sklearn_probe.py speed FOLDER}
 * wrote there; that command times scikit-learn on the same data. No test: run by hand.
 *
 * <p>Arguments: FOLDER, threads, tolerance, and how often to fit.
 */
final class LinearProbeSpeed {
  private static final int ROWS = 100_000;
  private static final int DIM = 1024;
  private static final int CLASSES = 9;

  private LinearProbeSpeed() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    ProbeSettings settings =
        new ProbeSettings(
            OptionalDouble.empty(),
            10_000,
            Double.parseDouble(args[2]),
            false,
            false,
            Integer.parseInt(args[1]));
    float[] values = new float[ROWS * DIM];
    int[] labels = new int[ROWS];
    try (FileChannel x = FileChannel.open(folder.resolve("x.f32"));
        FileChannel y = FileChannel.open(folder.resolve("y.i32"))) {
      for (int i = 0; i < ROWS; i++) {
        read(x, 4 * DIM).asFloatBuffer().get(values, i * DIM, DIM);
      }
      read(y, 4 * ROWS).asIntBuffer().get(labels);
    }
    DesignMatrix data =
        DesignMatrix.of(EmbeddingMatrix.wrap(ROWS, DIM, values), labels, Data.ones(ROWS));
    NativeMatrix.zeros(1, 1).close(); // ND4J's start is not part of a fit.
    for (int i = 0; i < Integer.parseInt(args[3]); i++) {
      long start = System.nanoTime();
      ProbeSolver.Solution solution =
          ProbeSolver.with(data, Data.classes(CLASSES), settings, solver -> solver.solve(1));
      System.out.printf(
          Locale.ROOT,
          "%.2f s, %d iterations, converged %s, objective %.6f%n",
          (System.nanoTime() - start) / 1e9,
          solution.iterations(),
          solution.converged(),
          solution.objective() * data.totalWeight());
    }
  }

  private static ByteBuffer read(FileChannel channel, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    return buffer.flip();
  }
}
