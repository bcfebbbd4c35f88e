package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Starts a process for each measurement and times it from its start to its end. */
final class FreshRunner implements Runner {
  private final Launch launch;
  private final String side;
  private final List<String> command;
  private final Path log;

  FreshRunner(Launch launch, Row row, Side side) {
    this.launch = launch;
    this.side = side.name();
    command = launch.command(side, row.style());
    log = launch.log(row, side);
  }

  @Override
  public String described() {
    return "";
  }

  @Override
  public Measurement measure() {
    try {
      long start = System.nanoTime();
      Process process = launch.process(command, log).start();
      try {
        String said =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int exitCode = process.waitFor();
        double millis = (System.nanoTime() - start) / 1e6;
        String last = said.substring(said.lastIndexOf('\n') + 1);
        if (exitCode != 0 || !last.startsWith("end ")) {
          throw Launch.ended(side, exitCode, log);
        }
        String[] numbers = last.split(" ", 3);
        return new Measurement(millis, Double.parseDouble(numbers[1]), Long.parseLong(numbers[2]));
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("running " + side, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + side + " ran", e);
    }
  }

  @Override
  public void close() {}
}
