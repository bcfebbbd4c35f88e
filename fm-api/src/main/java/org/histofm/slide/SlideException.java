package org.histofm.slide;

import java.util.Locale;
import java.util.Objects;
import org.histofm.InputException;
import org.jspecify.annotations.Nullable;

/** A slide, or a part of it, that cannot be used; with a code that tables and programs can use. */
public class SlideException extends InputException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** There is no such file or address, or it may not be read. */
    MISSING,
    /** It is something else than a slide: text, a web page, a Git LFS pointer, a CT image. */
    NOT_A_SLIDE,
    /** It is a slide, of a kind or compression that no reader at hand opens. */
    UNSUPPORTED,
    /** It is a slide whose structure is damaged or cut off. */
    DAMAGED,
    /** It claims more pixels than can be. */
    TOO_LARGE,
    /** Its pixel size is neither recorded believably nor stated. */
    NO_PIXEL_SIZE,
    /** The pixels of a region cannot be decoded. */
    UNREADABLE_REGION,
    /** No tissue was found. */
    NO_TISSUE,
    /** Tissue was found, but no tile holds enough of it. */
    NO_TILES,
    /** More tiles are unreadable than the run allows. */
    UNREADABLE_TILES;

    /** The name in tables: {@code no-pixel-size}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Reason reason;

  /**
   * @param reason what is wrong, for programs
   * @param problem what is wrong, in a sentence that names the slide
   * @param remedy what the user can do about it
   */
  public SlideException(Reason reason, String problem, String remedy) {
    this(reason, problem, remedy, null);
  }

  /**
   * @param reason what is wrong, for programs
   * @param problem what is wrong, in a sentence that names the slide
   * @param remedy what the user can do about it
   * @param cause the underlying failure, if any
   */
  public SlideException(Reason reason, String problem, String remedy, @Nullable Throwable cause) {
    super(problem, remedy, cause);
    this.reason = Objects.requireNonNull(reason);
  }

  /** What is wrong, for programs. */
  public final Reason reason() {
    return reason;
  }
}
