package org.histofm.plugin;

import org.histofm.HistoFmException;
import org.jspecify.annotations.Nullable;

/** A plugin is unknown, ambiguous, of another API version, or failed while it was being loaded. */
public final class ProviderException extends HistoFmException {
  private static final long serialVersionUID = 1L;

  ProviderException(String problem, String remedy) {
    super(problem, remedy);
  }

  ProviderException(String problem, String remedy, @Nullable Throwable cause) {
    super(problem, remedy, cause);
  }
}
