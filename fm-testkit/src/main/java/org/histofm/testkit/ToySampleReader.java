package org.histofm.testkit;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.Seed;
import org.histofm.adapter.PixelStream;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.tile.Augmentation;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/**
 * Reads samples for any backbone without a cache. Stretches every image to the card's crop by
 * nearest neighbour, which is enough for tests and is no card's preprocessing; nor is its colour
 * jitter torchvision's: one factor for all values, drawn as widely as the widest of the four asked
 * for.
 *
 * <p>Safe for concurrent use. Starts no thread: a batch is made when it is asked for. Borrows the
 * backbone.
 */
public final class ToySampleReader implements SampleReader {
  private final Backbone backbone;

  /** A reader for {@code backbone}. */
  public ToySampleReader(Backbone backbone) {
    this.backbone = backbone;
  }

  @Override
  public RgbImage image(Sample sample) {
    if (sample.source() instanceof Source.InMemory memory) {
      return memory.image();
    }
    if (sample.source() instanceof Source.ImageFile file) {
      return decode(sample, file);
    }
    throw new InputException(
        "sample " + sample.id() + " comes from " + sample.source() + ", which is not supported.",
        "Give it as an image file or in memory.");
  }

  private static RgbImage decode(Sample sample, Source.ImageFile file) {
    BufferedImage decoded;
    try {
      decoded = ImageIO.read(file.path().toFile());
    } catch (IOException e) {
      throw unreadable(sample, file, e);
    }
    if (decoded == null) {
      throw unreadable(sample, file, new IOException("unknown format"));
    }
    int width = decoded.getWidth();
    int height = decoded.getHeight();
    byte[] rgb = new byte[3 * width * height];
    for (int p = 0; p < width * height; p++) {
      int value = decoded.getRGB(p % width, p / width);
      rgb[3 * p] = (byte) (value >> 16);
      rgb[3 * p + 1] = (byte) (value >> 8);
      rgb[3 * p + 2] = (byte) value;
    }
    return RgbImage.of(width, height, rgb);
  }

  private static InputException unreadable(Sample sample, Source.ImageFile file, IOException e) {
    return new InputException(
        "sample "
            + sample.id()
            + ": "
            + file.path()
            + " cannot be decoded: "
            + e.getMessage()
            + ".",
        "Replace the file.",
        e);
  }

  @Override
  public PixelBatch pixels(List<Sample> samples) {
    int side = backbone.card().preprocessing().crop();
    return PixelBatch.of(samples.stream().map(s -> stretched(image(s), side)).toList());
  }

  private static RgbImage stretched(RgbImage image, int side) {
    byte[] rgb = new byte[3 * side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        for (int channel = 0; channel < 3; channel++) {
          int sourceX = x * image.width() / side;
          int sourceY = y * image.height() / side;
          rgb[(y * side + x) * 3 + channel] = (byte) image.get(sourceX, sourceY, channel);
        }
      }
    }
    return RgbImage.of(side, side, rgb);
  }

  @Override
  public PixelStream batches(
      List<Sample> order, int batchSize, Augmentation augmentation, Seed seed) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("a batch is at least one sample, got " + batchSize);
    }
    int side = backbone.card().preprocessing().crop();
    return new PixelStream() {
      private int taken;
      private boolean closed;

      @Override
      public Optional<PixelBatch> next() {
        if (closed) {
          throw new IllegalStateException("this stream of batches is closed");
        }
        // Whatever is thrown from here on ends the stream.
        closed = true;
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted while samples were read");
        }
        List<RgbImage> tiles = new ArrayList<>();
        while (tiles.size() < batchSize && taken < order.size()) {
          RgbImage tile = stretched(image(order.get(taken)), side);
          tiles.add(augmented(tile, augmentation, seed.derive("tile " + taken).random()));
          taken++;
        }
        closed = false;
        return tiles.isEmpty() ? Optional.empty() : Optional.of(PixelBatch.of(tiles));
      }

      @Override
      public void close() {
        closed = true;
      }
    };
  }

  private static RgbImage augmented(
      RgbImage tile, Augmentation augmentation, SplittableRandom random) {
    boolean mirrorColumns = random.nextBoolean() && augmentation.flips();
    boolean mirrorRows = random.nextBoolean() && augmentation.flips();
    int quarterTurns = random.nextInt(4) * (augmentation.quarterTurns() ? 1 : 0);
    double reach =
        Math.max(
            Math.max(augmentation.brightness(), augmentation.contrast()),
            Math.max(augmentation.saturation(), augmentation.hue()));
    double factor = 1 + reach * (2 * random.nextDouble() - 1);
    int side = tile.width();
    byte[] rgb = new byte[3 * side * side];
    int to = 0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int fromX = mirrorColumns ? side - 1 - x : x;
        int fromY = mirrorRows ? side - 1 - y : y;
        for (int turn = 0; turn < quarterTurns; turn++) {
          int column = fromX;
          fromX = fromY;
          fromY = side - 1 - column;
        }
        for (int channel = 0; channel < 3; channel++) {
          rgb[to++] = (byte) Math.min(Math.round(factor * tile.get(fromX, fromY, channel)), 255);
        }
      }
    }
    return RgbImage.of(side, side, rgb);
  }

  @Override
  public EmbeddingMatrix embeddings(List<Sample> samples, Progress progress) {
    int dim = backbone.card().embeddingDim();
    float[] rows = new float[Math.multiplyExact(samples.size(), dim)];
    for (int i = 0; i < samples.size(); i++) {
      backbone.embed(pixels(List.of(samples.get(i)))).copyRow(0, rows, i * dim);
      progress.update("embed samples", i + 1L, samples.size());
    }
    return EmbeddingMatrix.wrap(samples.size(), dim, rows);
  }

  @Override
  public List<Outcome.Failed<Sample>> probe(List<Sample> samples, Progress progress) {
    List<Outcome.Failed<Sample>> failed = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      try {
        image(sample);
      } catch (InputException e) {
        failed.add(new Outcome.Failed<>(sample.id(), e.problem(), e.remedy()));
      }
      progress.update("check samples", i + 1L, samples.size());
    }
    return failed;
  }
}
