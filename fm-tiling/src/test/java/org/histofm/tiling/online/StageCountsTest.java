package org.histofm.tiling.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StageCountsTest {
  private static StageCounts counts(long tiles, long waited, long consumed, long... nanos) {
    List<String> names = List.of("open", "read", "decode", "resize", "filter");
    List<StageCounts.Stage> stages =
        IntStream.range(0, nanos.length)
            .mapToObj(i -> new StageCounts.Stage(names.get(i), nanos[i]))
            .toList();
    return new StageCounts(tiles, 12, 3, 1, 2, 5_000_000, 4, 1, stages, waited, consumed);
  }

  @Test
  void limiting_consumerSeldomWaits_isTheConsumer() {
    assertThat(counts(10, 100, 900, 1, 2, 3, 4, 5).limiting())
        .startsWith("the consumer: it was busy 90 %");
  }

  @Test
  void limiting_consumerWaits_isTheStageOfMostWork() {
    assertThat(counts(10, 900, 100, 1, 2, 12, 4, 1).limiting())
        .isEqualTo("decode: 60 % of the work for tiles; the consumer waited 90 % of the time");
    assertThat(counts(10, 0, 0, 1, 12, 2, 4, 1).limiting())
        .isEqualTo("read: 60 % of the work for tiles");
    assertThat(counts(0, 0, 0, 0, 0, 0, 0, 0).limiting()).isEqualTo("nothing was made yet");
  }

  @Test
  void table_hasAllFigures() {
    assertThat(counts(10, 900_000_000, 100_000_000, 0, 0, 1_000_000_000, 0, 0).table())
        .contains(
            "decode        1.000 s  100 %   100.000 ms a tile",
            "tiles 10, tries 12, rejected 3, taken though rejected 1, unreadable 2",
            "slides opened 4 times, of them again 1; 5.0 MB read",
            "consumer busy 0.100 s, waiting 0.900 s",
            "limited by decode");
  }
}
