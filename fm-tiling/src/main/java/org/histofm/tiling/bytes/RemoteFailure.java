package org.histofm.tiling.bytes;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.histofm.slide.SlideException;
import org.jspecify.annotations.Nullable;

/**
 * A request that did not give the bytes asked for. Its message is what the object or its server
 * did, as the end of a sentence that begins with the slide.
 */
final class RemoteFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** What may be done about it. */
  enum Kind {
    /** Asking again may help. */
    PASSING,
    /** Asking again gives the same. */
    LASTING,
    /** The object is no longer the one that was opened: nothing more may be read. */
    CHANGED
  }

  private final Kind kind;
  private final SlideException.Reason reason;
  private final String remedy;
  private final transient @Nullable Duration wait;

  RemoteFailure(
      Kind kind,
      SlideException.Reason reason,
      String problem,
      String remedy,
      @Nullable Duration wait,
      @Nullable Throwable cause) {
    super(problem, cause);
    this.kind = kind;
    this.reason = reason;
    this.remedy = remedy;
    this.wait = wait;
  }

  static RemoteFailure lasting(SlideException.Reason reason, String problem, String remedy) {
    return new RemoteFailure(Kind.LASTING, reason, problem, remedy, null, null);
  }

  static RemoteFailure missing(String problem, String remedy, Throwable cause) {
    return new RemoteFailure(
        Kind.LASTING, SlideException.Reason.MISSING, problem, remedy, null, cause);
  }

  static RemoteFailure passing(String problem, @Nullable Throwable cause) {
    return new RemoteFailure(
        Kind.PASSING,
        SlideException.Reason.MISSING,
        problem,
        "Check the network and try again, or copy the slide to a local disk.",
        null,
        cause);
  }

  static RemoteFailure changed(String how) {
    return new RemoteFailure(
        Kind.CHANGED,
        SlideException.Reason.DAMAGED,
        "changed while it was read (" + how + ")",
        "Open it again when it is no longer being written.",
        null,
        null);
  }

  /**
   * What an answer without the bytes means.
   *
   * @param status HTTP's status code
   * @param wait how long the server asks to wait, or null
   */
  static RemoteFailure status(int status, @Nullable Duration wait) {
    SlideException.Reason missing = SlideException.Reason.MISSING;
    switch (status) {
      case 200:
        return lasting(
            SlideException.Reason.UNSUPPORTED,
            "comes from a server that sends whole files only (status 200 where 206 was asked for)",
            "Copy it to a local disk, or serve it from a store that answers ranged reads, as S3,"
                + " nginx and Apache do.");
      case 401:
        return lasting(
            missing,
            "needs a login (status 401)",
            "Give user and password in the address (https://user:password@host/...), or an address"
                + " that is signed.");
      case 403:
        return lasting(
            missing,
            "may not be read with this login (status 403), or does not exist",
            "Check the address, the login, and whether a signed address has run out.");
      case 404:
      case 410:
        return lasting(missing, "does not exist (status " + status + ")", "Check the address.");
      case 412:
        return changed("status 412: the object asked for is gone");
      case 416:
        return changed("status 416: it is shorter than it was");
      default:
        break;
    }
    boolean passing = status == 408 || status == 429 || status >= 500;
    return new RemoteFailure(
        passing ? Kind.PASSING : Kind.LASTING,
        missing,
        status == 429
            ? "comes from a server that allows no more requests for now (status 429)"
            : "cannot be had from its server (status " + status + ")",
        passing
            ? "Try again later, or copy the slide to a local disk."
            : "Check the address, or copy the slide to a local disk.",
        wait,
        null);
  }

  Kind kind() {
    return kind;
  }

  /** How long the server asked to wait, or null. */
  @Nullable Duration serversWait() {
    return wait;
  }

  /** The same after so many tries. */
  RemoteFailure after(int tries) {
    return tries == 1
        ? this
        : new RemoteFailure(
            kind, reason, message() + ", tried " + tries + " times", remedy, null, this);
  }

  SlideException of(String slide) {
    return new SlideException(reason, "slide " + slide + " " + message() + ".", remedy, this);
  }

  private String message() {
    return Objects.requireNonNull(getMessage());
  }
}
