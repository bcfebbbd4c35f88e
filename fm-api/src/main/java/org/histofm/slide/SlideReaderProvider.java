package org.histofm.slide;

import java.util.Optional;
import org.histofm.plugin.Provider;

/** Plugin point: a way to read slides. Safe for concurrent use. */
public interface SlideReaderProvider extends Provider {
  /**
   * Rank among the providers that support one slide: the highest is tried first. HistoFM's own lie
   * below 100, so a plugin comes before them until it says otherwise.
   */
  default int preference() {
    return 100;
  }

  /**
   * Whether {@link #open} is worth trying; decided from the name and the first bytes, without
   * reading more, and false rather than an exception.
   */
  boolean supports(SlideLocation slide);

  /**
   * Opens a slide; the caller closes it.
   *
   * @param slide where it lies
   * @param mpp the level-0 pixel size if the user states one; it overrides the file's
   * @throws SlideException if the file is missing, damaged, of another format, or if its pixel size
   *     is neither stated nor recorded believably
   * @throws org.histofm.EnvironmentException if a library that is needed is missing
   */
  SlideReader open(SlideLocation slide, Optional<Mpp> mpp);
}
