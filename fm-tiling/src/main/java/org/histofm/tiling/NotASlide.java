package org.histofm.tiling;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideLocation;
import org.histofm.tiling.bytes.ByteSource;
import org.histofm.tiling.bytes.ByteSources;

/** Says what a file is that no reader takes for a slide. */
final class NotASlide {
  private static final int LOOK = 256;

  private NotASlide() {}

  /**
   * @throws SlideException with what keeps it from being read at all
   */
  static SlideException explain(SlideLocation slide, String readers) {
    byte[] start;
    try (ByteSource bytes = ByteSources.open(slide)) {
      start = new byte[(int) Math.min(LOOK, bytes.size())];
      bytes.read(0, start, 0, start.length);
    } catch (IOException e) {
      throw new SlideException(
          SlideException.Reason.MISSING,
          "slide " + slide + " cannot be read: " + e.getMessage() + ".",
          "Check the disk or the connection, and that you may read it.",
          e);
    }
    String text = new String(start, StandardCharsets.US_ASCII);
    if (start.length == 0) {
      return damaged(slide, "is empty", "Copy it again.");
    }
    if (text.startsWith("version https://git-lfs")) {
      return damaged(slide, "is a Git LFS pointer in place of the slide", "Run 'git lfs pull'.");
    }
    if (text.stripLeading().toLowerCase(Locale.ROOT).startsWith("<")) {
      return damaged(
          slide,
          "is a web page or XML text in place of the slide",
          "Download it again; the server may have asked for a login.");
    }
    if (isText(start)) {
      return damaged(slide, "is a text file in place of the slide", "Check the file.");
    }
    return damaged(
        slide,
        "is no slide that a reader knows (its first bytes fit none)",
        "Check the file; the readers here are " + readers + ".");
  }

  private static boolean isText(byte[] start) {
    for (byte b : start) {
      if (b < ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false; // bytes above 127 are negative, too
      }
    }
    return true;
  }

  private static SlideException damaged(SlideLocation slide, String what, String remedy) {
    return new SlideException(
        SlideException.Reason.NOT_A_SLIDE, "slide " + slide + " " + what + ".", remedy);
  }
}
