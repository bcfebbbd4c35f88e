package org.histofm.tiling.openslide;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.openslide.OpenSlideHandle.NativeLevel;
import org.histofm.tiling.pyramid.PixelLevels;
import org.jspecify.annotations.Nullable;

/**
 * A slide's stored pixels as OpenSlide gives them.
 *
 * <p><b>Errors stick</b> to a handle of OpenSlide, and all threads share one. So a handle that has
 * failed is given up, and the read that failed on it is tried once more on a handle of its own: if
 * it fails there too, the region cannot be read, whatever other threads do; if not, another
 * thread's region had spoilt the first. The next read opens a fresh handle.
 *
 * <p><b>Life of a handle.</b> It counts its readers, and is closed by whoever lets go of it last:
 * never beside a read, never before its end. There are at most as many as reads under way, twice,
 * and one more. After {@link #close} no read begins.
 *
 * <p><b>Place of pixels.</b> OpenSlide takes level-0 coordinates for every level and reduces them
 * by the mean of both axes' ratios, which is often a little off a whole number (2.0005). It then
 * interpolates between the stored pixels, by up to half a level-0 pixel. Such levels are read in
 * blocks of {@value #BLOCK} pixels that begin at the level's edge, so that a pixel does not depend
 * on the region that it is read for. Where the ratio is whole, pixels come as stored.
 *
 * <p><b>Memory.</b> One call fetches at most {@value #PART_PX} pixels, which are held twice, by
 * each thread that reads.
 */
final class OpenSlidePixels implements PixelLevels {
  private static final long MAX_ASSOCIATED_PX = 1 << 25;
  private static final int PART_PX = 1 << 20; // of one call to OpenSlide
  private static final int BLOCK = 256;
  private static final double UM_PER_INCH = 25_400;
  private static final double UM_PER_CM = 10_000;

  private final OpenSlideHandle.Source source;
  private final String format;
  private final List<Level> levels;
  private final int[] nativeIndex; // of each of our levels, in OpenSlide's
  private final List<NativeLevel> nativeLevels;
  private final List<PixelSize> pixelSizes;
  private final List<String> associated;
  private final Queue<int[]> buffers = new ConcurrentLinkedQueue<>();
  private @Nullable Shared current; // guarded by this
  private boolean closed; // guarded by this

  /** A handle and how many use it; guarded by the slide's lock. */
  private static final class Shared {
    final OpenSlideHandle handle;
    int users;

    Shared(OpenSlideHandle handle) {
      this.handle = handle;
    }
  }

  private interface Work<T> {
    T on(OpenSlideHandle handle) throws IOException;
  }

  private OpenSlidePixels(OpenSlideHandle.Source source, OpenSlideHandle first) throws IOException {
    this.source = source;
    this.nativeLevels = first.levels();
    List<Level> kept = new ArrayList<>();
    List<Integer> index = new ArrayList<>();
    for (int i = 0; i < nativeLevels.size(); i++) {
      NativeLevel found = nativeLevels.get(i);
      if (i == 0 && !fits(found)) {
        throw new IOException("it claims " + found.width() + " x " + found.height() + " px");
      }
      if (fits(found) && coarser(found, nativeLevels.get(0), kept)) {
        NativeLevel full = nativeLevels.get(0);
        kept.add(Level.of(found.width(), found.height(), full.width(), full.height()));
        index.add(i);
      }
    }
    if (kept.isEmpty()) {
      throw new IOException("it has no level");
    }
    this.levels = List.copyOf(kept);
    this.nativeIndex = index.stream().mapToInt(Integer::intValue).toArray();
    Map<String, String> properties = first.properties();
    this.format =
        properties.getOrDefault("openslide.vendor", "slide") + " (" + first.reader() + ")";
    this.pixelSizes = pixelSizes(properties);
    this.associated = first.associatedImages();
    this.current = new Shared(first);
  }

  /**
   * Opens a slide.
   *
   * @throws IOException if it cannot be opened
   */
  static OpenSlidePixels open(OpenSlideHandle.Source source) throws IOException {
    OpenSlideHandle first = source.open();
    boolean done = false;
    try {
      OpenSlidePixels pixels = new OpenSlidePixels(source, first);
      done = true;
      return pixels;
    } finally {
      if (!done) {
        first.close();
      }
    }
  }

  private static boolean fits(NativeLevel level) {
    return level.width() >= 1
        && level.height() >= 1
        && level.width() <= Integer.MAX_VALUE
        && level.height() <= Integer.MAX_VALUE;
  }

  /** Levels that are no true reduction (a damaged list) are left out. */
  private static boolean coarser(NativeLevel level, NativeLevel full, List<Level> kept) {
    if (kept.isEmpty()) {
      return true;
    }
    Level last = kept.get(kept.size() - 1);
    return level.width() < last.width()
        && level.height() <= last.height()
        && level.width() <= full.width()
        && level.height() <= full.height();
  }

  private static List<PixelSize> pixelSizes(Map<String, String> properties) {
    List<PixelSize> sizes = new ArrayList<>();
    size(properties, "openslide.mpp-x", "openslide.mpp-y", 0).ifPresent(sizes::add);
    double unit =
        switch (properties.getOrDefault("tiff.ResolutionUnit", "")) {
          case "inch" -> UM_PER_INCH;
          case "centimeter" -> UM_PER_CM;
          default -> 0;
        };
    if (unit > 0) {
      size(properties, "tiff.XResolution", "tiff.YResolution", unit).ifPresent(sizes::add);
    }
    return List.copyOf(sizes);
  }

  /** The pixel size of two properties: as they stand, or the unit through them if there is one. */
  private static Optional<PixelSize> size(
      Map<String, String> properties, String nameX, String nameY, double unit) {
    double x = number(properties.get(nameX));
    double y = number(properties.get(nameY));
    double width = unit > 0 ? unit / x : x;
    double height = unit > 0 ? unit / y : y;
    return width > 0 && height > 0 && Double.isFinite(width + height)
        ? Optional.of(new PixelSize(new Mpp(width, height), nameX))
        : Optional.empty();
  }

  private static double number(@Nullable String text) {
    try {
      return text == null ? Double.NaN : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN; // no size can be read: the caller is asked for one
    }
  }

  @Override
  public String format() {
    return format;
  }

  @Override
  public List<Level> levels() {
    return levels;
  }

  @Override
  public List<PixelSize> recordedPixelSizes() {
    return pixelSizes;
  }

  @Override
  public void read(int level, int x, int y, int width, int height, byte[] rgb) throws IOException {
    int index = nativeIndex[level];
    boolean whole = isWhole(nativeLevels.get(index).reduction());
    int wide = whole ? Math.min(width, PART_PX) : BLOCK;
    int tall = whole ? Math.max(1, PART_PX / wide) : BLOCK;
    use(
        handle -> {
          for (int top = y; top < y + height; ) {
            int bottom = Math.min(y + height, partEnd(top, y, tall, whole));
            for (int left = x; left < x + width; ) {
              int right = Math.min(x + width, partEnd(left, x, wide, whole));
              int at = ((top - y) * width + left - x) * 3;
              part(handle, index, left, top, right, bottom, rgb, at, width * 3);
              left = right;
            }
            top = bottom;
          }
          return rgb;
        });
  }

  private static boolean isWhole(double reduction) {
    return reduction == Math.rint(reduction);
  }

  private static int partEnd(int from, int origin, int size, boolean whole) {
    long first = whole ? origin : 0; // of blocks, that holds the level's own edge
    return (int) Math.min(Integer.MAX_VALUE, ((from - first) / size + 1) * size + first);
  }

  /** Copies [left, right) x [top, bottom), read from where its block begins. */
  private void part(
      OpenSlideHandle handle,
      int index,
      int left,
      int top,
      int right,
      int bottom,
      byte[] rgb,
      int at,
      int rowStride)
      throws IOException {
    double reduction = nativeLevels.get(index).reduction();
    boolean whole = isWhole(reduction);
    int fromX = whole ? left : left - left % BLOCK;
    int fromY = whole ? top : top - top % BLOCK;
    int width = right - fromX;
    int height = bottom - fromY;
    int[] argb = buffers.poll();
    if (argb == null || argb.length < width * height) {
      argb = new int[width * height];
    }
    try {
      handle.read(
          index, Math.round(fromX * reduction), Math.round(fromY * reduction), width, height, argb);
      for (int row = top - fromY; row < height; row++) {
        OverWhite.copy(argb, row * width + left - fromX, right - left, rgb, at);
        at += rowStride;
      }
    } finally {
      buffers.add(argb);
    }
  }

  @Override
  public List<String> associatedImages() {
    return associated;
  }

  @Override
  public RgbImage associatedImage(String name) throws IOException {
    return use(handle -> handle.associatedImage(name, MAX_ASSOCIATED_PX));
  }

  private <T> T use(Work<T> work) throws IOException {
    Shared shared = take();
    boolean good = false;
    try {
      T result = work.on(shared.handle);
      good = true;
      return result;
    } catch (IOException e) {
      // tried once more below
    } finally {
      release(shared, good);
    }
    try (OpenSlideHandle own = source.open()) {
      return work.on(own);
    }
  }

  private synchronized Shared take() throws IOException {
    if (closed) {
      throw new IllegalStateException("the slide is closed");
    }
    Shared shared = current;
    if (shared == null) {
      shared = new Shared(source.open());
      current = shared;
    }
    shared.users++;
    return shared;
  }

  private synchronized void release(Shared shared, boolean good) {
    shared.users--;
    if (!good && current == shared) {
      current = null;
    }
    closeIfUnused(shared);
  }

  private void closeIfUnused(Shared shared) {
    if (shared.users == 0 && current != shared) {
      shared.handle.close();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    Shared shared = current;
    current = null;
    if (shared != null) {
      closeIfUnused(shared);
    }
  }
}
