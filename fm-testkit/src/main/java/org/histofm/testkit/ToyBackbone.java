package org.histofm.testkit;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.histofm.Seed;
import org.histofm.backbone.BackboneCard;
import org.histofm.backbone.DenseBackbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbone.TokenTensor;
import org.histofm.provenance.Facts;
import org.histofm.provenance.Sha256;
import org.histofm.tile.PixelBatch;

/**
 * A backbone in plain Java for tests: colour, contrast, edges and darkness of the 16 cells of a 32
 * x 32 px image. No network and no training, but its features tell simple classes apart, so that
 * probes on it work.
 *
 * <p>A token is [3 channel means, 3 channel standard deviations, mean horizontal and vertical grey
 * difference, share of pixels in 4 ranges of grey] of a cell of 8 x 8 px, in normalised units; an
 * embedding is the mean and the standard deviation of each token value over the cells. The seed
 * draws a factor from 0.5 to 1.5 for each token value, so another seed gives other embeddings.
 *
 * <p>Safe for concurrent use. Rows are exactly independent of their neighbours.
 */
public final class ToyBackbone implements DenseBackbone {
  private static final int SIDE = 32;
  private static final int CELL = 8;
  private static final int CELLS = (SIDE / CELL) * (SIDE / CELL);
  private static final int TOKEN_DIM = 12;
  private static final float[] GREY_LIMITS = {-0.5f, 0f, 0.5f};

  private static final BackboneCard CARD =
      BackboneCard.of(
              "toy",
              2 * TOKEN_DIM,
              Preprocessing.of(SIDE, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)))
          .withPooling("mean and standard deviation over cells")
          .withLicence("Apache-2.0");

  private final Seed seed;
  private final float[] factors;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ToyBackbone(Seed seed, float[] factors) {
    this.seed = seed;
    this.factors = factors;
  }

  /** The toy whose factors are drawn from {@code seed}; the caller closes it. */
  public static ToyBackbone open(Seed seed) {
    SplittableRandom random = seed.derive("toy").random();
    float[] factors = new float[TOKEN_DIM];
    for (int i = 0; i < TOKEN_DIM; i++) {
      factors[i] = (float) (0.5 + random.nextDouble());
    }
    return new ToyBackbone(seed, factors);
  }

  /** The card of every toy, whatever its seed. */
  public static BackboneCard toyCard() {
    return CARD;
  }

  @Override
  public BackboneCard card() {
    requireOpen();
    return CARD;
  }

  @Override
  public String weightsHash() {
    requireOpen();
    return Sha256.of("toy " + seed.value());
  }

  @Override
  public boolean untrained() {
    requireOpen();
    return true;
  }

  @Override
  public Facts facts() {
    requireOpen();
    return Facts.none().with("engine", "plain Java").with("precision", "float32");
  }

  @Override
  public EmbeddingMatrix embed(PixelBatch batch) {
    float[] tokens = cells(batch);
    float[] embeddings = new float[batch.count() * 2 * TOKEN_DIM];
    for (int i = 0; i < batch.count(); i++) {
      for (int f = 0; f < TOKEN_DIM; f++) {
        double sum = 0;
        double squares = 0;
        for (int cell = 0; cell < CELLS; cell++) {
          double value = tokens[(i * CELLS + cell) * TOKEN_DIM + f];
          sum += value;
          squares += value * value;
        }
        double mean = sum / CELLS;
        int row = i * 2 * TOKEN_DIM;
        embeddings[row + f] = (float) mean;
        embeddings[row + TOKEN_DIM + f] =
            (float) Math.sqrt(Math.max(0, squares / CELLS - mean * mean));
      }
    }
    return EmbeddingMatrix.wrap(batch.count(), 2 * TOKEN_DIM, embeddings);
  }

  /** One token a cell, row by row, and none in front; [images, 16, 12]. */
  @Override
  public TokenTensor tokens(PixelBatch batch) {
    return TokenTensor.wrap(batch.count(), CELLS, 0, TOKEN_DIM, cells(batch));
  }

  @Override
  public void close() {
    closed.set(true);
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("backbone toy is closed");
    }
  }

  /** [images, cells, token values] of a batch. */
  private float[] cells(PixelBatch batch) {
    requireOpen();
    if (batch.width() != SIDE || batch.height() != SIDE) {
      throw new IllegalArgumentException(
          "backbone toy takes images of 32 x 32 px, got " + batch.width() + " x " + batch.height());
    }
    float[] tokens = new float[batch.count() * CELLS * TOKEN_DIM];
    float[] planes = new float[3 * SIDE * SIDE];
    for (int i = 0; i < batch.count(); i++) {
      normalised(batch, i, planes);
      for (int cell = 0; cell < CELLS; cell++) {
        int left = cell % (SIDE / CELL) * CELL;
        int top = cell / (SIDE / CELL) * CELL;
        float[] token = token(planes, left, top);
        System.arraycopy(token, 0, tokens, (i * CELLS + cell) * TOKEN_DIM, TOKEN_DIM);
      }
    }
    return tokens;
  }

  /** Image {@code i} as [3, height, width], normalised by the card's constants. */
  private static void normalised(PixelBatch batch, int i, float[] planes) {
    int pixels = SIDE * SIDE;
    if (batch.isNormalised()) {
      System.arraycopy(batch.floats(), i * 3 * pixels, planes, 0, 3 * pixels);
      return;
    }
    byte[] bytes = batch.bytes();
    for (int p = 0; p < pixels; p++) {
      for (int channel = 0; channel < 3; channel++) {
        int value = bytes[(i * pixels + p) * 3 + channel] & 0xff;
        planes[channel * pixels + p] = (value / 255f - 0.5f) / 0.5f;
      }
    }
  }

  private float[] token(float[] planes, int left, int top) {
    double[] sum = new double[TOKEN_DIM];
    double[] squares = new double[3];
    for (int y = top; y < top + CELL; y++) {
      for (int x = left; x < left + CELL; x++) {
        for (int channel = 0; channel < 3; channel++) {
          double value = planes[(channel * SIDE + y) * SIDE + x];
          sum[channel] += value;
          squares[channel] += value * value;
        }
        float grey = grey(planes, x, y);
        sum[6] += Math.abs(grey - grey(planes, Math.min(x + 1, SIDE - 1), y));
        sum[7] += Math.abs(grey - grey(planes, x, Math.min(y + 1, SIDE - 1)));
        int range = 0;
        while (range < GREY_LIMITS.length && grey >= GREY_LIMITS[range]) {
          range++;
        }
        sum[8 + range]++;
      }
    }
    int n = CELL * CELL;
    for (int channel = 0; channel < 3; channel++) {
      double mean = sum[channel] / n;
      sum[3 + channel] = n * Math.sqrt(Math.max(0, squares[channel] / n - mean * mean));
    }
    float[] token = new float[TOKEN_DIM];
    for (int f = 0; f < TOKEN_DIM; f++) {
      token[f] = factors[f] * (float) (sum[f] / n);
    }
    return token;
  }

  private static float grey(float[] planes, int x, int y) {
    int p = y * SIDE + x;
    return (planes[p] + planes[SIDE * SIDE + p] + planes[2 * SIDE * SIDE + p]) / 3;
  }
}
