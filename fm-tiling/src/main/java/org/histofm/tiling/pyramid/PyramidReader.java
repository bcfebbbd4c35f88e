package org.histofm.tiling.pyramid;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.Region;
import org.histofm.slide.Resolution;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.bytes.UnreachableException;

/**
 * A slide reader over the stored pixels of any kind of file, so that all kinds give the same.
 *
 * <p><b>Level.</b> The coarsest whose pixels are no larger than those asked for, with {@value
 * #TOLERANCE} of grace (scanners round); level 0 if there is none.
 *
 * <p><b>Filter.</b> The area mean: a target pixel is the mean of the level's pixels that its
 * interval covers, each weighted by the covered share, in fixed point of 16 bits. It depends on the
 * pixel's place in the target grid only, so a read is bit for bit the crop of every larger one, and
 * what comes out has exactly the pixel size asked for.
 *
 * <p><b>Padding.</b> White outside the slide.
 *
 * <p>Memory beside the result: a band of at most {@value #BAND_PX} pixels of the level, or one row
 * of target pixels if that needs more.
 *
 * <p>Safe for concurrent use; {@link #close} waits for the reads under way.
 */
public final class PyramidReader implements SlideReader {
  private static final double TOLERANCE = 0.01;
  private static final long MAX_RESULT_PX = 100_000_000;
  private static final int BAND_PX = 1 << 22;
  private static final byte WHITE = (byte) 255;

  private final SlideLocation slide;
  private final PixelLevels pixels;
  private final List<Level> levels;
  private final PixelSize pixelSize;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed; // guarded by the lock

  private PyramidReader(SlideLocation slide, PixelLevels pixels, PixelSize pixelSize) {
    this.slide = slide;
    this.pixels = pixels;
    this.levels = List.copyOf(pixels.levels());
    this.pixelSize = pixelSize;
  }

  /**
   * Reads {@code pixels}, which become the reader's own: it closes them, also if this call fails.
   *
   * @param slide named in messages
   * @param stated the pixel size that the user states, which goes before the recorded ones
   * @throws SlideException with reason {@link SlideException.Reason#NO_PIXEL_SIZE} if none is
   *     stated and no recorded one is believable
   */
  public static PyramidReader of(SlideLocation slide, PixelLevels pixels, Optional<Mpp> stated) {
    boolean done = false;
    try {
      PixelSize size =
          stated
              .map(PixelSize::stated)
              .or(
                  () ->
                      pixels.recordedPixelSizes().stream()
                          .filter(PixelSize::believable)
                          .findFirst())
              .orElseThrow(() -> noPixelSize(slide, pixels.recordedPixelSizes()));
      PyramidReader reader = new PyramidReader(slide, pixels, size);
      done = true;
      return reader;
    } finally {
      if (!done) {
        pixels.close();
      }
    }
  }

  private static SlideException noPixelSize(SlideLocation slide, List<PixelSize> recorded) {
    String found =
        recorded.stream()
            .map(size -> size.origin() + " says " + size.mpp().x() + " x " + size.mpp().y())
            .collect(Collectors.joining(", "));
    return new SlideException(
        SlideException.Reason.NO_PIXEL_SIZE,
        "slide "
            + slide
            + " records no "
            + (found.isEmpty()
                ? "pixel size."
                : "believable pixel size ("
                    + found
                    + " µm/px; believed are "
                    + PixelSize.MIN_BELIEVED
                    + " to "
                    + PixelSize.MAX_BELIEVED
                    + ")."),
        "State the scanner's pixel size: --mpp-override 0.25, or Mpp.of(0.25) in code.");
  }

  @Override
  public String format() {
    return pixels.format();
  }

  @Override
  public long width() {
    return levels.get(0).width();
  }

  @Override
  public long height() {
    return levels.get(0).height();
  }

  @Override
  public PixelSize pixelSize() {
    return pixelSize;
  }

  @Override
  public List<Level> levels() {
    return levels;
  }

  @Override
  public Resolution resolution(Mpp target) {
    int level = level(target);
    return new Resolution(target, level, mppOf(level), target, "area mean");
  }

  private int level(Mpp target) {
    int chosen = 0;
    for (int i = 1; i < levels.size(); i++) {
      Mpp size = mppOf(i);
      if (size.x() <= target.x() * (1 + TOLERANCE)
          && size.y() <= target.y() * (1 + TOLERANCE)
          && levels.get(i).downsampleX() > levels.get(chosen).downsampleX()) {
        chosen = i;
      }
    }
    return chosen;
  }

  private Mpp mppOf(int level) {
    Level of = levels.get(level);
    return new Mpp(pixelSize.mpp().x() * of.downsampleX(), pixelSize.mpp().y() * of.downsampleY());
  }

  @Override
  public RgbImage read(Region level0, Mpp target) {
    Grid columns = Grid.of(level0.x(), level0.width(), target.x() / pixelSize.mpp().x());
    Grid rows = Grid.of(level0.y(), level0.height(), target.y() / pixelSize.mpp().y());
    if (columns.count() > MAX_RESULT_PX / rows.count()) {
      throw new IllegalArgumentException(
          "a read of "
              + columns.count()
              + " x "
              + rows.count()
              + " px is over the limit of "
              + MAX_RESULT_PX
              + " px; read parts of the region");
    }
    lock.readLock().lock();
    try {
      requireOpen();
      return read(level(target), columns, rows);
    } catch (UnreachableException e) {
      throw new SlideException(
          SlideException.Reason.MISSING,
          "slide " + slide + " can no longer be read: " + e.getMessage() + ".",
          "Check the network and the server, then run again.",
          e);
    } catch (IOException e) {
      throw new SlideException(
          SlideException.Reason.UNREADABLE_REGION,
          "slide "
              + slide
              + " cannot be decoded in the region of "
              + level0.width()
              + " x "
              + level0.height()
              + " px at "
              + level0.x()
              + ", "
              + level0.y()
              + ": "
              + e.getMessage()
              + ".",
          "Copy the slide again; if it stays so, the file is damaged there.",
          e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private RgbImage read(int index, Grid columns, Grid rows) throws IOException {
    Level level = levels.get(index);
    BoxWeights across = columns.weights(level.downsampleX(), level.width());
    int width = (int) columns.count();
    int height = (int) rows.count();
    byte[] out = new byte[width * height * 3];
    if (across.isEmpty()) {
      Arrays.fill(out, WHITE);
      return RgbImage.of(width, height, out);
    }
    double tall = Math.ceil(rows.scale() / level.downsampleY());
    int perBand =
        (int) Math.max(1, Math.min(height, BAND_PX / across.length() / Math.max(1, tall)));
    for (int first = 0; first < height; first += perBand) {
      int count = Math.min(perBand, height - first);
      BoxWeights down = rows.part(first, count).weights(level.downsampleY(), level.height());
      if (down.isEmpty()) {
        Arrays.fill(out, first * width * 3, (first + count) * width * 3, WHITE);
      } else if (count == height && across.isCopy() && down.isCopy()) {
        pixels.read(index, across.from(), down.from(), width, height, out);
      } else {
        byte[] stored = new byte[across.length() * down.length() * 3];
        pixels.read(index, across.from(), down.from(), across.length(), down.length(), stored);
        AreaMean.apply(stored, across, down, out, first * width * 3);
      }
    }
    return RgbImage.of(width, height, out);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("slide " + slide + " is closed");
    }
  }

  @Override
  public List<String> associatedImages() {
    return pixels.associatedImages();
  }

  @Override
  public RgbImage associatedImage(String name) {
    if (!associatedImages().contains(name)) {
      throw new IllegalArgumentException(
          "slide " + slide + " has no image '" + name + "'; it has " + associatedImages());
    }
    lock.readLock().lock();
    try {
      requireOpen();
      return pixels.associatedImage(name);
    } catch (IOException e) {
      throw new SlideException(
          SlideException.Reason.UNREADABLE_REGION,
          "image '" + name + "' of slide " + slide + " cannot be decoded: " + e.getMessage() + ".",
          "Copy the slide again; if it stays so, the file is damaged there.",
          e);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public ByteCounts byteCounts() {
    return pixels.byteCounts();
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        pixels.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
