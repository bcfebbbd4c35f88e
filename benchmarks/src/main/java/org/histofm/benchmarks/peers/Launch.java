package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.histofm.EnvironmentException;
import org.jspecify.annotations.Nullable;

/**
 * How the processes of a run are started: ours with the JVM, flags and class path of this one,
 * peers with one Python. What a process says on its error stream goes to a file in {@code folder}.
 *
 * @param folder of logs, weights and caches
 * @param peers folder of the scripts
 * @param python interpreter of the scripts; null without peers
 * @param threads of every side
 */
record Launch(Path folder, Path peers, @Nullable Path python, int threads) {
  /** The command of a side. */
  List<String> command(Side side, Row.Style style) {
    List<String> command = new ArrayList<>();
    if (side.kind() == Side.Kind.PEER) {
      if (python == null) {
        throw new IllegalStateException("there is no Python to run " + side.name());
      }
      command.add(python.toString());
      command.add(peers.resolve(side.arguments().get(0)).toString());
      command.addAll(side.arguments().subList(1, side.arguments().size()));
      command.add("--threads");
    } else {
      Class<?> main = style == Row.Style.RESIDENT ? WorkerMain.class : FirstEmbedding.class;
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
      command.addAll(side.arguments());
    }
    command.add(Integer.toString(threads));
    return command;
  }

  /** Where a side's process writes what it has to say beside its answers. */
  Path log(Row row, Side side) {
    String name = (row.id() + "-" + side.name()).replaceAll("[^A-Za-z0-9]+", "-");
    return folder.resolve(name + ".log");
  }

  /** A process that is about to start. */
  ProcessBuilder process(List<String> command, Path log) {
    ProcessBuilder process = new ProcessBuilder(command).redirectError(Redirect.to(log.toFile()));
    // what torch.compile keeps for later stays with the rest of what a run leaves
    process
        .environment()
        .putIfAbsent("TORCHINDUCTOR_CACHE_DIR", folder.resolve("inductor").toString());
    return process;
  }

  /** The error of a process that ended when it should not. */
  static EnvironmentException ended(String side, int exitCode, Path log) {
    return new EnvironmentException(
        side
            + " ended with exit code "
            + exitCode
            + (exitCode == 137 ? " (killed, perhaps for want of memory)" : "")
            + "; its last words: "
            + lastWords(log)
            + ".",
        "All it said is in " + log + ".");
  }

  private static String lastWords(Path log) {
    try {
      List<String> lines =
          Files.readString(log, StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              // of a Java stack trace, the line that names the exception
              .filter(line -> !line.isEmpty() && !line.startsWith("at ") && !line.startsWith("..."))
              .toList();
      return lines.isEmpty() ? "none" : lines.get(lines.size() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + log, e);
    }
  }
}
