package org.histofm.adapters.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  /**
   * In a process of its own, whose heap is all resident from the start: then what grows is not on
   * the heap. Native memory left behind by a fit is about 3 MB here.
   */
  @Test
  void fit_twoHundredTimes_keepsNativeMemoryFlat() throws IOException, InterruptedException {
    assumeTrue(Files.exists(STATUS), "skipped: resident memory is read from /proc, as on Linux");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                NativeMemoryTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as("exit code; output: %s", output).isZero();
    long growth = Long.parseLong(output.lines().reduce((first, last) -> last).orElseThrow());
    assertThat(growth).as("growth in kB").isLessThan(48 * 1024);
  }

  /** Prints by how many kB the process grew between fit 20 and fit 200. */
  public static void main(String[] args) throws IOException {
    int rows = 200;
    DesignMatrix data =
        DesignMatrix.of(Data.embeddings(1, rows, 150, 3), Data.labels(rows, 3), Data.ones(rows));
    fit(data, 20);
    long before = residentKilobytes();
    fit(data, 180);
    System.out.println(residentKilobytes() - before);
  }

  private static void fit(DesignMatrix data, int times) {
    for (int i = 0; i < times; i++) {
      ProbeSolver.with(
          data, Data.classes(3), Data.settings(false, 2), solver -> solver.solve(0.01));
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }
}
