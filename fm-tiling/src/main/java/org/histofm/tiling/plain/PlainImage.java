package org.histofm.tiling.plain;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.histofm.slide.Level;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.tile.RgbImage;
import org.histofm.tiling.plain.ImageHeader.Format;
import org.histofm.tiling.pyramid.PixelLevels;
import org.jspecify.annotations.Nullable;

/**
 * One image as a slide of one level. The JDK's readers are confined to one thread, so reads take
 * turns.
 *
 * <p>PNG and JPEG can be decoded from their top only. So whole rows are decoded at once, in bands
 * of at most {@value #BAND_BYTES} bytes with what the codec needs for them, and the last band is
 * kept: reading a picture of B bands from top to bottom costs (B + 1) / 2 decodings of all of it,
 * and reading at random about half a decoding a read. TIFF and BMP are decoded where they are read.
 */
final class PlainImage implements PixelLevels {
  static final int MAGIC = 4;

  private static final long MAX_PX = 1L << 30;
  private static final long MAX_WHOLE_PX = 1L << 25;
  private static final int MAX_WIDTH = 1 << 22;
  private static final int BAND_BYTES = 1 << 26;

  private final JdkCodec codec;
  private final ImageInputStream stream;
  private final ImageHeader header;
  private final int bandRows;
  private byte[] band = new byte[0];
  private int bandIndex = -1; // none

  private PlainImage(JdkCodec codec, ImageInputStream stream) throws IOException {
    this.codec = codec;
    this.stream = stream;
    this.header = codec.header();
    requireBounded(header);
    long rowBytes = (long) header.width() * (3 + header.bytesPerPixel());
    this.bandRows = (int) Math.max(1, Math.min(header.height(), BAND_BYTES / rowBytes));
  }

  private static void requireBounded(ImageHeader header) throws IOException {
    long width = header.width();
    long height = header.height();
    if (width < 1 || height < 1) {
      throw ImageHeader.damaged("claims a size of " + width + " x " + height + " px");
    }
    if (width > MAX_WIDTH || width * height > MAX_PX) {
      throw tooLarge(header, MAX_PX + " px, and the " + MAX_WIDTH + " px of a row,");
    }
    if (header.decodesWhole() && width * height > MAX_WHOLE_PX) {
      throw tooLarge(
          header, MAX_WHOLE_PX + " px of an interlaced or progressive image, decoded as a whole,");
    }
  }

  private static IOException tooLarge(ImageHeader header, String limit) {
    return new ImageHeader.Refused(
        Reason.TOO_LARGE,
        "claims " + header.width() + " x " + header.height() + " px, over the " + limit + " read",
        "Convert it to a tiled TIFF.");
  }

  static PlainImage open(SlideLocation slide) {
    Path path =
        slide
            .file()
            .orElseThrow(
                () ->
                    refuse(
                        slide,
                        Reason.UNSUPPORTED,
                        "is far away, and a plain image is read from disk only",
                        "Copy it to a local disk.",
                        null));
    if (!Files.isRegularFile(path)) {
      throw refuse(
          slide,
          Reason.MISSING,
          Files.exists(path) ? "is no file" : "does not exist",
          "Check the path.",
          null);
    }
    Format format;
    ImageInputStream stream;
    try {
      format = format(path);
      stream = new WholeFile(new RandomAccessFile(path.toFile(), "r"));
    } catch (IOException e) {
      throw refuse(
          slide,
          Reason.MISSING,
          "cannot be opened: " + e.getMessage(),
          "Check that you may read it.",
          e);
    }
    JdkCodec codec = null;
    boolean opened = false;
    try {
      if (format == null) {
        throw refuse(
            slide,
            Reason.NOT_A_SLIDE,
            "is no image that this reader knows, or its beginning is damaged",
            "Use a TIFF, PNG, JPEG or BMP file, or another slide reader.",
            null);
      }
      codec = JdkCodec.open(format, stream);
      PlainImage image = new PlainImage(codec, stream);
      opened = true;
      return image;
    } catch (ImageHeader.Refused e) {
      throw refuse(slide, e.reason, String.valueOf(e.getMessage()), e.remedy, e);
    } catch (SlideException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw refuse(
          slide,
          Reason.DAMAGED,
          "cannot be decoded: " + (e instanceof IOException ? e.getMessage() : e),
          "Copy it again, or convert it to a plain TIFF.",
          e);
    } finally {
      if (!opened) {
        dispose(codec, stream);
      }
    }
  }

  /** The format by a file's first bytes, or null. */
  static @Nullable Format format(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Format.of(in.readNBytes(MAGIC));
    }
  }

  private static SlideException refuse(
      SlideLocation slide, Reason reason, String what, String remedy, @Nullable Throwable cause) {
    return new SlideException(reason, "slide " + slide + " " + what + ".", remedy, cause);
  }

  @Override
  public String format() {
    return header.format() + " image (imageio)";
  }

  @Override
  public List<Level> levels() {
    boolean swaps = header.orientation().swapsAxes();
    long width = swaps ? header.height() : header.width();
    long height = swaps ? header.width() : header.height();
    return List.of(Level.of(width, height, width, height));
  }

  /** Sizes as recorded: a picture that is turned by a quarter has its axes swapped here too. */
  @Override
  public List<PixelSize> recordedPixelSizes() {
    if (!header.orientation().swapsAxes()) {
      return header.pixelSizes();
    }
    return header.pixelSizes().stream()
        .map(size -> new PixelSize(new Mpp(size.mpp().y(), size.mpp().x()), size.origin()))
        .toList();
  }

  @Override
  public synchronized void read(int level, int x, int y, int width, int height, byte[] rgb)
      throws IOException {
    Orientation turned = header.orientation();
    if (turned.equals(Orientation.UPRIGHT)) {
      stored(x, y, width, height, rgb);
      return;
    }
    int w = header.width();
    int h = header.height();
    int left = Math.min(turned.storedX(x, y, w), turned.storedX(x + width - 1, y + height - 1, w));
    int top = Math.min(turned.storedY(x, y, h), turned.storedY(x + width - 1, y + height - 1, h));
    int columns = turned.swapsAxes() ? height : width;
    int rows = turned.swapsAxes() ? width : height;
    byte[] stored = new byte[rgb.length];
    stored(left, top, columns, rows, stored);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int fromX = turned.storedX(x + column, y + row, w) - left;
        int fromY = turned.storedY(x + column, y + row, h) - top;
        System.arraycopy(stored, (fromY * columns + fromX) * 3, rgb, (row * width + column) * 3, 3);
      }
    }
  }

  private void stored(int x, int y, int width, int height, byte[] rgb) throws IOException {
    boolean isTopDown = header.format() == Format.PNG || header.format() == Format.JPEG;
    if (!isTopDown) {
      System.arraycopy(codec.read(x, y, width, height), 0, rgb, 0, width * height * 3);
      return;
    }
    for (int row = y; row < y + height; ) {
      int index = row / bandRows;
      int first = index * bandRows;
      int count = Math.min(bandRows, header.height() - first);
      if (index != bandIndex) {
        bandIndex = -1;
        band = new byte[0]; // let the old one go before the new one comes
        band = codec.read(0, first, header.width(), count);
        bandIndex = index;
      }
      int until = Math.min(first + count, y + height);
      for (; row < until; row++) {
        int from = ((row - first) * header.width() + x) * 3;
        System.arraycopy(band, from, rgb, (row - y) * width * 3, width * 3);
      }
    }
  }

  @Override
  public List<String> associatedImages() {
    return List.of();
  }

  @Override
  public RgbImage associatedImage(String name) throws IOException {
    throw new IOException("a plain image has no other beside it");
  }

  @Override
  public synchronized void close() {
    band = new byte[0];
    bandIndex = -1;
    dispose(codec, stream);
  }

  private static void dispose(@Nullable JdkCodec codec, ImageInputStream stream) {
    if (codec != null) {
      codec.close();
    }
    try {
      stream.close();
    } catch (IOException e) {
      // nothing was written, so nothing is lost
    }
  }

  /** A stream that lets its codec go back to the start: they say that they are done with parts. */
  private static final class WholeFile extends FileImageInputStream {
    WholeFile(RandomAccessFile file) {
      super(file);
    }

    @Override
    public void flushBefore(long position) {}
  }
}
