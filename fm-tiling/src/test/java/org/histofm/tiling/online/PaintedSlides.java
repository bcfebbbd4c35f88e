package org.histofm.tiling.online;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.ApiVersion;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.Slides;
import org.histofm.tiling.pyramid.PixelLevels;
import org.histofm.tiling.pyramid.PyramidReader;
import org.jspecify.annotations.Nullable;

/**
 * Slides that exist in memory only: glass with a rectangle of tissue, whose every pixel has a
 * colour of its own place. Counts what is open.
 */
final class PaintedSlides implements SlideReaderProvider {
  static final Mpp MPP = Mpp.of(1);

  /** What a slide looks like: tissue from (left, top) to before (right, bottom). */
  record Look(int width, int height, int left, int top, int right, int bottom, int unreadableFrom) {
    Look(int width, int height, int left, int top, int right, int bottom) {
      this(width, height, left, top, right, bottom, Integer.MAX_VALUE);
    }

    boolean tissue(double x, double y) {
      return x >= left && x < right && y >= top && y < bottom;
    }
  }

  private final Map<String, Look> looks = new LinkedHashMap<>();
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger mostOpen = new AtomicInteger();
  final AtomicInteger opened = new AtomicInteger();
  @Nullable Runnable onRead;
  boolean failing;

  OnlineSlide add(String name, Look look) {
    looks.put(name, look);
    return OnlineSlide.of(SlideLocation.of(Path.of(name)));
  }

  Slides slides() {
    return Slides.of(List.of(this));
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
    return "painted slides";
  }

  @Override
  public boolean supports(SlideLocation slide) {
    return true;
  }

  @Override
  public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
    Look look = looks.get(slide.fileName());
    if (look == null) {
      throw new SlideException(
          SlideException.Reason.MISSING, "slide " + slide + " does not exist.", "Check the path.");
    }
    opened.incrementAndGet();
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    return PyramidReader.of(slide, new Painted(look), mpp);
  }

  /** Red and green of the colour tell the place; hue lies in Midnight's range. */
  static int[] colour(Look look, int x, int y) {
    return look.tissue(x, y)
        ? new int[] {150 + x % 30, 60 + y % 30, 200}
        : new int[] {245, 245, 245};
  }

  private final class Painted implements PixelLevels {
    private final Look look;

    Painted(Look look) {
      this.look = look;
    }

    @Override
    public String format() {
      return "painted";
    }

    @Override
    public List<Level> levels() {
      return List.of(Level.of(look.width, look.height, look.width, look.height));
    }

    @Override
    public List<PixelSize> recordedPixelSizes() {
      return List.of(new PixelSize(MPP, "painted"));
    }

    @Override
    public void read(int level, int x, int y, int width, int height, byte[] rgb)
        throws IOException {
      if (onRead != null) {
        onRead.run();
      }
      if (failing || x + width > look.unreadableFrom) {
        throw new IOException("scratched");
      }
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          int[] colour = colour(look, x + column, y + row);
          for (int c = 0; c < 3; c++) {
            rgb[3 * (row * width + column) + c] = (byte) colour[c];
          }
        }
      }
    }

    @Override
    public List<String> associatedImages() {
      return new ArrayList<>();
    }

    @Override
    public RgbImage associatedImage(String name) {
      throw new IllegalArgumentException(name);
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }
}
