package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which sources were measured. */
final class Commit {
  private Commit() {}

  /** The commit checked out in {@code root}, and whether files differ from it. */
  static String of(Path root) {
    String commit = git(root, "rev-parse", "--short=10", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    // what a run writes is no change of what it measures
    String changes =
        git(root, "status", "--porcelain", "--untracked-files=no", ":/", ":!/docs/benchmarks.*");
    return changes.isEmpty() ? commit : commit + " with local changes";
  }

  /** What git says; nothing where there is no git, or no repository. */
  private static String git(Path root, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? said : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
