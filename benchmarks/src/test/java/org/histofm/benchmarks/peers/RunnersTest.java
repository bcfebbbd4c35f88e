package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.histofm.EnvironmentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our sides as processes of their own. */
class RunnersTest {
  private static final String TINY = "vit-tiny-patch16-224";

  @TempDir Path folder;

  private Launch launch() {
    return new Launch(folder, folder, null, 1);
  }

  private static Row row(Row.Style style, Side side) {
    return new Row("row", "a row", style, 1, List.of(side), List.of());
  }

  @Test
  void residentProcess_answersEachRequestWithItsTimesAndPeak() throws Exception {
    Side side = Side.ours("tiny", 0, "embed", TINY, "FP32", "1");
    try (Runner runner = ResidentRunner.start(launch(), row(Row.Style.RESIDENT, side), side)) {
      assertThat(runner.described()).startsWith("float32, ");
      for (int i = 0; i < 2; i++) {
        Measurement measured = runner.measure();
        assertThat(measured.millis()).isPositive();
        assertThat(measured.cpuMillis()).isPositive();
        assertThat(measured.peakKib()).isGreaterThan(10_000);
      }
    }
  }

  @Test
  void residentProcess_thatCannotRun_saysWhy() {
    Side side = Side.ours("unknown", 0, "embed", "no-such-backbone", "FP32", "1");
    assertThatThrownBy(() -> ResidentRunner.start(launch(), row(Row.Style.RESIDENT, side), side))
        .isInstanceOf(ResidentRunner.Refusal.class)
        .hasMessageContaining("no-such-backbone");
  }

  @Test
  void residentProcess_thatEnds_isAnErrorWithItsLastWords() {
    Side side = Side.ours("broken", 0, "no-work", TINY, "FP32", "1");
    assertThatThrownBy(() -> ResidentRunner.start(launch(), row(Row.Style.RESIDENT, side), side))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("broken ended with exit code 1")
        .hasMessageContaining("there is no work no-work")
        .hasMessageContaining("row-broken.log");
  }

  @Test
  void freshProcess_isTimedFromStartToEnd() {
    Path weights = folder.resolve("weights.safetensors");
    RandomWeights.writeIfAbsent("vit_tiny_patch16_224", weights);
    Side side = Side.ours("tiny", 0, TINY, weights.toString(), "FP32");
    try (Runner runner = new FreshRunner(launch(), row(Row.Style.FRESH, side), side)) {
      Measurement measured = runner.measure();
      assertThat(measured.millis()).isPositive();
      assertThat(measured.cpuMillis()).isPositive();
      assertThat(measured.peakKib()).isGreaterThan(10_000);
    }
  }
}
