package org.histofm.tiling.tiff;

import java.io.IOException;
import org.histofm.slide.SlideException.Reason;

/** A TIFF that cannot be used; the message goes after the slide's name. */
final class TiffProblem extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String remedy;

  private TiffProblem(Reason reason, String problem, String remedy) {
    super(problem);
    this.reason = reason;
    this.remedy = remedy;
  }

  static TiffProblem damaged(String problem) {
    return new TiffProblem(
        Reason.DAMAGED, "is damaged: " + problem, "Copy it again; it may be cut off.");
  }

  static TiffProblem notATiff(String problem) {
    return new TiffProblem(
        Reason.NOT_A_SLIDE, "is no TIFF: " + problem, "Check the file, or use another reader.");
  }

  static TiffProblem tooLarge(String problem) {
    return new TiffProblem(
        Reason.TOO_LARGE, problem, "Check the file; it is damaged, or must be converted.");
  }

  static TiffProblem unsupported(String problem, String remedy) {
    return new TiffProblem(Reason.UNSUPPORTED, problem, remedy);
  }

  Reason reason() {
    return reason;
  }

  String remedy() {
    return remedy;
  }
}
