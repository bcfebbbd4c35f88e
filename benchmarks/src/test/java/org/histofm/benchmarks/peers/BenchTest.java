package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  @TempDir Path root;

  private final StringWriter errors = new StringWriter();

  private int run(String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "--root";
    all[1] = root.toString();
    System.arraycopy(args, 0, all, 2, args.length);
    return Bench.run(new PrintWriter(errors, true), all);
  }

  @Test
  void row_unknown_isRefusedByName() {
    assertThat(run("embed-vit-x")).isEqualTo(2);
    assertThat(errors.toString()).contains("There is no row 'embed-vit-x'.", "start-vit-s16");
  }

  @Test
  void python_thatDoesNotExist_isRefusedWithTheRemedy() {
    assertThat(run("--with-peers", "--python", root.resolve("nothing").toString(), "full-vit-s16"))
        .isEqualTo(2);
    assertThat(errors.toString()).contains("Python cannot be started as", "HISTOFM_PEERS_PYTHON");
    assertThat(Files.exists(root.resolve("docs"))).isFalse();
  }

  @Test
  void python_withoutPeers_isRefused() {
    assertThat(run("--python", "python3", "full-vit-s16")).isEqualTo(2);
    assertThat(errors.toString()).contains("--with-peers is not there");
  }

  @Test
  void numbers_belowOne_areRefused() {
    assertThat(run("--rounds", "0", "full-vit-s16")).isEqualTo(2);
    assertThat(run("--threads", "0", "full-vit-s16")).isEqualTo(2);
    assertThat(errors.toString()).contains("--rounds 0 is below 1", "--threads 0 is below 1");
  }

  @Test
  void results_whereAFileStands_areRefusedBeforeAnythingIsMeasured() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    assertThat(run("--results", file.resolve("below").toString(), "full-vit-s16")).isEqualTo(2);
    assertThat(errors.toString()).contains("benchmarks.json cannot be read");
  }

  @Test
  void help_listsEveryRow() {
    assertThat(Bench.commandLine(new PrintWriter(errors, true)).getUsageMessage())
        .contains(
            "embed-vit-s16",
            "embed-vit-b16",
            "start-vit-s16",
            "lora-vit-s16",
            "full-vit-s16",
            "read-tiles",
            "embed-slide");
  }
}
