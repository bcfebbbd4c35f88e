package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.histofm.benchmarks.peers.Comparison.Measure;
import org.histofm.benchmarks.peers.RowResult.ComparisonResult;
import org.histofm.benchmarks.peers.RowResult.SideResult;
import org.junit.jupiter.api.Test;

class RowResultTest {
  private final RowResult result = Results.result(Results.on("2026-01-01", Results.MACHINE), 100);

  private ComparisonResult comparison(Measure measure) {
    return result.comparisons().stream()
        .filter(c -> c.measure() == measure)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void speed_isThePeersTimeOverOurs() {
    ComparisonResult speed = comparison(Measure.SPEED);
    assertThat(speed.ratio().middle()).isEqualTo(2);
    assertThat(speed.cpuRatio()).isEqualTo(2);
    assertThat(speed.met()).isFalse();
  }

  @Test
  void time_isOursOverThePeers() {
    assertThat(comparison(Measure.TIME).ratio().middle()).isEqualTo(0.5);
    assertThat(comparison(Measure.TIME).met()).isFalse();
  }

  @Test
  void memory_isTheHighestOfOursOverTheHighestOfThePeers() {
    assertThat(comparison(Measure.MEMORY).ratio()).isEqualTo(new Spread(0.55, 0.55, 0.55));
    assertThat(comparison(Measure.MEMORY).met()).isTrue();
  }

  @Test
  void ceiling_comparesOperationsPerSecond() {
    // ours: 200 GFLOP in 100 ms; the ceiling: 100 in 40
    assertThat(comparison(Measure.CEILING).ratio().middle()).isEqualTo(0.8);
    assertThat(comparison(Measure.CEILING).met()).isTrue();
  }

  @Test
  void side_thatIsAbsent_hasNoTimesAndNoComparisons() {
    assertThat(result.sides())
        .extracting(SideResult::name)
        .containsExactly("ours", "peer", "ceiling");
    assertThat(result.comparisons()).extracting(ComparisonResult::other).doesNotContain("compiled");
    assertThat(result.absent()).hasSize(1);
  }

  @Test
  void side_hasTeraflopsFromItsCount() {
    assertThat(result.sides().get(0).teraflops()).isEqualTo(2);
    assertThat(result.rounds()).isEqualTo(3);
  }
}
