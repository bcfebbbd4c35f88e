package org.histofm.benchmarks;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.histofm.backbone.Preprocessing;
import org.histofm.backbones.pixels.ImageFiles;
import org.histofm.backbones.pixels.TilePreprocessor;
import org.histofm.tile.RgbImage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time, on one thread, that a tile takes from the bytes of its file to the 8-bit pixels that a
 * backbone of 224 px reads: decoding, bicubic resizing of the shorter side, centre crop. The tile
 * is smooth with some noise, as tissue is; reading the file is not timed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PreprocessingBenchmark {
  private static final int CROP = 224;

  /** Side of the tile in pixels. */
  @Param({"128", "256", "512"})
  public int tileSizePx;

  /** Its file format, by the name that Java's ImageIO has for it. */
  @Param({"png", "jpg"})
  public String format;

  private final ImageFiles files = ImageFiles.withDefaults();
  private final TilePreprocessor preprocessor =
      TilePreprocessor.of(
          Preprocessing.of(CROP, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)));

  private byte[] encoded;
  private RgbImage decoded;

  /** Draws the tile and encodes it. */
  @Setup
  public void open() throws IOException {
    BufferedImage image = new BufferedImage(tileSizePx, tileSizePx, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(0);
    for (int y = 0; y < tileSizePx; y++) {
      for (int x = 0; x < tileSizePx; x++) {
        int stain = (int) (60 + 40 * Math.sin(x / 9.0) * Math.cos(y / 7.0) + random.nextInt(12));
        image.setRGB(x, y, (220 - stain / 2) << 16 | (200 - stain) << 8 | (230 - stain / 3));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    encoded = bytes.toByteArray();
    decoded = decode();
  }

  /** Decodes. */
  @Benchmark
  public RgbImage decode() {
    return files.decode("tile." + format, encoded);
  }

  /** Resizes and crops. */
  @Benchmark
  public RgbImage resize() {
    return preprocessor.apply(decoded);
  }

  /** Both, as a tile passes. */
  @Benchmark
  public RgbImage decodeAndResize() {
    return preprocessor.apply(decode());
  }
}
