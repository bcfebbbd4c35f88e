package org.histofm.backbones.bag;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.histofm.InputException;
import org.histofm.backbone.EmbeddingMatrix;

/**
 * An embedding file opened for reading in pieces, so that memory does not grow with the number of
 * tiles (but for their places). Confined to one thread; whoever opened it closes it.
 */
public final class BagFile implements AutoCloseable {
  private static final int PIECE = 1 << 18;
  private static final int MOST_VALUES = Integer.MAX_VALUE - 8;

  private final BagFacts facts;
  private final BagRows rows;

  BagFile(BagFacts facts, BagRows rows) {
    this.facts = facts;
    this.rows = rows;
  }

  /** Where the file is. */
  public Path path() {
    return facts.path();
  }

  /** Its layout. */
  public BagFormat format() {
    return facts.format();
  }

  /** Name of the slide, by the file's attributes, else by its name. */
  public String slide() {
    return facts.slide();
  }

  /** Name of the encoder, if the file or its folder says it. */
  public Optional<String> encoder() {
    return Optional.ofNullable(facts.encoder());
  }

  /** Places of the tiles, if known. */
  public Optional<TilePlaces> places() {
    return Optional.ofNullable(facts.places());
  }

  /** µm/px at which tiles were read, if the file says it. */
  public OptionalDouble mpp() {
    return Double.isNaN(facts.mpp()) ? OptionalDouble.empty() : OptionalDouble.of(facts.mpp());
  }

  /** What was noticed and is no reason to refuse the file, one sentence each. */
  public List<String> warnings() {
    return facts.warnings();
  }

  /** Number of tiles; may be 0. */
  public long rows() {
    return rows.rows();
  }

  /** Width of an embedding. */
  public int dim() {
    return rows.dim();
  }

  /**
   * Reads consecutive embeddings. Fills {@code target} from its position to its limit.
   *
   * @param first number of the first embedding
   * @param target takes whole embeddings, row-major
   * @throws InputException if a value is not finite, or the file is damaged
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws IllegalArgumentException if {@code target} does not take whole rows
   */
  public void read(long first, FloatBuffer target) {
    if (target.remaining() % dim() != 0) {
      throw new IllegalArgumentException(
          target.remaining() + " values are not embeddings of " + dim());
    }
    int count = target.remaining() / dim();
    if (first < 0 || first > rows() - count) {
      throw new IndexOutOfBoundsException(
          "rows " + first + " to " + (first + count) + " of " + rows());
    }
    int start = target.position();
    rows.read(first, target);
    for (int i = start; i < target.limit(); i++) {
      if (!Float.isFinite(target.get(i))) {
        throw new InputException(
            path()
                + ": embedding "
                + (first + (i - start) / dim())
                + " has "
                + target.get(i)
                + " in column "
                + (i - start) % dim()
                + " (both counted from 0).",
            "Embed the slide again; in half precision the encoder may have overflowed.");
      }
    }
  }

  /**
   * Reads everything.
   *
   * @throws InputException if a value is not finite, the file is damaged, or there are more values
   *     than an array holds
   */
  public TileBag readAll() {
    if (rows() > MOST_VALUES / dim()) {
      throw new InputException(
          path() + " has " + rows() + " embeddings of " + dim() + ", more than an array holds.",
          "Read it in pieces.");
    }
    float[] values = new float[(int) rows() * dim()];
    int step = Math.max(1, PIECE / dim());
    long zeros = 0;
    long firstZero = -1;
    for (int row = 0; row < rows(); row += step) {
      int count = (int) Math.min(step, rows() - row);
      read(row, FloatBuffer.wrap(values, row * dim(), count * dim()));
      for (int i = row; i < row + count; i++) {
        if (isZero(values, i * dim())) {
          firstZero = zeros++ == 0 ? i : firstZero;
        }
      }
    }
    List<String> warnings = new ArrayList<>(facts.warnings());
    if (zeros > 0) {
      warnings.add(
          zeros
              + " of "
              + rows()
              + " embeddings are all zero, the first is number "
              + firstZero
              + " (counted from 0).");
    }
    return new TileBag(facts, EmbeddingMatrix.wrap((int) rows(), dim(), values), warnings);
  }

  private boolean isZero(float[] values, int at) {
    for (int d = 0; d < dim(); d++) {
      if (values[at + d] != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    rows.close();
  }
}
