package org.histofm.tiling.bytes;

import java.io.IOException;

/**
 * Bytes far away that cannot be had: the network or the server failed again and again, or the
 * object was changed. It says nothing about what the bytes hold.
 */
public final class UnreachableException extends IOException {
  private static final long serialVersionUID = 1L;

  /** A failure to reach bytes, with the words of {@code cause}. */
  public UnreachableException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
