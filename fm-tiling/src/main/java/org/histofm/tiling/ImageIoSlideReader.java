package org.histofm.tiling;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.histofm.InputException;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.histofm.tile.RgbImage;

/**
 * One image as a slide of one level.
 *
 * <p>Resampling is the area mean: a target pixel is the mean of the level-0 pixels that its
 * interval covers, each weighted by the covered share, in double precision, rounded half up. It
 * depends on the pixel's place in the target grid only, so a read is bit for bit the crop of every
 * larger one.
 *
 * <p>Memory: the result, and a band of level-0 rows of at most {@value #BAND_PX} pixels (or one row
 * of tiles of the file, if that is more). ImageIO's readers are confined to one thread, so reads
 * take turns.
 */
final class ImageIoSlideReader implements SlideReader {
  static final double MIN_MPP = 0.05;
  static final double MAX_MPP = 10;
  static final long MAX_RESULT_PX = 100_000_000;
  private static final int BAND_PX = 1 << 24;
  private static final byte WHITE = (byte) 255;
  private static final double UM_PER_INCH = 25_400;
  private static final double UM_PER_CM = 10_000;

  private final Path path;
  private final ImageReader reader;
  private final ImageInputStream stream;
  private final int width;
  private final int height;
  private final Mpp mpp;
  private boolean closed;

  private ImageIoSlideReader(
      Path path, ImageReader reader, ImageInputStream stream, int width, int height, Mpp mpp) {
    this.path = path;
    this.reader = reader;
    this.stream = stream;
    this.width = width;
    this.height = height;
    this.mpp = mpp;
  }

  static ImageIoSlideReader open(Path path, Optional<Mpp> stated) {
    if (!Files.isRegularFile(path)) {
      throw new InputException(
          "slide " + path + (Files.exists(path) ? " is no file." : " does not exist."),
          "Check the path.");
    }
    ImageInputStream stream;
    try {
      stream = new FileImageInputStream(new RandomAccessFile(path.toFile(), "r"));
    } catch (IOException e) {
      throw new InputException(
          "slide " + path + " cannot be opened: " + e.getMessage() + ".",
          "Check that you may read it.",
          e);
    }
    ImageReader reader = null;
    boolean opened = false;
    try {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new InputException(
            "slide " + path + " is no image that this reader knows, or its beginning is damaged.",
            "Use a TIFF, PNG, JPEG or BMP file, or another slide reader.");
      }
      reader = readers.next();
      reader.setInput(stream, false, false);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      Mpp mpp = stated.or(recorded(reader)).orElseThrow(() -> noPixelSize(path));
      ImageIoSlideReader slide = new ImageIoSlideReader(path, reader, stream, width, height, mpp);
      opened = true;
      return slide;
    } catch (IOException | RuntimeException e) {
      throw e instanceof InputException known ? known : damaged(path, e);
    } finally {
      if (!opened) {
        dispose(reader, stream);
      }
    }
  }

  private static java.util.function.Supplier<Optional<Mpp>> recorded(ImageReader reader) {
    return () -> {
      try {
        IIOMetadata metadata = reader.getImageMetadata(0);
        if (!"javax_imageio_tiff_image_1.0".equals(metadata.getNativeMetadataFormatName())) {
          return Optional.empty();
        }
        TIFFDirectory directory = TIFFDirectory.createFromMetadata(metadata);
        TIFFField unit = directory.getTIFFField(BaselineTIFFTagSet.TAG_RESOLUTION_UNIT);
        TIFFField x = directory.getTIFFField(BaselineTIFFTagSet.TAG_X_RESOLUTION);
        TIFFField y = directory.getTIFFField(BaselineTIFFTagSet.TAG_Y_RESOLUTION);
        if (unit == null || x == null || y == null) {
          return Optional.empty();
        }
        double length =
            switch (unit.getAsInt(0)) {
              case BaselineTIFFTagSet.RESOLUTION_UNIT_INCH -> UM_PER_INCH;
              case BaselineTIFFTagSet.RESOLUTION_UNIT_CENTIMETER -> UM_PER_CM;
              default -> 0;
            };
        double mppX = length / x.getAsDouble(0);
        double mppY = length / y.getAsDouble(0);
        return believable(mppX) && believable(mppY)
            ? Optional.of(new Mpp(mppX, mppY))
            : Optional.empty();
      } catch (IOException | RuntimeException e) {
        return Optional.empty(); // no size can be read: the caller is asked for one
      }
    };
  }

  private static boolean believable(double mpp) {
    return mpp >= MIN_MPP && mpp <= MAX_MPP;
  }

  private static InputException noPixelSize(Path path) {
    return new InputException(
        "slide "
            + path
            + " records no pixel size from "
            + MIN_MPP
            + " to "
            + MAX_MPP
            + " µm/px (tried TIFF XResolution and YResolution).",
        "State the scanner's pixel size, such as Mpp.of(0.25).");
  }

  private static InputException damaged(Path path, Exception e) {
    return new InputException(
        "slide " + path + " cannot be decoded: " + e + ".",
        "Copy it again, or convert it to a plain TIFF.",
        e);
  }

  @Override
  public long width() {
    return width;
  }

  @Override
  public long height() {
    return height;
  }

  @Override
  public Mpp mpp() {
    return mpp;
  }

  @Override
  public synchronized RgbImage read(Region level0, Mpp target) {
    if (closed) {
      throw new IllegalStateException("slide " + path + " is closed");
    }
    Axis columns = Axis.of(level0.x(), level0.width(), target.x() / mpp.x());
    Axis rows = Axis.of(level0.y(), level0.height(), target.y() / mpp.y());
    if (columns.count() * rows.count() > MAX_RESULT_PX) {
      throw new IllegalArgumentException(
          "a read of "
              + columns.count()
              + " x "
              + rows.count()
              + " px is over the limit of "
              + MAX_RESULT_PX
              + " px; read parts of the region");
    }
    int outWidth = (int) columns.count();
    int outHeight = (int) rows.count();
    byte[] out = new byte[outWidth * outHeight * 3];
    Arrays.fill(out, WHITE);

    long left = Math.max(0, columns.low(0));
    long right = Math.min(width, columns.high(outWidth - 1));
    if (left < right) {
      int perBand = (int) Math.max(1, BAND_PX / (right - left) / Math.ceil(rows.scale()));
      for (int first = 0; first < outHeight; first += perBand) {
        int last = Math.min(outHeight, first + perBand) - 1;
        long top = Math.max(0, rows.low(first));
        long bottom = Math.min(height, rows.high(last));
        if (top < bottom) {
          Band band = decode((int) left, (int) top, (int) (right - left), (int) (bottom - top));
          band.average(columns, rows, first, last, out);
        }
      }
    }
    return RgbImage.of(outWidth, outHeight, out);
  }

  private Band decode(int x, int y, int w, int h) {
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceRegion(new Rectangle(x, y, w, h));
    BufferedImage image;
    try {
      image = reader.read(0, param);
    } catch (IOException | RuntimeException e) {
      throw damaged(path, e);
    }
    return new Band(x, y, w, h, rgb(image, w, h));
  }

  private byte[] rgb(BufferedImage image, int w, int h) {
    byte[] rgb = new byte[w * h * 3];
    Raster raster = image.getRaster();
    if (image.getColorModel() instanceof IndexColorModel) {
      int[] row = new int[w];
      for (int y = 0; y < h; y++) {
        image.getRGB(0, y, w, 1, row, 0, w);
        for (int x = 0; x < w; x++) {
          int at = (y * w + x) * 3;
          rgb[at] = (byte) (row[x] >> 16);
          rgb[at + 1] = (byte) (row[x] >> 8);
          rgb[at + 2] = (byte) row[x];
        }
      }
      return rgb;
    }
    int bands = raster.getNumBands();
    boolean eightBit =
        raster.getSampleModel().getSampleSize(0) == 8
            && raster.getDataBuffer().getDataType() != DataBuffer.TYPE_SHORT;
    if (!eightBit || bands == 2 || bands > 4) {
      throw new InputException(
          "slide "
              + path
              + " has "
              + bands
              + " channels of "
              + raster.getSampleModel().getSampleSize(0)
              + " bits; this reader takes 8-bit grey and RGB.",
          "Convert it to 8-bit RGB.");
    }
    int[] row = new int[w * bands];
    for (int y = 0; y < h; y++) {
      raster.getPixels(0, y, w, 1, row);
      for (int x = 0; x < w; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[(y * w + x) * 3 + c] = (byte) row[x * bands + (bands == 1 ? 0 : c)];
        }
      }
    }
    return rgb;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      dispose(reader, stream);
    }
  }

  private static void dispose(
      @org.jspecify.annotations.Nullable ImageReader reader, ImageInputStream stream) {
    if (reader != null) {
      reader.dispose();
    }
    try {
      stream.close();
    } catch (IOException e) {
      // nothing was written, so nothing is lost
    }
  }

  /**
   * The target grid along one axis.
   *
   * @param first index of the first target pixel
   * @param count number of target pixels
   * @param scale level-0 pixels of a target pixel
   */
  private record Axis(long first, long count, double scale) {
    static Axis of(long start, long length, double scale) {
      long first = Math.round(start / scale);
      return new Axis(first, Math.max(1, Math.round((start + length) / scale) - first), scale);
    }

    double begin(long i) {
      return (first + i) * scale;
    }

    double end(long i) {
      return (first + i + 1) * scale;
    }

    long low(long i) {
      return (long) Math.floor(begin(i));
    }

    long high(long i) {
      return (long) Math.ceil(end(i));
    }
  }

  /** Decoded level-0 pixels, [h, w, 3], whose corner is at (x, y). */
  private static final class Band {
    private final int x;
    private final int y;
    private final int w;
    private final int h;
    private final byte[] rgb;

    Band(int x, int y, int w, int h, byte[] rgb) {
      this.x = x;
      this.y = y;
      this.w = w;
      this.h = h;
      this.rgb = rgb;
    }

    void average(Axis columns, Axis rows, int firstRow, int lastRow, byte[] out) {
      int outWidth = (int) columns.count();
      double[] sums = new double[3];
      for (int i = firstRow; i <= lastRow; i++) {
        for (int j = 0; j < outWidth; j++) {
          Arrays.fill(sums, 0);
          double covered = add(columns, rows, j, i, sums);
          double outside = columns.scale() * rows.scale() - covered;
          double white = outside > 1e-9 ? outside * 255 : 0;
          for (int c = 0; c < 3; c++) {
            double mean = (sums[c] + white) / (covered + Math.max(0, outside > 1e-9 ? outside : 0));
            out[(i * outWidth + j) * 3 + c] = (byte) (int) (mean + 0.5);
          }
        }
      }
    }

    /** Adds the covered level-0 pixels inside the slide to {@code sums}; returns their area. */
    private double add(Axis columns, Axis rows, int column, int row, double[] sums) {
      double area = 0;
      long top = Math.max(y, rows.low(row));
      long bottom = Math.min(y + h, rows.high(row));
      long left = Math.max(x, columns.low(column));
      long right = Math.min(x + w, columns.high(column));
      for (long v = top; v < bottom; v++) {
        double tall = Math.min(rows.end(row), v + 1) - Math.max(rows.begin(row), v);
        for (long u = left; u < right; u++) {
          double share =
              tall * (Math.min(columns.end(column), u + 1) - Math.max(columns.begin(column), u));
          int at = (int) (((v - y) * w + (u - x)) * 3);
          sums[0] += share * (rgb[at] & 0xff);
          sums[1] += share * (rgb[at + 1] & 0xff);
          sums[2] += share * (rgb[at + 2] & 0xff);
          area += share;
        }
      }
      return area;
    }
  }
}
