package org.histofm.backbones.slides;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.histofm.ApiVersion;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.pyramid.PixelLevels;
import org.histofm.tiling.pyramid.PyramidReader;

/**
 * Slides painted by rule from a small text file of {@code key=value} words: {@code width, height,
 * seed, mpp}, {@code kind=blank|nompp|broken|throws|memory}, and {@code lost=x,y}, a level-0 pixel
 * whose reads fail on level 0 where they are small. The coarser level is sound.
 */
final class PaintedSlides implements SlideReaderProvider {
  private final IntConsumer onRead;

  /**
   * @param onRead is told the level of every read
   */
  PaintedSlides(IntConsumer onRead) {
    this.onRead = onRead;
  }

  static Path write(Path file, String words) throws IOException {
    return Files.writeString(file, words);
  }

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("painted");
  }

  @Override
  public String summary(String id) {
    return "painted by rule";
  }

  @Override
  public boolean supports(SlideLocation slide) {
    return slide.file().filter(Files::exists).isPresent();
  }

  @Override
  public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
    String text;
    try {
      text = Files.readString(slide.file().orElseThrow());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    if (!text.startsWith("painted")) {
      throw new SlideException(
          SlideException.Reason.DAMAGED, "slide " + slide + " is damaged.", "Copy it again.");
    }
    return PyramidReader.of(slide, new Painting(text, onRead), mpp);
  }

  private static final class Painting implements PixelLevels {
    private static final int REDUCTION = 4;

    private final List<String> words;
    private final String kind;
    private final int width;
    private final int height;
    private final long seed;
    private final List<int[]> lost = new ArrayList<>();
    private final IntConsumer onRead;

    Painting(String text, IntConsumer onRead) {
      this.words = List.of(text.strip().split("\\s+"));
      this.kind = word("kind", "sound");
      this.width = Integer.parseInt(word("width", "512"));
      this.height = Integer.parseInt(word("height", "512"));
      this.seed = Long.parseLong(word("seed", "1"));
      this.onRead = onRead;
      for (String word : words) {
        if (word.startsWith("lost=")) {
          String[] at = word.substring(5).split(",");
          lost.add(new int[] {Integer.parseInt(at[0]), Integer.parseInt(at[1])});
        }
      }
    }

    private String word(String key, String absent) {
      return words.stream()
          .filter(word -> word.startsWith(key + "="))
          .map(word -> word.substring(key.length() + 1))
          .findFirst()
          .orElse(absent);
    }

    @Override
    public String format() {
      return "painted";
    }

    @Override
    public List<Level> levels() {
      return List.of(
          Level.of(width, height, width, height),
          Level.of(width / REDUCTION, height / REDUCTION, width, height));
    }

    @Override
    public List<PixelSize> recordedPixelSizes() {
      return kind.equals("nompp") ? List.of() : List.of(new PixelSize(Mpp.of(0.5), "painted"));
    }

    @Override
    public void read(int level, int x, int y, int w, int h, byte[] rgb) throws IOException {
      onRead.accept(level);
      if (level == 0) {
        fail(x, y, w, h);
      }
      int step = level == 0 ? 1 : REDUCTION;
      for (int row = 0; row < h; row++) {
        for (int column = 0; column < w; column++) {
          paint((x + column) * step, (y + row) * step, rgb, (row * w + column) * 3);
        }
      }
    }

    private void fail(int x, int y, int w, int h) throws IOException {
      if (kind.equals("throws")) {
        throw new IllegalStateException("a bug of the reader");
      }
      if (kind.equals("memory")) {
        throw new OutOfMemoryError("a slide that asks for too much");
      }
      for (int[] at : lost) {
        if (at[0] >= x && at[0] < x + w && at[1] >= y && at[1] < y + h) {
          throw new IOException("the pixels at " + at[0] + ", " + at[1] + " are damaged");
        }
      }
    }

    private void paint(int x, int y, byte[] rgb, int at) {
      boolean margin = x < 64 || y < 64 || x >= width - 64 || y >= height - 64;
      if (margin || kind.equals("blank")) {
        rgb[at] = rgb[at + 1] = rgb[at + 2] = (byte) 245;
        return;
      }
      long grain = (x / 8 * 31L + y / 8 * 17L + seed * 7) % 40;
      rgb[at] = (byte) (180 + grain);
      rgb[at + 1] = (byte) (60 + grain);
      rgb[at + 2] = (byte) (140 + grain);
    }

    @Override
    public List<String> associatedImages() {
      return List.of();
    }

    @Override
    public RgbImage associatedImage(String name) throws IOException {
      throw new IOException("there is none");
    }

    @Override
    public void close() {}
  }
}
