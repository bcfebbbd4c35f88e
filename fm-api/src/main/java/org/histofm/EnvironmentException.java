package org.histofm;

import org.jspecify.annotations.Nullable;

/**
 * The machine or process cannot do what was asked: a native library is missing or of another
 * version, a folder cannot be written, an environment variable contradicts a setting.
 */
public class EnvironmentException extends HistoFmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param problem what is missing or contradictory
   * @param remedy what the user can do about it
   */
  public EnvironmentException(String problem, String remedy) {
    super(problem, remedy);
  }

  /**
   * @param problem what is missing or contradictory
   * @param remedy what the user can do about it
   * @param cause the underlying failure, if any
   */
  public EnvironmentException(String problem, String remedy, @Nullable Throwable cause) {
    super(problem, remedy, cause);
  }
}
