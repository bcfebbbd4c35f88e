package org.histofm.tiling.bytes;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Asks again, after growing pauses, where the failure may pass: {@value #TRIES} times in all, with
 * 0.5, 1, 2 and 4 s between, or what the server asks for, but never more than 30 s. That outlasts a
 * restarted server or a store that slows its callers down, and gives up within half a minute where
 * it is gone.
 */
final class Retries {
  static final int TRIES = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** Waits. */
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  /** One try. */
  interface Call<T> {
    T run() throws IOException;
  }

  private final Sleeper sleeper;

  Retries(Sleeper sleeper) {
    this.sleeper = sleeper;
  }

  static Retries sleeping() {
    return new Retries(pause -> Thread.sleep(pause.toMillis()));
  }

  <T> T run(Call<T> call) throws IOException {
    Duration pause = FIRST_PAUSE;
    for (int tries = 1; ; tries++) {
      try {
        return call.run();
      } catch (RemoteFailure e) {
        if (e.kind() != RemoteFailure.Kind.PASSING || tries == TRIES) {
          throw e.after(tries);
        }
        Duration asked = e.serversWait();
        sleep(asked == null ? pause : asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE);
        pause = pause.multipliedBy(2);
      }
    }
  }

  private void sleep(Duration pause) throws InterruptedIOException {
    try {
      sleeper.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the thread was interrupted between two tries");
    }
  }
}
