package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart in a network namespace of its own, in which there is no way out. */
class NoNetworkTest {
  private static final List<String> ISOLATED = List.of("unshare", "-rn");

  @TempDir Path folder;

  @Test
  void quickstart_withoutAnyNetwork_succeeds() throws Exception {
    assumeTrue(
        namespacesAllowed(),
        "user and network namespaces are not allowed here, or unshare is missing (Debian package:"
            + " util-linux)");
    List<String> command = new ArrayList<>(ISOLATED);
    command.addAll(Mains.java("Quickstart", "--out", folder.resolve("out").toString()));
    Mains.Result result = Mains.run(command);
    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output()).contains("report.html");
  }

  private static boolean namespacesAllowed() throws InterruptedException {
    List<String> command = new ArrayList<>(ISOLATED);
    command.add("true");
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
