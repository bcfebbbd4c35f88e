package org.histofm.tiling.openslide;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.pyramid.PyramidReader;

/** Which files may be slides for OpenSlide, and what to say where it opens one not. */
final class SlideFiles {
  private static final int LOOK = 132;
  private static final int DICOM_AT = 128;

  private SlideFiles() {}

  /** What the first bytes say. */
  enum Kind {
    /** OpenSlide may open it: TIFF and its kin, MIRAX, VMS, Sakura. */
    LIKELY,
    /** OpenSlide 4 may open it: DICOM, Zeiss CZI. */
    SINCE_FOUR,
    /** OpenSlide opens no such file. */
    NO
  }

  static Kind kind(SlideLocation slide) {
    Path file = slide.file().orElse(null);
    if (file == null || !Files.isRegularFile(file)) {
      return Kind.NO;
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(LOOK);
    } catch (IOException e) {
      return Kind.NO;
    }
    if (isTiff(start)
        || begins(start, 0, "[Virtual Microscope Specimen]")
        || begins(start, 0, "[Uncompressed Virtual Microscope Specimen]")
        || begins(start, 0, "SQLite format 3")
        || isMirax(file, slide.stem())) {
      return Kind.LIKELY;
    }
    return begins(start, DICOM_AT, "DICM") || begins(start, 0, "ZISRAWFILE")
        ? Kind.SINCE_FOUR
        : Kind.NO;
  }

  private static boolean isTiff(byte[] start) {
    return begins(start, 0, "II*\0")
        || begins(start, 0, "MM\0*")
        || begins(start, 0, "II+\0")
        || begins(start, 0, "MM\0+");
  }

  /** A MIRAX slide is a folder beside a thumbnail of its name. */
  private static boolean isMirax(Path file, String stem) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".mrxs")
        && Files.isRegularFile(file.resolveSibling(stem).resolve("Slidedat.ini"));
  }

  private static boolean begins(byte[] start, int at, String text) {
    byte[] magic = text.getBytes(StandardCharsets.US_ASCII);
    if (start.length < at + magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (start[at + i] != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The file of a slide that is to be opened.
   *
   * @throws SlideException if it is none
   */
  static Path file(SlideLocation slide) {
    Path file =
        slide
            .file()
            .orElseThrow(
                () ->
                    new SlideException(
                        Reason.UNSUPPORTED,
                        "slide " + slide + " is far away, and OpenSlide reads files only.",
                        "Copy it to a local disk."));
    if (!Files.isRegularFile(file)) {
      throw Files.exists(file)
          ? new SlideException(
              Reason.NOT_A_SLIDE, "slide " + slide + " is no file.", "Name the slide's file.")
          : new SlideException(
              Reason.MISSING, "slide " + slide + " does not exist.", "Check the path.");
    }
    if (!Files.isReadable(file)) {
      throw new SlideException(
          Reason.MISSING, "slide " + slide + " may not be read.", "Check who may read the file.");
    }
    int orientation = TiffOrientation.of(file);
    if (orientation != TiffOrientation.UPRIGHT) {
      throw new SlideException(
          Reason.UNSUPPORTED,
          "slide "
              + slide
              + " is stored turned or mirrored (orientation "
              + orientation
              + "), which OpenSlide does not honour.",
          "Use the reader 'tiff'.");
    }
    return file;
  }

  static SlideReader open(SlideLocation slide, Optional<Mpp> mpp, OpenSlideHandle.Source source) {
    OpenSlidePixels pixels;
    try {
      pixels = OpenSlidePixels.open(source);
    } catch (OpenSlideHandle.NotRecognized e) {
      boolean foreign = kind(slide) == Kind.NO;
      throw new SlideException(
          foreign ? Reason.NOT_A_SLIDE : Reason.UNSUPPORTED,
          "slide " + slide + " is no slide that OpenSlide knows.",
          foreign
              ? "Check the file."
              : "Copy it again if it may be cut off, or convert it to a tiled TIFF.",
          e);
    } catch (IOException e) {
      boolean unsupported =
          String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("unsupported");
      throw new SlideException(
          unsupported ? Reason.UNSUPPORTED : Reason.DAMAGED,
          "slide " + slide + " cannot be opened by OpenSlide: " + e.getMessage() + ".",
          unsupported
              ? "Convert it, for example to a tiled TIFF with JPEG."
              : "Copy it again; if it stays so, the file is damaged.",
          e);
    }
    return PyramidReader.of(slide, pixels, mpp);
  }
}
