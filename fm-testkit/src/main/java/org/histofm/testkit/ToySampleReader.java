package org.histofm.testkit;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.histofm.InputException;
import org.histofm.Outcome;
import org.histofm.Progress;
import org.histofm.adapter.SampleReader;
import org.histofm.backbone.Backbone;
import org.histofm.backbone.EmbeddingMatrix;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.tile.PixelBatch;
import org.histofm.tile.RgbImage;

/**
 * Reads samples for any backbone without a cache. Stretches every image to the card's crop by
 * nearest neighbour, which is enough for tests and is no card's preprocessing.
 *
 * <p>Safe for concurrent use. Borrows the backbone.
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
