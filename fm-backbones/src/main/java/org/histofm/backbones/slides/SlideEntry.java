package org.histofm.backbones.slides;

import java.util.Objects;
import java.util.regex.Pattern;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.jspecify.annotations.Nullable;

/**
 * One slide to embed.
 *
 * @param id names its files: letters, digits, and {@code . _ -} inside, at most {@value
 *     #MAX_ID_LENGTH} characters
 * @param location where it lies
 * @param mpp level-0 pixel size that the user states, which goes before the file's; else null
 * @param group patient or case, recorded beside the embeddings; empty if none is named
 */
public record SlideEntry(String id, SlideLocation location, @Nullable Mpp mpp, String group) {
  /** Longest id. */
  public static final int MAX_ID_LENGTH = 150;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  /**
   * @throws IllegalArgumentException if the id could not name a file everywhere
   */
  public SlideEntry {
    if (!isId(id)) {
      throw new IllegalArgumentException("'" + id + "' cannot be the id of a slide");
    }
    Objects.requireNonNull(location);
    Objects.requireNonNull(group);
  }

  /** A slide of no group, with the file's own pixel size. */
  public static SlideEntry of(String id, SlideLocation location) {
    return new SlideEntry(id, location, null, "");
  }

  /** A copy whose pixel size is stated. */
  public SlideEntry withMpp(Mpp stated) {
    return new SlideEntry(id, location, Objects.requireNonNull(stated), group);
  }

  static boolean isId(String text) {
    return text.length() <= MAX_ID_LENGTH && ID.matcher(text).matches() && !text.endsWith(".");
  }
}
