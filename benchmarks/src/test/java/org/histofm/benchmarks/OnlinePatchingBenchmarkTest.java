package org.histofm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.histofm.slide.Mpp;
import org.histofm.slide.SlideLocation;
import org.histofm.testkit.SlideWriter;
import org.histofm.tiling.online.OnlineSlide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnlinePatchingBenchmarkTest {
  @Test
  void run_onASmallSlide_printsALineForEveryMix(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("slide.tiff");
    SlideWriter.of(1024, 1024)
        .withLevels(1, 4)
        .withCompression(SlideWriter.Compression.JPEG)
        .withMpp(Mpp.of(0.5), SlideWriter.Recorded.RESOLUTION)
        .write(file, (x, y) -> x > 100 && y > 100 && x < 900 && y < 900 ? 0xb05aaa : 0xf5f5f5);
    String table = OnlinePatchingBenchmark.run(3, List.of(OnlineSlide.of(SlideLocation.of(file))));
    assertThat(table.lines().filter(line -> line.matches("\\|.*\\| [12] \\| .+"))).hasSize(18);
    assertThat(table).contains("decode", "resize", "limited by");
  }
}
