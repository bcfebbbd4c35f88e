package org.histofm;

import org.jspecify.annotations.Nullable;

/**
 * The user's input cannot be used: a file is missing, damaged or contradictory, a setting has an
 * impossible value, a data set lacks what the run needs. Commands end with exit code 2.
 */
public class InputException extends HistoFmException {
  private static final long serialVersionUID = 1L;

  /**
   * @param problem what is wrong with the input: where, found against expected
   * @param remedy what the user can do about it
   */
  public InputException(String problem, String remedy) {
    super(problem, remedy);
  }

  /**
   * @param problem what is wrong with the input: where, found against expected
   * @param remedy what the user can do about it
   * @param cause the underlying failure, if any
   */
  public InputException(String problem, String remedy, @Nullable Throwable cause) {
    super(problem, remedy, cause);
  }
}
