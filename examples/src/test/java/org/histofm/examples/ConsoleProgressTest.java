package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong millis = new AtomicLong();

  private ConsoleProgress progress(boolean terminal) {
    return new ConsoleProgress(out, terminal, () -> Instant.ofEpochMilli(millis.get()));
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void plain_manyUpdates_areALineEveryTwoSeconds() {
    ConsoleProgress progress = progress(false);
    for (int i = 0; i <= 100; i++) {
      progress.update("embed tiles", i, 100);
      millis.addAndGet(100);
    }
    assertThat(shown().lines())
        .containsExactly(
            "embed tiles 0/100",
            "embed tiles 20/100",
            "embed tiles 40/100",
            "embed tiles 60/100",
            "embed tiles 80/100",
            "embed tiles 100/100");
  }

  @Test
  void terminal_finishedStage_endsItsLineOnce() {
    ConsoleProgress progress = progress(true);
    progress.update("embed tiles", 1, 2);
    progress.update("embed tiles", 2, 2);
    progress.update("embed tiles", 2, 2);
    assertThat(shown()).containsOnlyOnce(System.lineSeparator()).contains("2/2");
  }

  @Test
  void terminal_newStage_getsALineOfItsOwn() {
    ConsoleProgress progress = progress(true);
    progress.update("check images", 1, 2);
    progress.update("embed tiles", 0, 2);
    assertThat(shown()).containsOnlyOnce(System.lineSeparator());
    assertThat(shown()).contains("check images").contains("embed tiles");
  }
}
