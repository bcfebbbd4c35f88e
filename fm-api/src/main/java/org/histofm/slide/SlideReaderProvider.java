package org.histofm.slide;

import java.nio.file.Path;
import java.util.Optional;
import org.histofm.plugin.Provider;

/** Plugin point: a way to read slides. */
public interface SlideReaderProvider extends Provider {
  /** Whether {@link #open} is worth trying; decided from the name and the first bytes. */
  boolean supports(Path slide);

  /**
   * Opens a slide; the caller closes it.
   *
   * @param slide the file
   * @param mpp the level-0 pixel size if the user states one; it overrides the file's
   * @throws org.histofm.InputException if the file is missing, damaged, of another format, or if
   *     its pixel size is neither stated nor recorded
   */
  SlideReader open(Path slide, Optional<Mpp> mpp);
}
