package org.histofm.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process that stays, times its own work, and is asked by a line for each measurement. */
final class ResidentRunner implements Runner {
  private final String side;
  private final Process process;
  private final Path log;
  private final Writer requests;
  private final BufferedReader answers;
  private final String described;

  private ResidentRunner(String side, Process process, Path log) throws IOException, Refusal {
    this.side = side;
    this.process = process;
    this.log = log;
    requests = process.outputWriter();
    answers = process.inputReader();
    String first = answer();
    if (first.startsWith("cannot ")) {
      throw new Refusal(first.substring("cannot ".length()));
    }
    if (!first.startsWith("ready")) {
      throw new IllegalStateException(side + " began with '" + first + "'");
    }
    described = first.substring("ready".length()).strip();
  }

  /** Thrown when a side says that it cannot run here. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String reason) {
      super(reason);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Starts a side and waits until it is ready.
   *
   * @throws Refusal if it says that it cannot run here
   */
  static ResidentRunner start(Launch launch, Row row, Side side) throws Refusal {
    Path log = launch.log(row, side);
    try {
      Process process = launch.process(launch.command(side, row.style()), log).start();
      try {
        return new ResidentRunner(side.name(), process, log);
      } catch (IOException | RuntimeException | Refusal e) {
        process.destroy();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("starting " + side.name(), e);
    }
  }

  @Override
  public String described() {
    return described;
  }

  @Override
  public Measurement measure() {
    try {
      requests.write("run\n");
      requests.flush();
      String[] numbers = answer().split(" ", 3);
      return new Measurement(
          Double.parseDouble(numbers[0]),
          Double.parseDouble(numbers[1]),
          Long.parseLong(numbers[2]));
    } catch (IOException e) {
      throw new UncheckedIOException("asking " + side, e);
    }
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      awaitEnd();
      throw Launch.ended(side, process.exitValue(), log);
    }
    return line;
  }

  /** Waits for the process to end, and ends it if it does not do so soon. */
  private void awaitEnd() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + side + " ended", e);
    }
  }

  /** Ends the input, upon which the process ends. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      process.destroy(); // nobody reads its input any more
    }
    awaitEnd();
  }
}
