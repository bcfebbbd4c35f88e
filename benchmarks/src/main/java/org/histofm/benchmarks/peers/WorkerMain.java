package org.histofm.benchmarks.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.histofm.HistoFmException;
import org.histofm.backbone.Precision;

/**
 * One of our sides in a process of its own. It says {@code ready DESCRIPTION} (or {@code cannot
 * REASON}) after a first run, then answers each line of its input with {@code MILLISECONDS
 * CPU_MILLISECONDS PEAK_KIB}, and ends when its input does. The scripts in {@code benchmarks/peers}
 * do the same.
 */
public final class WorkerMain {
  private WorkerMain() {}

  /**
   * Arguments: {@code embed|lora|full BACKBONE PRECISION IMAGES THREADS}, {@code ceiling PRECISION
   * THREADS}, {@code read-tiles SLIDE TILES SIZE READING_THREADS THREADS} or {@code embed-slide
   * SLIDE TILES SIZE BACKBONE PRECISION THREADS}.
   */
  public static void main(String... args) throws IOException {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever libraries print is no answer
    try (Work work = work(args);
        BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      work.millis();
      answers.println("ready " + work.described());
      while (requests.readLine() != null) {
        double cpuBefore = cpuMillis();
        double millis = work.millis();
        answers.println(millis + " " + (cpuMillis() - cpuBefore) + " " + peakKib());
      }
    } catch (HistoFmException e) {
      answers.println("cannot " + e.getMessage());
      System.exit(2);
    }
  }

  private static Work work(String... args) {
    int threads = Integer.parseInt(args[args.length - 1]);
    if (args[0].equals("ceiling")) {
      return new CeilingWork(Precision.valueOf(args[1]), threads);
    }
    if (args[0].equals("read-tiles")) {
      return new ReadTilesWork(
          Path.of(args[1]), SlideTiles.read(Path.of(args[2])), Integer.parseInt(args[4]));
    }
    if (args[0].equals("embed-slide")) {
      return new EmbedSlideWork(Path.of(args[1]), args[4], Precision.valueOf(args[5]), threads);
    }
    Precision precision = Precision.valueOf(args[2]);
    int images = Integer.parseInt(args[3]);
    return args[0].equals("embed")
        ? new EmbedWork(args[1], precision, images, threads)
        : new TrainWork(TrainWork.tuning(args[0]), args[1], precision, images, threads);
  }

  /** Processor time of this process, over all threads. */
  static double cpuMillis() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e6;
  }

  /** The most memory this process ever held in KiB; 0 where the system does not tell. */
  static long peakKib() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
