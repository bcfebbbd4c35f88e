package org.histofm.tiling.tiff;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.histofm.ApiVersion;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.slide.SlideReaderProvider;
import org.histofm.tiling.bytes.ByteSource;
import org.histofm.tiling.bytes.ByteSources;
import org.histofm.tiling.pyramid.PyramidReader;

/**
 * Reads TIFF slides in plain Java: Aperio SVS, OME-TIFF and other pyramids, classic and BigTIFF,
 * tiled or in strips, near or far.
 *
 * <p><b>Compressions</b>: none, LZW, deflate, PackBits, JPEG. <b>Pixels</b>: grey, palette, RGB and
 * YCbCr (in JPEG) of 8 bits, grey and RGB of 16 bits, of which the high 8 are kept; alpha is laid
 * over white; the orientation is honoured; tiles that were left out are white. Other compressions
 * and other makers' formats are refused as {@link Reason#UNSUPPORTED}, so that the next reader is
 * asked. JPEG is decoded by the JDK, which gave the same pixels as libjpeg-turbo wherever both were
 * compared; other decoders differ by a few grey values. A JPEG that ends early is an error, not
 * grey.
 *
 * <p><b>Pixel size</b>: {@code MPP} of Aperio, else {@code PhysicalSizeX} of OME, else the
 * resolution tags; magnification is not taken for one.
 *
 * <p><b>Memory</b> is bounded whatever a file claims: pages of more than 2^42 px, 2^22 stored tiles
 * or tiles of more than 2^24 px are refused, and beside the places of tiles (12 bytes each) only
 * decoded ones are kept, up to the number of bytes given here, shared by all readers that an
 * instance opens.
 *
 * <p>Safe for concurrent use.
 */
public final class TiffSlideProvider implements SlideReaderProvider {
  /** Bytes of decoded tiles that are kept unless another number is given. */
  public static final long DEFAULT_CACHE_BYTES = 64L << 20;

  private static final int DICOM_AT = 128; // a TIFF's header may stand before a DICOM file

  private final ReadMeter meter = new ReadMeter();
  private final TileDecoder decoder = new TileDecoder(meter);
  private final DecodedTiles tiles;

  /** A provider that keeps {@link #DEFAULT_CACHE_BYTES} of decoded tiles. */
  public TiffSlideProvider() {
    this(DEFAULT_CACHE_BYTES);
  }

  /**
   * A provider that keeps up to {@code cacheBytes} of decoded tiles.
   *
   * @throws IllegalArgumentException if that is below 0
   */
  public TiffSlideProvider(long cacheBytes) {
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("a cache of " + cacheBytes + " bytes");
    }
    this.tiles = new DecodedTiles(cacheBytes, meter);
  }

  /** What reading has cost, over all slides that this instance opened. */
  public ReadMeter meter() {
    return meter;
  }

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of("tiff");
  }

  @Override
  public String summary(String id) {
    return "Aperio SVS, OME-TIFF, BigTIFF and other tiled pyramids in plain Java; local and remote";
  }

  @Override
  public int preference() {
    return 50;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Far away, {@code .svs}, {@code .tif} and {@code .tiff} are taken and {@code .dcm} is left by
   * their names, which saves a request; and what cannot be reached is taken, so that {@link #open}
   * says why.
   */
  @Override
  public boolean supports(SlideLocation slide) {
    boolean far = slide.file().isEmpty();
    if (far) {
      String name = slide.fileName().toLowerCase(Locale.ROOT);
      if (name.endsWith(".svs") || name.endsWith(".tif") || name.endsWith(".tiff")) {
        return true;
      }
      if (name.endsWith(".dcm")) {
        return false;
      }
    }
    try (ByteSource bytes = ByteSources.open(slide)) {
      byte[] start = new byte[(int) Math.min(DICOM_AT + 4, bytes.size())];
      bytes.read(0, start, 0, start.length);
      boolean dicom =
          start.length == DICOM_AT + 4
              && start[DICOM_AT] == 'D'
              && start[DICOM_AT + 1] == 'I'
              && start[DICOM_AT + 2] == 'C'
              && start[DICOM_AT + 3] == 'M';
      return start.length >= 4 && TiffFile.begins(start) && !dicom;
    } catch (IOException | RuntimeException e) {
      return far;
    }
  }

  @Override
  public SlideReader open(SlideLocation slide, Optional<Mpp> mpp) {
    ByteSource bytes = ByteSources.open(slide);
    TiffLevels levels = null;
    try {
      levels = new TiffLevels(bytes, decoder, tiles);
    } catch (TiffProblem e) {
      throw new SlideException(
          e.reason(), "slide " + slide + " " + e.getMessage() + ".", e.remedy(), e);
    } catch (EOFException e) {
      throw new SlideException(
          Reason.DAMAGED,
          "slide " + slide + " is cut off: " + e.getMessage() + ".",
          "Copy it again.",
          e);
    } catch (IOException e) {
      throw new SlideException(
          Reason.MISSING,
          "slide " + slide + " cannot be read: " + e.getMessage() + ".",
          "Check the disk or the connection, and that you may read it.",
          e);
    } finally {
      if (levels == null) {
        close(bytes);
      }
    }
    return PyramidReader.of(slide, levels, mpp);
  }

  private static void close(ByteSource bytes) {
    try {
      bytes.close();
    } catch (IOException e) {
      // nothing was written, so nothing is lost
    }
  }
}
