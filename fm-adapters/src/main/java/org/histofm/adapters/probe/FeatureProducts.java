package org.histofm.adapters.probe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The products of the features of {@link CentredSamples}, summed over the samples, [D, D].
 *
 * <p>Features are cut into panels, and the products of two panels are a tile; only tiles in the
 * lower half are formed, in any order by any worker. Samples come in chunks, each added to every
 * tile before the next one, so the number of threads moves no bit.
 */
final class FeatureProducts implements AutoCloseable {
  private static final int PANEL = 256;
  private static final int CHUNK = 1024;

  private final CentredSamples samples;
  private final List<NativeMatrix> panels = new ArrayList<>(); // [width, CHUNK], a sample a column
  private final List<Tile> tiles = new ArrayList<>();

  /** The products of panel {@code row} and panel {@code column}. */
  private record Tile(int row, int column, NativeMatrix values) {}

  private FeatureProducts(CentredSamples samples) {
    this.samples = samples;
    for (int first = 0; first < samples.dim(); first += PANEL) {
      panels.add(NativeMatrix.zeros(Math.min(PANEL, samples.dim() - first), CHUNK));
    }
    for (int row = 0; row < panels.size(); row++) {
      for (int column = 0; column <= row; column++) {
        int height = panels.get(row).rows();
        int width = panels.get(column).rows();
        tiles.add(new Tile(row, column, NativeMatrix.zeros(height, width)));
      }
    }
  }

  /** The lower half, column after column. */
  static double[] of(CentredSamples samples, Workers workers) {
    try (FeatureProducts products = new FeatureProducts(samples)) {
      for (int first = 0; first < samples.count(); first += CHUNK) {
        products.add(first, workers);
      }
      return products.assemble();
    }
  }

  private void add(int first, Workers workers) {
    double[][] rows = new double[workers.count()][samples.dim()];
    float[][] scratch = new float[workers.count()][samples.dim()];
    workers.run(
        CHUNK,
        (i, worker) -> {
          double[] row = rows[worker];
          if (first + i < samples.count()) {
            samples.copyRow(first + i, scratch[worker], row);
          } else {
            Arrays.fill(row, 0);
          }
          for (int p = 0; p < panels.size(); p++) {
            int width = panels.get(p).rows();
            panels.get(p).put(i * width, row, p * PANEL, width);
          }
        });
    workers.run(
        tiles.size(),
        (number, worker) -> {
          Tile tile = tiles.get(number);
          NativeMatrix left = panels.get(tile.row);
          tile.values.product(1, left, false, panels.get(tile.column), true, 1);
        });
  }

  private double[] assemble() {
    int dim = samples.dim();
    double[] products = new double[dim * dim];
    for (Tile tile : tiles) {
      int height = tile.values.rows();
      for (int j = 0; j < tile.values.columns(); j++) {
        int at = (tile.column * PANEL + j) * dim + tile.row * PANEL;
        tile.values.get(j * height, products, at, height);
      }
    }
    return products;
  }

  @Override
  public void close() {
    panels.forEach(NativeMatrix::close);
    tiles.forEach(tile -> tile.values.close());
  }
}
