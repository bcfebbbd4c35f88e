package org.histofm.backbones.bag;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.histofm.InputException;
import org.jspecify.annotations.Nullable;

/**
 * Rows of an HDF5 dataset [N, D] of half, single or double precision, read in blocks of whole
 * chunks of about 4 MiB, so that no chunk is unpacked twice when rows are asked for in order.
 */
final class Hdf5Rows implements BagRows {
  private static final int BLOCK_VALUES = 1 << 20;
  private static final long MOST_CHUNK_VALUES = 1L << 28;

  private final Path path;
  private final HdfFile hdf;
  private final Dataset dataset;
  private final long rows;
  private final int dim;
  private final int blockRows;
  private float @Nullable [] block;
  private long blockFirst;

  Hdf5Rows(Path path, HdfFile hdf, Dataset dataset, long size) {
    this.path = path;
    this.hdf = hdf;
    this.dataset = dataset;
    rows = dataset.getDimensionsAsLong()[0];
    dim = (int) dataset.getDimensionsAsLong()[1];
    requireFloats();
    requireAllocated(size);
    int chunkRows = 1;
    if (rows > 0 && dataset instanceof ChunkedDataset chunked) {
      int[] chunk = chunked.getChunkDimensions();
      chunkRows = (int) Math.min(rows, chunk[0]);
      if ((long) chunkRows * dim > MOST_CHUNK_VALUES
          || (long) chunk[0] * chunk[1] > MOST_CHUNK_VALUES) {
        throw new InputException(
            path + " is stored in chunks of " + chunk[0] + " x " + chunk[1] + " numbers.",
            "Write it anew in chunks of at most " + MOST_CHUNK_VALUES + " numbers.");
      }
    }
    blockRows = chunkRows * Math.max(1, BLOCK_VALUES / (chunkRows * dim));
  }

  private void requireFloats() {
    if (dataset.getDataType() instanceof FloatingPoint type) {
      String layout = type.getBitPrecision() + "/" + type.getExponentSize();
      if (layout.equals("16/5") || layout.equals("32/8") || layout.equals("64/11")) {
        return;
      }
    }
    throw new InputException(
        path + ": '" + dataset.getName() + "' holds no half, single or double precision numbers.",
        "Convert it to float32.");
  }

  private void requireAllocated(long size) {
    if (rows > 0
        && dataset instanceof ContiguousDataset contiguous
        && (contiguous.getDataAddress() < 0
            || contiguous.getDataAddress() + dataset.getSizeInBytes() > size)) {
      throw new InputException(
          path + ": the numbers of '" + dataset.getName() + "' lie outside the file.",
          "Copy it again, or embed the slide again.");
    }
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public int dim() {
    return dim;
  }

  @Override
  public void read(long first, FloatBuffer target) {
    long row = first;
    while (target.hasRemaining()) {
      float[] held = block(row);
      int from = (int) (row - blockFirst) * dim;
      int count = Math.min(target.remaining(), held.length - from);
      target.put(held, from, count);
      row += count / dim;
    }
  }

  private float[] block(long row) {
    if (block == null || row < blockFirst || row >= blockFirst + block.length / dim) {
      long first = row / blockRows * blockRows;
      int count = (int) Math.min(blockRows, rows - first);
      block =
          Hdf5Bag.guarded(
              path,
              () -> flat(dataset.getData(new long[] {first, 0}, new int[] {count, dim}), count));
      blockFirst = first;
    }
    return block;
  }

  private float[] flat(Object slice, int count) {
    float[] flat = new float[count * dim];
    for (int i = 0; i < count; i++) {
      if (slice instanceof float[][] singles) {
        System.arraycopy(singles[i], 0, flat, i * dim, dim);
      } else {
        double[] doubles = ((double[][]) slice)[i];
        for (int d = 0; d < dim; d++) {
          flat[i * dim + d] = (float) doubles[d];
        }
      }
    }
    return flat;
  }

  @Override
  public void close() {
    hdf.close();
  }
}
