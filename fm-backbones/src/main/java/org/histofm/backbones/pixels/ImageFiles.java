package org.histofm.backbones.pixels;

import com.google.common.base.Throwables;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.histofm.InputException;
import org.histofm.tile.RgbImage;

/**
 * Decodes image files to 8-bit RGB, by ImageIO, as Pillow's {@code Image.open(path).convert("RGB")}
 * does.
 *
 * <ul>
 *   <li>PNG, BMP, GIF, TIFF and JPEG, told apart by their first bytes, never by the file's name. Of
 *       several frames or pages the first is taken. JPEG decoders differ among each other by a few
 *       levels; all else equals Pillow exactly.
 *   <li>Grey becomes three equal channels; palettes are looked up; 1-, 2- and 4-bit values are
 *       spread over 0 to 255.
 *   <li>16-bit values keep their high byte. (Pillow does so for colour; 16-bit grey it clips at
 *       255, which whitens the image, and is not followed.)
 *   <li>Alpha is dropped, not composited. Embedded colour profiles, gamma and the EXIF orientation
 *       are left alone.
 *   <li>CMYK, YCCK, Lab, floating-point and premultiplied images are refused, and so are BigTIFF, a
 *       TIFF that asks to be turned, and a GIF whose first frame does not fill its canvas.
 *   <li>Damage is refused as far as a format shows it: a file that is cut short, also where a
 *       decoder would fill the rest with grey; a PNG whose checksums are wrong; a JPEG whose data
 *       ends early. A flipped bit in an uncompressed image stays unseen.
 * </ul>
 *
 * <p>The size is read from the header and checked before any pixel is decoded. Nothing is cached on
 * disk. Decoders of the JDK only: a plugin on the class path changes no number.
 *
 * <p>Immutable, safe for concurrent use.
 */
public final class ImageFiles {
  /** Pixels that an image may have by default: 89,478,485, where Pillow begins to warn. */
  public static final long DEFAULT_MAX_PIXELS = (1L << 30) / 4 / 3;

  private static final String KINDS = "PNG, JPEG, TIFF, BMP or GIF";
  private static final String COPY_AGAIN =
      "Copy it again from its source, or leave it out of the data set.";

  private final long maxPixels;

  private ImageFiles(long maxPixels) {
    this.maxPixels = maxPixels;
  }

  /** Decodes images of up to {@link #DEFAULT_MAX_PIXELS}. */
  public static ImageFiles withDefaults() {
    return new ImageFiles(DEFAULT_MAX_PIXELS);
  }

  /**
   * A copy that decodes images of up to {@code pixels}, width times height.
   *
   * @throws IllegalArgumentException unless between 1 and 715,827,882, where an RGB image fills a
   *     Java array
   */
  public ImageFiles withMaxPixels(long pixels) {
    if (pixels < 1 || pixels > Integer.MAX_VALUE / 3) {
      throw new IllegalArgumentException(
          "the bound is 1 to " + Integer.MAX_VALUE / 3 + " pixels, got " + pixels);
    }
    return new ImageFiles(pixels);
  }

  /**
   * Reads and decodes a file.
   *
   * @throws InputException if it is missing, unreadable, no image, damaged, cut short, too large or
   *     of a kind that is refused
   */
  public RgbImage read(Path file) {
    return decode(file.toString(), readBytes(file));
  }

  /**
   * All bytes of an image file, for a caller that also hashes them.
   *
   * @throws InputException if it is missing, empty, no file or unreadable, or larger than an
   *     uncompressed image of the bound with four 16-bit channels
   */
  public byte[] readBytes(Path file) {
    if (Files.isDirectory(file)) {
      throw new InputException(
          "Image file " + file + " is a folder.", "Name an image file instead.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      int bound = (int) Math.min(8 * maxPixels + (1 << 20), Integer.MAX_VALUE - 8);
      byte[] bytes = in.readNBytes(bound);
      if (in.read() >= 0) {
        throw new InputException(
            "Image file "
                + file
                + " has more than "
                + bound
                + " bytes, the bound for an image of "
                + maxPixels
                + " pixels.",
            "Cut it into tiles first, or raise the bound by ImageFiles.withMaxPixels.");
      }
      if (bytes.length == 0) {
        throw new InputException("Image file " + file + " is empty.", COPY_AGAIN);
      }
      return bytes;
    } catch (ClosedByInterruptException e) {
      throw new CancellationException("interrupted while " + file + " was read");
    } catch (NoSuchFileException e) {
      throw new InputException(
          "Image file " + file + " does not exist.",
          "Check the path, or leave it out of the data set.",
          e);
    } catch (IOException e) {
      throw new InputException(
          "Image file " + file + " cannot be read (" + e + ").",
          "Check its permissions and the drive.",
          e);
    }
  }

  /**
   * Decodes an image that is in memory already.
   *
   * @param name stands for it in messages, such as its path
   * @param bytes the content of an image file
   * @throws InputException as {@link #read} throws it
   */
  public RgbImage decode(String name, byte[] bytes) {
    Container container =
        Container.of(bytes)
            .orElseThrow(
                () ->
                    new InputException(
                        "Image file " + name + " is not a " + KINDS + " image.",
                        "Convert it to PNG, or leave it out of the data set."));
    try {
      container.check(bytes);
      return decode(name, bytes, container);
    } catch (Unsupported e) {
      throw new InputException(
          "Image file " + name + " is " + e.getMessage() + ", which is not supported.",
          "Convert it to 8-bit RGB PNG.",
          e);
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // Decoders answer damage with runtime exceptions, too, and wrap what went wrong.
      Throwable cause = Throwables.getRootCause(e);
      if (cause instanceof OutOfMemoryError) {
        // One array of the image's size was refused: the rest of the heap is as it was.
        throw new InputException(
            "Image file " + name + " does not fit into Java's memory.",
            "Cut it into tiles first, or raise the limit with java -Xmx.",
            e);
      }
      throw new InputException(
          "Image file "
              + name
              + " is a damaged "
              + container.formatName()
              + " image ("
              + Objects.requireNonNullElse(cause.getMessage(), String.valueOf(e.getMessage()))
              + ").",
          COPY_AGAIN,
          e);
    }
  }

  private RgbImage decode(String name, byte[] bytes, Container container) throws IOException {
    ImageReader reader = container.newReader();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      checkSize(name, reader.getWidth(0), reader.getHeight(0));
      container.checkKind(reader);
      Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
      if (types.hasNext()) {
        RasterToRgb.check(types.next().getColorModel());
      }
      WarningsAsErrors warnings = new WarningsAsErrors();
      reader.addIIOReadWarningListener(warnings);
      BufferedImage image = reader.read(0);
      warnings.rethrow();
      return RasterToRgb.convert(container.correct(image, reader));
    } finally {
      reader.dispose();
    }
  }

  private void checkSize(String name, int width, int height) {
    if ((long) width * height > maxPixels) {
      throw new InputException(
          "Image file "
              + name
              + " has "
              + width
              + " x "
              + height
              + " pixels, more than the bound of "
              + maxPixels
              + ".",
          "Cut it into tiles first, or raise the bound by ImageFiles.withMaxPixels.");
    }
  }

  /** The image is sound, but of a kind whose colours would come out wrong. */
  static final class Unsupported extends IOException {
    private static final long serialVersionUID = 1L;

    Unsupported(String what) {
      super(what);
    }
  }
}
