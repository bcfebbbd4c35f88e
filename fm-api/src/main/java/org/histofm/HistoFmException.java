package org.histofm;

import org.jspecify.annotations.Nullable;

/**
 * Trouble with the environment, a file, a model, a plugin or a setting, told in one sentence
 * together with what to do about it. A wrong argument of a method call is a JDK exception instead.
 */
public abstract class HistoFmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String remedy;

  /**
   * @param problem what went wrong: where, found against expected
   * @param remedy what the user can do about it
   */
  protected HistoFmException(String problem, String remedy) {
    this(problem, remedy, null);
  }

  /**
   * @param problem what went wrong: where, found against expected
   * @param remedy what the user can do about it
   * @param cause the underlying failure, if any
   */
  protected HistoFmException(String problem, String remedy, @Nullable Throwable cause) {
    super(problem + " " + remedy, cause);
    this.problem = problem;
    this.remedy = remedy;
  }

  /** What went wrong, without the remedy. */
  public final String problem() {
    return problem;
  }

  /** What the user can do about it. */
  public final String remedy() {
    return remedy;
  }
}
