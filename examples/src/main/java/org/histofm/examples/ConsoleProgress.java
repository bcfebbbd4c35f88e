package org.histofm.examples;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.histofm.Progress;

/**
 * Shows progress on standard error: a bar that redraws itself on a terminal, otherwise a plain line
 * now and then, at most one every two seconds.
 */
final class ConsoleProgress implements Progress {
  private static final int BAR = 30;
  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final Duration LINE = Duration.ofSeconds(2);

  private final PrintStream out;
  private final boolean terminal;
  private final InstantSource clock;
  private String stage = "";
  private long began;
  private long shown = Long.MIN_VALUE / 2;
  private boolean open;

  ConsoleProgress(PrintStream out, boolean terminal, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
  }

  /** Progress on standard error, with a bar if a person sits there. */
  static ConsoleProgress standard() {
    boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
    return new ConsoleProgress(System.err, terminal, InstantSource.system());
  }

  @Override
  public synchronized void update(String name, long done, long total) {
    long now = clock.millis();
    boolean fresh = !name.equals(stage);
    if (fresh) {
      stage = name;
      began = now;
    }
    if (!terminal) {
      if (now - shown >= LINE.toMillis()) {
        shown = now;
        out.println(total > 0 ? name + " " + done + "/" + total : name + " ...");
      }
      return;
    }
    boolean finished = total > 0 && done >= total;
    if (fresh && open) {
      out.println();
    }
    if (fresh || (open && finished) || now - shown >= REDRAW.toMillis()) {
      shown = now;
      out.print("\r" + bar(done, total, now - began) + (finished ? System.lineSeparator() : ""));
      out.flush();
      open = !finished;
    }
  }

  private String bar(long done, long total, long elapsedMillis) {
    if (total <= 0) {
      return String.format(Locale.ROOT, "%-24s %d", stage, done);
    }
    int filled = (int) (BAR * done / total);
    String time =
        done == 0
            ? ""
            : done < total
                ? duration(elapsedMillis * (total - done) / done) + " left"
                : duration(elapsedMillis);
    return String.format(
        Locale.ROOT,
        "%-24s [%s%s] %d/%d %-14s",
        stage,
        "#".repeat(filled),
        ".".repeat(BAR - filled),
        done,
        total,
        time);
  }

  private static String duration(long millis) {
    long seconds = (millis + 999) / 1000;
    return seconds < 60
        ? seconds + " s"
        : String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
  }
}
