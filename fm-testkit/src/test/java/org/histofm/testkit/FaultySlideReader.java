package org.histofm.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.ApiVersion;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.Region;
import org.histofm.slide.Resolution;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.tile.RgbImage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Grey bytes of 128 x 100 px read by nearest neighbour, sound or with one fault at a time. */
final class FaultySlideReader {
  private static final int WIDTH = 128;
  private static final int HEIGHT = 100;

  /** What is wrong, and the test of {@link SlideReaderContract} that has to notice. */
  enum Fault {
    SUPPORTS_BY_NAME_ONLY("supports_tellsByFile"),
    STATED_MPP_IGNORED("open_statedMpp_overridesTheFiles"),
    SIZE_ROUNDED_UP("read_size_isThatOfTheTargetGrid"),
    GRID_FROM_THE_REGION("read_isTheCropOfALargerRead"),
    ALWAYS_THE_FIRST_CORNER("read_differsOverTheSlide"),
    PADDED_BLACK("read_outsideTheSlide_isPadded"),
    EDGE_REPEATED("read_outsideTheSlide_isPadded"),
    OUTSIDE_REFUSED("read_outsideTheSlide_isPadded"),
    DRIFTS("read_again_isTheSame"),
    MOVING_POSITION("read_twoThreads_isTheSame"),
    NO_LIMIT("read_tooLarge_isRefused"),
    USABLE_AFTER_CLOSE("close_twice_isFineAndReadingAfterIsRefused"),
    EMPTY_FILE_TAKEN("open_missingOrDamaged_isRefusedByName"),
    FILE_NOT_NAMED("open_missingOrDamaged_isRefusedByName"),
    LEVEL_OF_ANOTHER_SIZE("levels_describeThePyramid"),
    ANY_ASSOCIATED_IMAGE("associatedImages_openByName");

    final String noticedBy;

    Fault(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  static @Nullable Fault fault;

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private FaultySlideReader() {}

  private static boolean is(Fault wanted) {
    return fault == wanted;
  }

  /** Writes the only slide there is. */
  static void write(Path slide) throws IOException {
    byte[] bytes = new byte[WIDTH * HEIGHT];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % WIDTH * 3 + i / WIDTH * 7);
    }
    Files.write(slide, bytes);
  }

  /** Runs in {@link ContractsCanFailTest}. */
  static final class Contract extends SlideReaderContract {
    private Path folder;

    @BeforeEach
    void write(@TempDir Path fresh) throws IOException {
      folder = fresh;
      FaultySlideReader.write(slide());
    }

    @Override
    protected SlideReaderProvider provider() {
      return new Provider();
    }

    @Override
    protected Path slide() {
      return folder.resolve("slide.plain");
    }

    @Override
    protected Optional<Mpp> mpp() {
      return Optional.of(Mpp.of(0.5));
    }
  }

  /** Offers it as {@code plain}. */
  public static final class Provider implements SlideReaderProvider {
    @Override
    public int apiVersion() {
      return ApiVersion.CURRENT;
    }

    @Override
    public List<String> ids() {
      return List.of("plain");
    }

    @Override
    public String summary(String id) {
      return "grey bytes";
    }

    @Override
    public boolean supports(SlideLocation slide) {
      try {
        return is(Fault.SUPPORTS_BY_NAME_ONLY)
            || Files.size(slide.file().orElseThrow()) == WIDTH * HEIGHT;
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
      try {
        byte[] bytes = Files.readAllBytes(slide.file().orElseThrow());
        if (bytes.length == WIDTH * HEIGHT || is(Fault.EMPTY_FILE_TAKEN)) {
          return new Reader(
              Arrays.copyOf(bytes, WIDTH * HEIGHT),
              is(Fault.STATED_MPP_IGNORED) ? Mpp.of(0.5) : mpp.orElse(Mpp.of(0.5)));
        }
      } catch (IOException e) {
        // refused below, with every other file that is none
      }
      throw new SlideException(
          SlideException.Reason.NOT_A_SLIDE,
          (is(Fault.FILE_NOT_NAMED) ? "the file" : slide) + " is no plain slide.",
          "Take another.");
    }
  }

  private static final class Reader implements SlideReader {
    private final byte[] bytes;
    private final Mpp mpp;
    private boolean closed;

    Reader(byte[] bytes, Mpp mpp) {
      this.bytes = bytes;
      this.mpp = mpp;
    }

    @Override
    public long width() {
      return WIDTH;
    }

    @Override
    public long height() {
      return HEIGHT;
    }

    @Override
    public String format() {
      return "plain";
    }

    @Override
    public PixelSize pixelSize() {
      return PixelSize.stated(mpp);
    }

    @Override
    public List<Level> levels() {
      return List.of(new Level(is(Fault.LEVEL_OF_ANOTHER_SIZE) ? WIDTH - 1 : WIDTH, HEIGHT, 1, 1));
    }

    @Override
    public Resolution resolution(Mpp target) {
      return new Resolution(target, 0, mpp, target, "nearest neighbour");
    }

    @Override
    public List<String> associatedImages() {
      return List.of();
    }

    @Override
    public RgbImage associatedImage(String name) {
      if (is(Fault.ANY_ASSOCIATED_IMAGE)) {
        return RgbImage.of(1, 1, new byte[3]);
      }
      throw new IllegalArgumentException("there is no image '" + name + "'");
    }

    @Override
    public RgbImage read(Region level0, Mpp target) {
      if (closed && !is(Fault.USABLE_AFTER_CLOSE)) {
        throw new IllegalStateException("slide is closed");
      }
      double scale = target.x() / mpp.x();
      if (level0.width() / scale > 10_000) {
        if (is(Fault.NO_LIMIT)) {
          return RgbImage.of(1, 1, new byte[3]);
        }
        throw new IllegalArgumentException("the result is too large");
      }
      int columns = size(level0.x(), level0.width(), scale);
      int rows = size(level0.y(), level0.height(), scale);
      if (is(Fault.OUTSIDE_REFUSED) && level0.x() < 0) {
        throw new IllegalArgumentException("outside");
      }
      long left = Math.round(level0.x() / scale);
      long top = Math.round(level0.y() / scale);
      byte[] rgb = new byte[3 * columns * rows];
      for (int i = 0; i < rgb.length / 3; i++) {
        long column = i % columns;
        long row = i / columns;
        double x = Math.floor((left + column + 0.5) * scale);
        double y = Math.floor((top + row + 0.5) * scale);
        if (is(Fault.GRID_FROM_THE_REGION)) {
          x = Math.floor(level0.x() + (double) column * level0.width() / columns);
        }
        if (is(Fault.ALWAYS_THE_FIRST_CORNER)) {
          x = column;
          y = row;
        }
        int value = value(x, y);
        if (is(Fault.DRIFTS)) {
          value += COUNTER.incrementAndGet();
        }
        Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) value);
      }
      if (is(Fault.MOVING_POSITION)) {
        Arrays.fill(rgb, 0, 3, (byte) COUNTER.incrementAndGet());
      }
      return RgbImage.of(columns, rows, rgb);
    }

    private static int size(long start, long length, double scale) {
      return (int)
          (is(Fault.SIZE_ROUNDED_UP)
              ? Math.ceil(length / scale)
              : Math.max(1, Math.round((start + length) / scale) - Math.round(start / scale)));
    }

    private int value(double x, double y) {
      if (x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT) {
        return bytes[(int) y * WIDTH + (int) x];
      }
      if (is(Fault.EDGE_REPEATED)) {
        return bytes[0];
      }
      return is(Fault.PADDED_BLACK) ? 0 : 255;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
