package org.histofm.backbones.slides;

import java.io.IOException;
import java.nio.file.Path;
import org.histofm.EnvironmentException;

/** The output folder cannot be used, which ends the run; a slide's own trouble does not. */
final class OutputException extends EnvironmentException {
  private static final long serialVersionUID = 1L;

  private OutputException(String problem, String remedy, IOException cause) {
    super(problem, remedy, cause);
  }

  static OutputException of(Path folder, IOException cause) {
    return new OutputException(
        "output folder " + folder + " cannot be read or written (" + cause + ").",
        "Free space, check permissions, and start the same command again: it goes on where it"
            + " stopped.",
        cause);
  }
}
