package org.histofm.tiling.plain;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.stream.ImageInputStream;
import org.histofm.slide.PixelSize;
import org.histofm.slide.SlideException.Reason;
import org.histofm.tiling.plain.ImageHeader.Format;
import org.histofm.tiling.pyramid.JpegDecoder.Pixels;

/** One of the JDK's own image readers, on one file; confined to one thread at a time. */
final class JdkCodec {
  private static final int TIFF_MAX_SEGMENT_PX = 1 << 26;
  // none, CCITT (2 to 4), LZW, JPEG, deflate (8 and 32946), PackBits
  private static final Set<Integer> TIFF_COMPRESSIONS = Set.of(1, 2, 3, 4, 5, 7, 8, 32773, 32946);
  // grey (0 and 1), RGB, palette, YCbCr
  private static final Set<Integer> TIFF_COLOURS = Set.of(0, 1, 2, 3, 6);

  private final ImageReader reader;
  private final ImageInputStream stream;
  private final List<String> warnings = new ArrayList<>();
  private final ImageHeader header;
  private int lastRow; // of the read under way

  private JdkCodec(ImageReader reader, ImageInputStream stream, ImageHeader header) {
    this.reader = reader;
    this.stream = stream;
    this.header = header;
  }

  /** Opens {@code stream}, which stays the caller's to close. */
  static JdkCodec open(Format format, ImageInputStream stream) throws IOException {
    ImageReader reader = reader(format);
    boolean done = false;
    try {
      ImageHeader header =
          format == Format.TIFF ? tiff(reader, stream) : ImageHeader.read(format, stream);
      JdkCodec codec = new JdkCodec(reader, stream, header);
      codec.rewind();
      reader.addIIOReadWarningListener(
          (source, text) -> {
            if (!text.contains("extraneous bytes before marker")) { // sloppy, but harmless
              codec.warnings.add(text);
            }
          });
      if (format == Format.PNG && !header.decodesWhole()) {
        reader.addIIOReadProgressListener(codec.new StopBelow());
      }
      done = true;
      return codec;
    } finally {
      if (!done) {
        reader.dispose();
      }
    }
  }

  private void rewind() throws IOException {
    if (header.format() != Format.TIFF) {
      stream.seek(0);
      reader.setInput(stream, false, true);
    }
  }

  private static ImageReader reader(Format format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.name());
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().equals(format.reader)) {
        return reader;
      }
      reader.dispose();
    }
    throw new AssertionError("every JDK reads " + format);
  }

  private static ImageHeader tiff(ImageReader reader, ImageInputStream stream) throws IOException {
    stream.seek(0);
    reader.setInput(stream, false, false);
    IIOMetadata metadata = reader.getImageMetadata(0);
    TIFFDirectory directory = TIFFDirectory.createFromMetadata(metadata);
    if (reader.getWidth(0) < 1 || reader.getHeight(0) < 1) {
      throw ImageHeader.damaged("is a TIFF without pixels");
    }
    requireKnown(directory, BaselineTIFFTagSet.TAG_COMPRESSION, 1, TIFF_COMPRESSIONS);
    requireKnown(directory, BaselineTIFFTagSet.TAG_PHOTOMETRIC_INTERPRETATION, 1, TIFF_COLOURS);
    requireKnown(directory, BaselineTIFFTagSet.TAG_SAMPLE_FORMAT, 1, Set.of(1));
    long length = stream.length();
    for (int tag :
        List.of(
            BaselineTIFFTagSet.TAG_STRIP_BYTE_COUNTS, BaselineTIFFTagSet.TAG_TILE_BYTE_COUNTS)) {
      TIFFField counts = directory.getTIFFField(tag);
      for (int i = 0; counts != null && i < counts.getCount(); i++) {
        if (counts.getAsLong(i) < 0 || counts.getAsLong(i) > length) {
          throw ImageHeader.damaged(
              "is a TIFF with a part of " + counts.getAsLong(i) + " bytes in a file of " + length);
        }
      }
    }
    if ((long) reader.getTileWidth(0) * reader.getTileHeight(0) > TIFF_MAX_SEGMENT_PX) {
      throw new ImageHeader.Refused(
          Reason.TOO_LARGE,
          "is a TIFF with strips or tiles over the "
              + TIFF_MAX_SEGMENT_PX
              + " px that are decoded at once",
          "Save it with tiles.");
    }
    List<PixelSize> sizes = new ArrayList<>();
    TIFFField unit = directory.getTIFFField(BaselineTIFFTagSet.TAG_RESOLUTION_UNIT);
    TIFFField x = directory.getTIFFField(BaselineTIFFTagSet.TAG_X_RESOLUTION);
    TIFFField y = directory.getTIFFField(BaselineTIFFTagSet.TAG_Y_RESOLUTION);
    if (x != null && y != null) {
      double micrometres = Resolutions.micrometres(unit == null ? 2 : unit.getAsInt(0));
      Resolutions.add(sizes, micrometres, x.getAsDouble(0), y.getAsDouble(0), "TIFF XResolution");
    }
    TIFFField extra = directory.getTIFFField(BaselineTIFFTagSet.TAG_EXTRA_SAMPLES);
    TIFFField turned = directory.getTIFFField(BaselineTIFFTagSet.TAG_ORIENTATION);
    return new ImageHeader(
        Format.TIFF,
        reader.getWidth(0),
        reader.getHeight(0),
        8,
        false,
        false,
        extra != null && extra.getAsInt(0) == 0,
        turned == null ? Orientation.UPRIGHT : Orientation.of(turned.getAsInt(0)),
        sizes);
  }

  /** Refuses what the codec would not decode, or decode to numbers that are no colours. */
  private static void requireKnown(
      TIFFDirectory directory, int tag, int otherwise, Set<Integer> known) throws IOException {
    TIFFField field = directory.getTIFFField(tag);
    int value = field == null ? otherwise : field.getAsInt(0);
    if (!known.contains(value)) {
      throw new ImageHeader.Refused(
          Reason.UNSUPPORTED,
          "is a TIFF with "
              + BaselineTIFFTagSet.getInstance().getTag(tag).getName()
              + " "
              + value
              + ", which this reader does not take",
          "Install OpenSlide, or convert it to a plain TIFF of 8-bit RGB.");
    }
  }

  ImageHeader header() {
    return header;
  }

  /** Decodes stored pixels to [h, w, 3]. */
  byte[] read(int x, int y, int width, int height) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceRegion(new Rectangle(x, y, width, height));
    warnings.clear();
    lastRow = y + height - 1;
    boolean done = false;
    try {
      byte[] rgb =
          header.format() == Format.JPEG
              ? jpeg(reader.readRaster(0, param), width, height)
              : RasterRgb.of(reader.read(0, param), width, height, header.isOpaque());
      if (!warnings.isEmpty()) {
        throw new IOException("its codec says: " + warnings.get(0));
      }
      done = true;
      return rgb;
    } catch (RuntimeException e) {
      throw new IOException(e.toString(), e); // the JDK's readers throw all kinds at damaged files
    } finally {
      if (!done) {
        rewind(); // a codec that has failed may stay in the middle of things
      }
    }
  }

  private byte[] jpeg(Raster raster, int width, int height) {
    int channels = header.bytesPerPixel();
    byte[] samples = new byte[width * height * channels];
    int[] row = new int[width * channels];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i++) {
        samples[y * row.length + i] = (byte) row[i];
      }
    }
    Pixels pixels = Pixels.of(width, height, channels, samples);
    if (channels == 3) {
      return (header.isYcc() ? pixels.fromYcc() : pixels).samples();
    }
    byte[] rgb = new byte[width * height * 3];
    pixels.copyTo(0, 0, width, height, rgb, 0, width);
    return rgb;
  }

  void close() {
    reader.dispose();
  }

  /** Stops the PNG codec below the rows that are wanted; it would go on to the end of the file. */
  private final class StopBelow implements IIOReadProgressListener {
    @Override
    public void imageProgress(ImageReader source, float percentageDone) {
      if (percentageDone / 100.0 * header.height() > lastRow + 2.5) {
        source.abort();
      }
    }

    @Override
    public void sequenceStarted(ImageReader source, int minIndex) {}

    @Override
    public void sequenceComplete(ImageReader source) {}

    @Override
    public void imageStarted(ImageReader source, int imageIndex) {}

    @Override
    public void imageComplete(ImageReader source) {}

    @Override
    public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

    @Override
    public void thumbnailProgress(ImageReader source, float percentageDone) {}

    @Override
    public void thumbnailComplete(ImageReader source) {}

    @Override
    public void readAborted(ImageReader source) {}
  }

  /** Decoded pictures as 8-bit RGB. */
  private static final class RasterRgb {
    private RasterRgb() {}

    /**
     * The samples themselves, without a colour profile: of 16 bits the 8 highest; grey in all three
     * channels; what is transparent over white.
     */
    static byte[] of(BufferedImage image, int width, int height, boolean isOpaque)
        throws IOException {
      byte[] rgb = new byte[width * height * 3];
      Raster raster = image.getRaster();
      ColorModel colours = image.getColorModel();
      int bands = raster.getNumBands();
      if (bands > 4) {
        throw new IOException("it has " + bands + " channels; 1 to 4 are read");
      }
      boolean isIndexed = colours instanceof IndexColorModel;
      int[] bits = raster.getSampleModel().getSampleSize();
      int[] row = new int[width * bands];
      boolean hasAlpha = !isOpaque && colours.hasAlpha() && (bands == 4 || bands == 2);
      boolean isBlended = hasAlpha && colours.isAlphaPremultiplied();
      for (int y = 0; y < height; y++) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
        int to = y * width * 3;
        for (int x = 0; x < width; x++, to += 3) {
          if (isIndexed) {
            int argb = ((IndexColorModel) colours).getRGB(row[x]);
            for (int c = 0; c < 3; c++) {
              rgb[to + c] = over(argb >> (16 - 8 * c) & 0xff, argb >>> 24);
            }
          } else {
            int alpha = hasAlpha ? eight(row[(x + 1) * bands - 1], bits[bands - 1]) : 255;
            for (int c = 0; c < 3; c++) {
              int band = bands < 3 ? 0 : c;
              int value = eight(row[x * bands + band], bits[band]);
              rgb[to + c] =
                  isBlended ? (byte) Math.min(255, value + 255 - alpha) : over(value, alpha);
            }
          }
        }
      }
      return rgb;
    }

    private static int eight(int value, int bits) throws IOException {
      if (bits == 8) {
        return value;
      }
      if (bits > 16) {
        throw new IOException("it has samples of " + bits + " bits; up to 16 are read");
      }
      return bits == 16 ? value >> 8 & 0xff : value * 255 / ((1 << bits) - 1);
    }

    private static byte over(int value, int alpha) {
      return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
}
