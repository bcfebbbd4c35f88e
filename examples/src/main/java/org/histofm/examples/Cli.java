package org.histofm.examples;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.histofm.HistoFmException;
import picocli.CommandLine;

/**
 * Runs a command and turns its outcome into an exit code: 0 good, 1 a check failed, 2 the user's
 * input, settings or environment, 3 finished with quarantined items, 4 with more of them than
 * allowed, 70 our bug, 130 stopped.
 */
final class Cli {
  static final int GOOD = 0;
  static final int CHECK_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int QUARANTINED = 3;
  static final int TOO_MANY_FAILED = 4;
  static final int BUG = 70;
  private static final int STOPPED = 130;

  private Cli() {}

  /**
   * Runs {@code command} and ends the process. When it is stopped from outside (Ctrl-C), the
   * process halts without unloading the engine's libraries, which a computing thread still needs;
   * every file is written whole or not at all, so nothing is lost.
   */
  static void main(Callable<Integer> command, String... args) {
    AtomicBoolean finished = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!finished.get()) {
                    Runtime.getRuntime().halt(STOPPED);
                  }
                }));
    int code = run(command, new PrintWriter(System.err, true), args);
    finished.set(true);
    System.exit(code);
  }

  /** Runs {@code command}, with errors told to {@code err}, and returns the exit code. */
  static int run(Callable<Integer> command, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(command);
    line.setErr(err);
    line.getCommandSpec().version("HistoFM " + Versions.histofm());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler(Cli::explain);
    return line.execute(args);
  }

  private static int explain(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    PrintWriter err = line.getErr();
    if (e instanceof HistoFmException known) {
      err.println("error: " + known.getMessage());
      return BAD_INPUT;
    }
    err.println("This is a bug in HistoFM; please report it with the lines below.");
    e.printStackTrace(err);
    return BUG;
  }
}
