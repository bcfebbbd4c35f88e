package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.histofm.EnvironmentException;
import org.jspecify.annotations.Nullable;

/**
 * The Python that runs the peers, with what they need.
 *
 * @param executable the interpreter
 * @param versions of it and of the packages, in one line
 */
record PeersPython(Path executable, String versions) {
  private static final String HOW =
      "Name another Python with --python or HISTOFM_PEERS_PYTHON, or leave both out: then one is"
          + " made in .fm/peers.";

  /**
   * The interpreter {@code named}, or one of our own, made where it is absent or out of date.
   *
   * @param named by the user; null to have one made
   * @param scripts folder of the peers and their requirements.txt
   * @param state folder for what is made
   * @throws EnvironmentException if there is no Python, or it lacks a package
   */
  static PeersPython find(@Nullable Path named, Path scripts, Path state) {
    return check(named != null ? named : made(scripts, state), scripts);
  }

  private static PeersPython check(Path python, Path scripts) {
    Result result = run(List.of(python.toString(), scripts.resolve("versions.py").toString()));
    if (result.exitCode != 0) {
      throw new EnvironmentException(
          "Python " + python + " cannot run the peers: " + lastLine(result.output) + ".",
          "Install benchmarks/peers/requirements.txt into it with pip. " + HOW);
    }
    return new PeersPython(python, lastLine(result.output));
  }

  private static Path made(Path scripts, Path state) {
    Path folder = state.resolve("peers");
    Path python = folder.resolve("bin").resolve("python");
    Path requirements = scripts.resolve("requirements.txt");
    // copied into the folder when everything is installed, so a stopped installation begins anew
    Path installed = folder.resolve("installed.txt");
    if (Files.isExecutable(python) && content(requirements).equals(content(installed))) {
      return python;
    }
    System.err.println(
        "bench: installing torch, timm and peft into "
            + folder
            + "; the first time, pip fetches 300 MB to 3 GB ...");
    Path log = state.resolve("peers.log");
    install(log, List.of("python3", "-m", "venv", folder.toString()), "apt-get: python3-venv");
    install(
        log,
        List.of(
            python.toString(),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--retries",
            "1",
            "--requirement",
            requirements.toString()),
        "a network or a package cache, and Python 3.11 or newer");
    try {
      Files.copy(requirements, installed, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + installed, e);
    }
    return python;
  }

  private static void install(Path log, List<String> command, String needs) {
    int exitCode;
    try {
      Files.createDirectories(log.getParent());
      exitCode =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(log.toFile()))
              .start()
              .waitFor();
    } catch (IOException e) {
      throw missing(command.get(0), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    if (exitCode != 0) {
      throw new EnvironmentException(
          "'" + String.join(" ", command) + "' failed: " + lastLine(content(log)) + ".",
          "It needs " + needs + "; all it said is in " + log + ". " + HOW);
    }
  }

  private record Result(int exitCode, String output) {}

  private static Result run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw missing(command.get(0), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static EnvironmentException missing(String python, IOException cause) {
    return new EnvironmentException(
        "Python cannot be started as " + python + ".",
        "Install Python 3.11 or newer. " + HOW,
        cause);
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while Python ran", e);
  }

  private static String content(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }

  private static String lastLine(String text) {
    String stripped = text.strip();
    return stripped.substring(stripped.lastIndexOf('\n') + 1);
  }
}
