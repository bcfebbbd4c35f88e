package org.histofm.tiling.dicom;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.histofm.slide.Mpp;
import org.histofm.slide.PixelSize;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.tiling.bytes.ByteSource;
import org.histofm.tiling.dicom.PixelForm.Coding;
import org.histofm.tiling.pyramid.JpegDecoder;
import org.histofm.tiling.pyramid.JpegDecoder.Pixels;
import org.jspecify.annotations.Nullable;

/**
 * One file of a DICOM whole-slide image: one level, label, overview or thumbnail, made of frames of
 * one size (PS3.3, A.32.8).
 *
 * <p>Frames lie row by row (TILED_FULL), or each says where it lies (TILED_SPARSE); where none
 * lies, the slide is white. The last column and row of frames reach over the picture's edge.
 */
final class DicomImage {
  /** What a file shows. */
  enum Kind {
    VOLUME,
    LABEL,
    OVERVIEW,
    THUMBNAIL
  }

  private static final long MAX_FRAME_PX = 1L << 25;
  private static final double SQUARE =
      0.02; // how far axes may differ where only one size is stated

  private final SlideLocation slide;
  private final ByteSource source;
  private final DicomParser header;
  private final Map<Integer, byte[]> values;
  private final Kind kind;
  private final int width;
  private final int height;
  private final int columns;
  private final int rows;
  private final PixelForm form;
  private final FrameTable frames;
  private final Map<Long, Integer> cells; // of sparse frames: place in the grid to frame
  private final boolean isSparse;

  private DicomImage(SlideLocation slide, ByteSource source, DicomParser header) {
    this.slide = slide;
    this.source = source;
    this.header = header;
    this.values = header.values();
    requireWholeSlide();
    Coding coding = coding();
    this.kind = kind(header);
    this.columns = size(Tags.COLUMNS, 0);
    this.rows = size(Tags.ROWS, 0);
    this.width = size(Tags.TOTAL_COLUMNS, columns);
    this.height = size(Tags.TOTAL_ROWS, rows);
    if ((long) columns * rows > MAX_FRAME_PX) {
      throw refuse(
          Reason.UNSUPPORTED,
          "has frames of " + columns + " x " + rows + " px, over the " + MAX_FRAME_PX + " px read",
          "Write it again with smaller frames.");
    }
    this.form = PixelForm.of(header, coding, columns, rows);
    requireRead();
    requireOneFocalPlane();
    int count = frameCount();
    try {
      this.frames = FrameTable.of(source, header, count, form.frameBytes(), coding == Coding.RAW);
    } catch (IOException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    }
    FramePositions positions = header.positions();
    this.isSparse =
        header.text(Tags.DIMENSION_ORGANIZATION_TYPE).equals("TILED_SPARSE")
            || header.text(Tags.DIMENSION_ORGANIZATION_TYPE).isEmpty() && positions.any();
    this.cells = isSparse ? sparse(positions, count) : Map.of();
    if (!isSparse) {
      requireFull(count);
    }
  }

  /**
   * Reads the header of a file; the bytes stay the caller's to close.
   *
   * @throws SlideException if it is no whole-slide image, of a kind that is not read, or damaged
   */
  static DicomImage open(SlideLocation slide, ByteSource source) {
    DicomParser header;
    try {
      header = DicomParser.whole(source);
    } catch (IOException e) {
      throw new SlideException(
          Reason.DAMAGED,
          "slide " + slide + " is damaged: " + e.getMessage() + ".",
          "Copy it again.",
          e);
    }
    return new DicomImage(slide, source, header);
  }

  static Kind kind(DicomParser header) {
    String[] parts = header.text(Tags.IMAGE_TYPE).toUpperCase(Locale.ROOT).split("\\\\", -1);
    String third = parts.length > 2 ? parts[2].strip() : "";
    return switch (third) {
      case "LABEL" -> Kind.LABEL;
      case "OVERVIEW", "LOCALIZER" -> Kind.OVERVIEW;
      case "THUMBNAIL" -> Kind.THUMBNAIL;
      default -> Kind.VOLUME;
    };
  }

  private void requireWholeSlide() {
    String sopClass = header.text(Tags.SOP_CLASS);
    sopClass = sopClass.isEmpty() ? header.text(Tags.MEDIA_SOP_CLASS) : sopClass;
    if (!sopClass.equals(Uids.WHOLE_SLIDE)) {
      throw refuse(
          Reason.NOT_A_SLIDE,
          "is a DICOM file, but " + Uids.object(sopClass) + ", not a whole-slide image",
          "Leave it out, or give the slide that it belongs to.");
    }
  }

  private Coding coding() {
    String syntax = header.text(Tags.TRANSFER_SYNTAX);
    return Coding.of(syntax)
        .orElseThrow(
            () ->
                refuse(
                    Reason.UNSUPPORTED,
                    "is coded as "
                        + Uids.syntax(syntax)
                        + "; read are JPEG of 8 bits, RLE and uncompressed",
                    "Convert it to JPEG baseline, or install OpenSlide 4, which reads JPEG 2000."));
  }

  private void requireRead() {
    String photometric = header.text(Tags.PHOTOMETRIC);
    if (!form.isRead(photometric)) {
      throw refuse(
          Reason.UNSUPPORTED,
          "has pixels of "
              + form.channels()
              + " x "
              + form.allocated()
              + " bits as '"
              + photometric
              + "'; read are RGB, YBR and grey of 8 bits, and grey of 16 bits that is not"
              + " compressed",
          "Convert it to one of these.");
    }
  }

  private int size(int tag, int otherwise) {
    long value = Values.whole(values, tag, otherwise);
    if (value < 1) {
      throw damaged("it states no size " + Tags.name(tag), null);
    }
    if (value > Integer.MAX_VALUE / 2) {
      throw refuse(
          Reason.TOO_LARGE,
          "claims " + value + " px along one side",
          "Copy it again; if it stays so, its header is damaged.");
    }
    return (int) value;
  }

  private void requireOneFocalPlane() {
    if (values.containsKey(Tags.CONCATENATION)
        && Values.whole(values, Tags.CONCATENATION_TOTAL, 2) != 1) {
      throw refuse(
          Reason.UNSUPPORTED,
          "is one part of an image that was cut into several files (a concatenation)",
          "Write it again as one file.");
    }
    if (Values.whole(values, Tags.FOCAL_PLANES, 1) > 1
        || Values.whole(values, Tags.OPTICAL_PATHS, 1) > 1) {
      throw refuse(
          Reason.UNSUPPORTED,
          "holds several focal planes or optical paths, of which none is the slide",
          "Write the one that you mean to a file of its own.");
    }
  }

  private int frameCount() {
    long count = Values.whole(values, Tags.FRAMES, 1);
    if (count < 1 || count > Integer.MAX_VALUE / 16) {
      throw damaged("it claims " + count + " frames", null);
    }
    if (header.pixelData() < 0) {
      throw damaged("it has no pixel data", null);
    }
    return (int) count;
  }

  private void requireFull(int count) {
    long tiles = (long) ceil(width, columns) * ceil(height, rows);
    if (count != tiles) {
      throw damaged(
          "it has "
              + count
              + " frames, where "
              + width
              + " x "
              + height
              + " px in frames of "
              + columns
              + " x "
              + rows
              + " px need "
              + tiles,
          null);
    }
  }

  private Map<Long, Integer> sparse(FramePositions positions, int count) {
    if (positions.size() != count) {
      throw damaged(
          "it says of " + positions.size() + " of its " + count + " frames where they lie", null);
    }
    Map<Long, Integer> found = new HashMap<>();
    for (int i = 0; i < count; i++) {
      long x = positions.column(i) - 1L;
      long y = positions.row(i) - 1L;
      if (x < 0 || y < 0 || x >= width || y >= height) {
        throw damaged("frame " + (i + 1) + " lies outside the picture or nowhere", null);
      }
      if (x % columns != 0 || y % rows != 0) {
        throw refuse(
            Reason.UNSUPPORTED,
            "has frames that do not lie on one grid (frame " + (i + 1) + ")",
            "Write it again with frames side by side.");
      }
      if (found.put(cell(x / columns, y / rows), i) != null) {
        throw refuse(
            Reason.UNSUPPORTED,
            "has several frames at one place, such as focal planes (frame " + (i + 1) + ")",
            "Write the ones that you mean to a file of their own.");
      }
    }
    return found;
  }

  private static long cell(long column, long row) {
    return row << 32 | column;
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }

  private SlideException damaged(String why, @Nullable Throwable cause) {
    return new SlideException(
        Reason.DAMAGED, "slide " + slide + " is damaged: " + why + ".", "Copy it again.", cause);
  }

  private SlideException refuse(Reason reason, String what, String remedy) {
    return new SlideException(reason, "slide " + slide + " " + what + ".", remedy);
  }

  SlideLocation slide() {
    return slide;
  }

  Kind kind() {
    return kind;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The series that this file belongs to; empty if it does not say. */
  String series() {
    return header.text(Tags.SERIES);
  }

  /** Whether a file that begins so belongs to the same slide. */
  boolean isOfSeries(DicomParser other) {
    return series().equals(other.text(Tags.SERIES))
        && isEqualIfStated(other, Tags.FRAME_OF_REFERENCE)
        && isEqualIfStated(other, Tags.PYRAMID_UID);
  }

  private boolean isEqualIfStated(DicomParser other, int tag) {
    String mine = header.text(tag);
    String others = other.text(tag);
    return mine.isEmpty() || others.isEmpty() || mine.equals(others);
  }

  /** Whether this file shows the same area as {@code other}, at whatever resolution. */
  boolean isSameArea(DicomImage other) {
    return near(volume(Tags.VOLUME_WIDTH), other.volume(Tags.VOLUME_WIDTH), 0.01)
        && near(volume(Tags.VOLUME_HEIGHT), other.volume(Tags.VOLUME_HEIGHT), 0.01)
        && (near((double) width / other.width, (double) height / other.height, 0.02)
            || Math.abs((double) height / other.height * other.width - width) <= 2
            || Math.abs((double) other.height / height * width - other.width) <= 2);
  }

  private double volume(int tag) {
    return Values.float32(values.get(tag));
  }

  private static boolean near(double a, double b, double tolerance) {
    return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
  }

  /**
   * Pixel sizes that the file records: the spacing of its pixels; else the size of the imaged
   * volume over the number of pixels, which some writers fill with any number, so only where it
   * makes square pixels.
   */
  List<PixelSize> pixelSizes() {
    List<PixelSize> sizes = new ArrayList<>();
    double[] spacing = Values.decimals(header.shared().get(Tags.PIXEL_SPACING));
    if (spacing.length == 2) {
      add(sizes, spacing[1] * 1000, spacing[0] * 1000, "DICOM PixelSpacing");
    }
    double x = volume(Tags.VOLUME_WIDTH) * 1000 / width;
    double y = volume(Tags.VOLUME_HEIGHT) * 1000 / height;
    if (near(x, y, SQUARE)) {
      add(sizes, x, y, "DICOM ImagedVolumeWidth");
    }
    return sizes;
  }

  private static void add(List<PixelSize> sizes, double x, double y, String origin) {
    if (x > 0 && y > 0 && Double.isFinite(x + y)) {
      sizes.add(new PixelSize(new Mpp(x, y), origin));
    }
  }

  /** Copies a rectangle that lies wholly inside to {@code rgb}, [h, w, 3]. */
  void read(int x, int y, int w, int h, byte[] rgb, FrameCache cache, JpegDecoder decoder)
      throws IOException {
    int firstColumn = x / columns;
    int lastColumn = (x + w - 1) / columns;
    int lastRow = (y + h - 1) / rows;
    announce(firstColumn, lastColumn, y / rows, lastRow, cache);
    for (int row = y / rows; row <= lastRow; row++) {
      for (int column = firstColumn; column <= lastColumn; column++) {
        int left = Math.max(x, column * columns);
        int top = Math.max(y, row * rows);
        int wide = (int) Math.min((long) x + w, (column + 1L) * columns) - left;
        int high = (int) Math.min((long) y + h, (row + 1L) * rows) - top;
        int to = ((top - y) * w + left - x) * 3;
        int frame = frame(column, row);
        if (frame < 0) {
          for (int i = 0; i < high; i++) {
            Arrays.fill(rgb, to + i * w * 3, to + (i * w + wide) * 3, (byte) 255);
          }
        } else {
          decoded(frame, cache, decoder)
              .copyTo(left - column * columns, top - row * rows, wide, high, rgb, to, w);
        }
      }
    }
  }

  private void announce(
      int firstColumn, int lastColumn, int firstRow, int lastRow, FrameCache cache) {
    List<Integer> wanted = new ArrayList<>();
    for (int row = firstRow; row <= lastRow; row++) {
      for (int column = firstColumn; column <= lastColumn; column++) {
        int frame = frame(column, row);
        if (frame >= 0 && cache.get(this, frame) == null) {
          wanted.add(frame);
        }
      }
    }
    frames.willRead(wanted.stream().mapToInt(Integer::intValue).toArray());
  }

  private int frame(int column, int row) {
    return isSparse
        ? cells.getOrDefault(cell(column, row), -1)
        : row * ceil(width, columns) + column;
  }

  private Pixels decoded(int frame, FrameCache cache, JpegDecoder decoder) throws IOException {
    Pixels kept = cache.get(this, frame);
    if (kept != null) {
      return kept;
    }
    Pixels pixels = form.decode(frames.read(frame), decoder);
    cache.put(this, frame, pixels);
    return pixels;
  }

  void close(FrameCache cache) {
    cache.forget(this);
    try {
      source.close();
    } catch (IOException e) {
      // nothing was written, so nothing is lost
    }
  }
}
