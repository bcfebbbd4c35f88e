package org.histofm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.histofm.tile.RgbImage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingBenchmarkTest {
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void invocation_ofATile_givesTheSizeABackboneReads(String format) throws IOException {
    PreprocessingBenchmark benchmark = new PreprocessingBenchmark();
    benchmark.tileSizePx = 96;
    benchmark.format = format;
    benchmark.open();
    assertThat(benchmark.decode().width()).isEqualTo(96);
    RgbImage resized = benchmark.decodeAndResize();
    assertThat(resized.width()).isEqualTo(224);
    assertThat(resized.height()).isEqualTo(224);
    assertThat(benchmark.resize()).isEqualTo(resized);
  }
}
