package org.histofm.backbones.slides;

import java.util.Comparator;
import java.util.Objects;
import org.histofm.HistoFmException;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.jspecify.annotations.Nullable;

/**
 * A slide, or a tile of one, that was left out, and why.
 *
 * @param slide id of the slide
 * @param code reason in a word: that of {@link SlideException.Reason#code()}, {@value #CHANGED},
 *     {@value #NOT_FINITE}, {@value #OUT_OF_MEMORY} or {@value #INTERNAL}
 * @param tile the tile in level-0 pixels, or null for the whole slide
 * @param message what is wrong
 * @param remedy what to do about it
 */
public record Quarantined(
    String slide, String code, @Nullable Region tile, String message, String remedy)
    implements Comparable<Quarantined> {
  /** The slide was changed while it was read. */
  public static final String CHANGED = "changed";

  /** The backbone gave a value for a tile that is no number. */
  public static final String NOT_FINITE = "not-finite";

  /** The slide needed more memory than the process may use. */
  public static final String OUT_OF_MEMORY = "out-of-memory";

  /** Something failed that should not: a bug. */
  public static final String INTERNAL = "internal";

  private static final Comparator<Quarantined> ORDER =
      Comparator.comparing(Quarantined::slide)
          .thenComparing(row -> row.tile != null)
          .thenComparingLong(row -> row.tile == null ? 0 : row.tile.y())
          .thenComparingLong(row -> row.tile == null ? 0 : row.tile.x())
          .thenComparing(Quarantined::code)
          .thenComparing(Quarantined::message)
          .thenComparing(Quarantined::remedy)
          .thenComparingLong(row -> row.tile == null ? 0 : row.tile.height())
          .thenComparingLong(row -> row.tile == null ? 0 : row.tile.width());

  /** Checks that nothing but the tile is missing. */
  public Quarantined {
    Objects.requireNonNull(slide);
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
    Objects.requireNonNull(remedy);
  }

  /** A whole slide, for {@code failure}. */
  static Quarantined because(String id, Throwable failure) {
    if (failure instanceof SlideException e) {
      return new Quarantined(id, e.reason().code(), null, e.problem(), e.remedy());
    }
    if (failure instanceof SlideChangedException e) {
      return new Quarantined(id, CHANGED, null, e.problem(), e.remedy());
    }
    if (failure instanceof HistoFmException e) {
      return new Quarantined(
          id, SlideException.Reason.UNSUPPORTED.code(), null, e.problem(), e.remedy());
    }
    if (failure instanceof OutOfMemoryError) {
      return new Quarantined(
          id,
          OUT_OF_MEMORY,
          null,
          "the slide needs more memory than Java may use (" + failure.getMessage() + ").",
          "Give Java more memory (-Xmx), or a smaller --batch.");
    }
    return new Quarantined(
        id,
        INTERNAL,
        null,
        "the slide could not be processed: " + failure + ".",
        "This is a bug in HistoFM or in a plugin; please report it with the log.");
  }

  /** Whether it is a tile of a slide whose other tiles may be sound. */
  public boolean isTile() {
    return tile != null;
  }

  /** By slide, the slide itself before its tiles, which come row by row. */
  @Override
  public int compareTo(Quarantined other) {
    return ORDER.compare(this, other);
  }
}
